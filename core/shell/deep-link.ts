/** What `nimdeck://…` may name: pages that show something. Nothing that a link could name does anything. */
const pages: ReadonlySet<string> = new Set(['home', 'models', 'running', 'hardware', 'chat', 'settings']);

/** An id or the name of a tab; no character of it means anything to an address, a shell or a script. */
const part = /^[\w-]{1,128}$/;
const longest = 300;

/**
 * SECURITY: any page and any program may open such a link, so all that it can do is to bring a page to the front.
 * @returns the address behind the page's `#`, that included; null for whatever is not exactly a link of ours
 */
export function routeOfLink(link: string): string | null {
  const match = /^nimdeck:\/\/(\S*?)\/?$/i.exec(link);
  if (match === null || link.length > longest) return null;
  const [page = '', ...rest] = (match[1] ?? '').split('/');
  if (page === '' && rest.length === 0) return '#/home';
  if (!pages.has(page.toLowerCase()) || rest.length > 2 || !rest.every((each) => part.test(each))) return null;
  return `#/${[page.toLowerCase(), ...rest].join('/')}`;
}

/** The first argument of a program's start that is a link of ours by its beginning. */
export function linkAmong(args: readonly string[]): string | null {
  return args.find((arg) => /^nimdeck:/i.test(arg)) ?? null;
}

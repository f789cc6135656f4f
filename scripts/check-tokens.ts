// Every colour, size and duration of the pages comes from renderer/tokens.css, and every role there is used. Plants one
// violation of each kind first: a check that cannot fail is no check.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stages.ts';

interface Rule {
  what: string;
  shape: RegExp;
  /** In which files; a sheet may also measure in `em` of the text around. */
  in: 'code' | 'sheet';
}

// A function of CSS, so that a word that ends like one is none.
const colour =
  /(?<![\w-])(?:#[0-9a-f]{3,8}\b(?!\w)|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\()/i;

const rules: readonly Rule[] = [
  { what: 'a colour', shape: colour, in: 'sheet' },
  {
    what: 'a colour',
    shape: /['"`](?:#[0-9a-f]{3,8}|(?:rgba?|hsla?|oklch|color-mix|light-dark)\([^'"`]*)['"`]/i,
    in: 'code',
  },
  // `text-[13px]`, `duration-[200ms]`, `bg-[#fff]`; what is made of tokens, fractions or the window may stand in brackets.
  {
    what: 'a value in brackets',
    shape:
      /(?<=[\s'"`:!])-?[a-z][a-z0-9/-]*-\[(?!(?:[^\]]*(?:var\(|min-content|max-content|fr[_\]]|dv[hw]))|[a-z-]+,?[^\]\d]*\])[^\]]*(?:\d(?:px|rem|em|ms|s|%)|#)[^\]]*\]/,
    in: 'code',
  },
  { what: 'a duration', shape: /(?<=[\s'"`:])(?:duration|delay)-\d+/, in: 'code' },
  // Steps of the tool's own scales, which are not ours and therefore do nothing.
  {
    what: 'a step of another scale',
    shape: /(?<=[\s'"`:])(?:text-[4-9]xl|rounded(?:-[a-z]{1,2})?-[2-4]xl|shadow-(?:2?xs|sm|md|lg|2?xl))\b/,
    in: 'code',
  },
  { what: 'a size', shape: /(?<![\w.-])\d*\.?\d+(?:px|rem)(?![\w-])/, in: 'sheet' },
  { what: 'a duration', shape: /(?<![\w.-])\d*\.?\d+m?s(?![\w-])/, in: 'sheet' },
];

export function findings(file: string, text: string): string[] {
  const kind = file.endsWith('.css') ? 'sheet' : 'code';
  const found: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(?:\/\/|\/?\*)/.test(line)) continue;
    // Queries cannot read tokens; the height of a line belongs to the size beside it.
    if (kind === 'sheet' && /^\s*(?:@media|@container|--text-[\w-]+--|--container-8xl|--breakpoint-)/.test(line))
      continue;
    for (const { what, shape, in: where } of rules)
      if (where === kind && shape.test(line)) found.push(`${file}:${index + 1}: ${what}: ${line.trim()}`);
  }
  return found;
}

/** Roles that nothing uses: they would be kept and refined for nobody. */
export function unusedTokens(tokens: string, others: string): string[] {
  const names = new Set([...tokens.matchAll(/^\s*(--[\w-]+):/gm)].map((match) => match[1] ?? ''));
  // A canvas is told its colours by name.
  const isUsed = (name: string) =>
    [others, tokens].some((text) => text.includes(`var(${name})`)) || others.includes(`colour('${name.slice(2)}')`);
  return [...names].filter((name) => !isUsed(name));
}

const plants: [file: string, line: string][] = [
  ['planted.css', '  color: #336699;'],
  ['planted.css', '  background: oklch(0.5 0.1 20);'],
  ['planted.css', '  padding: 12px;'],
  ['planted.css', '  font-size: 0.9rem;'],
  ['planted.css', '  transition: opacity 200ms;'],
  ['planted.tsx', `<p className="text-[13px]">`],
  ['planted.tsx', `<p className="hover:bg-[#fff] flex">`],
  ['planted.tsx', `<p className="w-[calc(100%-12px)]">`],
  ['planted.tsx', `<p className="transition duration-300">`],
  ['planted.tsx', `<p className="text-5xl">`],
  ['planted.tsx', `const ink = '#222';`],
  ['planted.tsx', `<p className="rounded-2xl">`],
];

const clean: [file: string, line: string][] = [
  ['clean.css', '  padding: calc(2 * var(--step)) 0;'],
  ['clean.css', '@media (width >= 80rem) {'],
  [
    'clean.tsx',
    `<a href="#main" className="grid grid-cols-[minmax(0,1fr)_auto] max-h-[calc(100dvh-3*var(--gutter))]">`,
  ],
  ['clean.tsx', `<p className="transition-[translate,background-color] duration-calm mt-0.5 w-1/2">`],
];

const missed = plants.filter(([file, line]) => findings(file, line).length === 0).map(([, line]) => line);
const refused = clean.flatMap(([file, line]) => findings(file, line));
const plantedToken = unusedTokens('  --kept: 1px;\n  --planted: 2px;\n', 'a { width: var(--kept); }');
if (plantedToken.join() !== '--planted') missed.push('a token that nothing uses');

const files = globSync(['renderer/**/*.{css,ts,tsx}'], { cwd: root }).filter(
  (file) => !/\.test\.tsx?$/.test(file) && file !== 'renderer/tokens.css' && !file.startsWith('renderer/testing/'),
);
const texts = files.map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);
const found = texts.flatMap(([file, text]) => findings(file, text));
const tokens = readFileSync(join(root, 'renderer/tokens.css'), 'utf8');
for (const name of unusedTokens(tokens, texts.map(([, text]) => text).join('\n')))
  found.push(`renderer/tokens.css: ${name} is used by nothing`);

for (const line of missed) console.log(`planted and not found: ${line}`);
for (const line of refused) console.log(`refused without a reason: ${line}`);
for (const line of found) console.log(line);
console.log(
  `tokens: ${files.length} files read, ${found.length} findings, ${plants.length + 1 - missed.length} of ${plants.length + 1} planted violations found`,
);
process.exitCode = found.length + missed.length + refused.length === 0 && files.length > 0 ? 0 : 1;

/** An element of a drawn formula, as data: it goes from the worker to the page and there becomes React elements. */
export interface MarkupElement {
  tag: string;
  attributes: Readonly<Record<string, string>>;
  /** Set one by one through the DOM: the page's policy forbids style attributes, not styles. */
  style: Readonly<Record<string, string>>;
  children: readonly Markup[];
}
export type Markup = string | MarkupElement;

const tags = new Set(
  (
    'span svg path line math semantics annotation mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot ' +
    'mover munder munderover mtable mtr mtd mlabeledtr mstyle mpadded mphantom menclose'
  ).split(' '),
);

/** SECURITY: nothing that loads, leads anywhere or runs. Names as React spells them. */
const attributes: Readonly<Record<string, string>> = {
  class: 'className',
  display: 'display',
  encoding: 'encoding',
  width: 'width',
  height: 'height',
  viewBox: 'viewBox',
  preserveAspectRatio: 'preserveAspectRatio',
  d: 'd',
  x1: 'x1',
  x2: 'x2',
  y1: 'y1',
  y2: 'y2',
  'stroke-width': 'strokeWidth',
  'aria-hidden': 'aria-hidden',
  mathvariant: 'mathvariant',
  mathcolor: 'mathcolor',
  mathbackground: 'mathbackground',
  mathsize: 'mathsize',
  stretchy: 'stretchy',
  fence: 'fence',
  separator: 'separator',
  accent: 'accent',
  accentunder: 'accentunder',
  linethickness: 'linethickness',
  lspace: 'lspace',
  rspace: 'rspace',
  minsize: 'minsize',
  maxsize: 'maxsize',
  scriptlevel: 'scriptlevel',
  displaystyle: 'displaystyle',
  columnalign: 'columnalign',
  columnlines: 'columnlines',
  columnspacing: 'columnspacing',
  rowlines: 'rowlines',
  rowspacing: 'rowspacing',
  voffset: 'voffset',
  notation: 'notation',
  movablelimits: 'movablelimits',
  symmetric: 'symmetric',
  largeop: 'largeop',
};

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

const decode = (text: string) => text.replaceAll(/&([a-z]+|#x27);/g, (whole, name: string) => entities[name] ?? whole);

/** `margin-right:0.1em` → `marginRight`. SECURITY: a value with an address in it is left out. */
function readStyle(text: string): Record<string, string> {
  const style: Record<string, string> = {};
  for (const part of text.split(';')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, colon).trim();
    const value = part.slice(colon + 1).trim();
    if (!/^[a-z-]+$/.test(name) || /url|image|expression|position-/i.test(value)) continue;
    style[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return style;
}

/**
 * What KaTeX writes, as data. It is XML: every element closed, every attribute quoted. SECURITY: what is not in the lists
 * above is left out with all that is in it, so that nothing depends on what KaTeX lets through.
 */
export function readMarkup(text: string): readonly Markup[] {
  const root: Markup[] = [];
  const open: { tag: string; children: Markup[]; isKept: boolean }[] = [{ tag: '', children: root, isKept: true }];
  for (const { 0: piece, 1: slash, 2: tag = '', 3: rest = '', 4: isEmpty } of text.matchAll(
    /<(\/?)([A-Za-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/g,
  )) {
    const parent = open.at(-1);
    if (parent === undefined) return [];
    if (!piece.startsWith('<')) {
      if (parent.isKept) parent.children.push(decode(piece));
    } else if (slash === '/') {
      if (open.length === 1 || parent.tag !== tag) return [];
      open.pop();
    } else {
      const isKept = parent.isKept && tags.has(tag);
      const children: Markup[] = [];
      if (isKept) parent.children.push({ tag, ...readAttributes(rest), children });
      if (isEmpty !== '/') open.push({ tag, children, isKept });
    }
  }
  return open.length === 1 ? root : [];
}

function readAttributes(text: string): Pick<MarkupElement, 'attributes' | 'style'> {
  const found: Record<string, string> = {};
  let style: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name === 'style') style = readStyle(decode(value));
    const known = attributes[name];
    if (known !== undefined) found[known] = decode(value);
  }
  return { attributes: found, style };
}

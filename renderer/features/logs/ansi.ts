export interface AnsiSpan {
  text: string;
  /** Utility classes; empty for plain text. */
  className: string;
}

interface Style {
  color: string;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
}

const plain: Style = { color: '', isBold: false, isDim: false, isItalic: false, isUnderlined: false };

// Black and white stand for "the text's own colour" on either ground, so both are left as they are.
const colors: Record<number, string> = {
  1: 'text-ansi-red',
  2: 'text-ansi-green',
  3: 'text-ansi-yellow',
  4: 'text-ansi-blue',
  5: 'text-ansi-magenta',
  6: 'text-ansi-cyan',
};

// ECMA-48: CSI sequences (5.4), OSC up to BEL or ST (8.3.89), and the other two-character escapes.
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const escapes = /\u001b(?:\[([0-9;:]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/** A line that writes over itself (progress bars) ends as its last part, as on a terminal. */
function lastOverwrite(text: string): string {
  const parts = text.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

function applyCodes(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 0) next = plain;
    else if (code === 1) next = { ...next, isBold: true };
    else if (code === 2) next = { ...next, isDim: true };
    else if (code === 3) next = { ...next, isItalic: true };
    else if (code === 4) next = { ...next, isUnderlined: true };
    else if (code === 22) next = { ...next, isBold: false, isDim: false };
    else if (code === 23) next = { ...next, isItalic: false };
    else if (code === 24) next = { ...next, isUnderlined: false };
    else if (code >= 30 && code <= 37) next = { ...next, color: colors[code - 30] ?? '' };
    else if (code >= 90 && code <= 97) next = { ...next, color: colors[code - 90] ?? '' };
    else if (code === 39) next = { ...next, color: '' };
    else if (code === 38 || code === 48) {
      // 256 colours: the first 16 are the ones above; others, and true colours, have no token and stay plain.
      const isPalette = codes[index + 1] === 5;
      if (code === 38) next = { ...next, color: isPalette ? (colors[(codes[index + 2] ?? 0) % 8] ?? '') : '' };
      if (code === 38 && isPalette && (codes[index + 2] ?? 0) > 15) next = { ...next, color: '' };
      index += isPalette ? 2 : 4;
    }
  }
  return next;
}

function classOf(style: Style): string {
  return [
    style.color,
    style.isBold ? 'font-bold' : '',
    style.isDim ? 'text-ink-soft' : '',
    style.isItalic ? 'italic' : '',
    style.isUnderlined ? 'underline' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}

/** Text of one line with what its escape sequences ask for; sequences that are no colour are left out. */
export function parseAnsi(raw: string): AnsiSpan[] {
  const text = lastOverwrite(raw);
  if (!text.includes('\u001b')) return text === '' ? [] : [{ text, className: '' }];
  const spans: AnsiSpan[] = [];
  let style = plain;
  let from = 0;
  const push = (to: number) => {
    if (to > from) spans.push({ text: text.slice(from, to), className: classOf(style) });
  };
  for (const match of text.matchAll(escapes)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applyCodes(style, match[1] ?? '');
  }
  push(text.length);
  return spans;
}

export function stripAnsi(raw: string): string {
  return parseAnsi(raw)
    .map((span) => span.text)
    .join('');
}

export interface MarkedSpan extends AnsiSpan {
  /** Of its first character in the line. */
  start: number;
  isHit: boolean;
}

/** Cuts the spans where the searched text begins and ends; it may run over several of them. */
export function markHits(spans: readonly AnsiSpan[], query: string): MarkedSpan[] {
  const wanted = query.toLowerCase();
  const whole = spans
    .map((span) => span.text)
    .join('')
    .toLowerCase();
  const borders: number[] = [];
  for (let at = wanted === '' ? -1 : whole.indexOf(wanted); at !== -1; at = whole.indexOf(wanted, at + wanted.length))
    borders.push(at, at + wanted.length);
  const marked: MarkedSpan[] = [];
  let offset = 0;
  let passed = 0;
  for (const { text, className } of spans) {
    let from = 0;
    while (from < text.length) {
      while ((borders[passed] ?? Infinity) <= offset + from) passed += 1;
      const to = Math.min(text.length, (borders[passed] ?? Infinity) - offset);
      marked.push({ start: offset + from, text: text.slice(from, to), className, isHit: passed % 2 === 1 });
      from = to;
    }
    offset += text.length;
  }
  return marked;
}

// While an answer is being written its end is half of something: of a fence, a table, a link. Here it gets the other half,
// for drawing only, so that nothing is drawn first as its own signs and then as what it means.

const anyFence = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)$/;
const onlyMarker =
  /^[ \t>]*(?:[*_`~$|=+\\-]{1,3}|\\[([]|[-=]{2,}|\d{1,3}[.)]?|#{1,6}|[-*+] (?:\[[ xX]?\]?)?|!?\[)[ \t]*$/;
const mathsOpener = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(\$\$|\\\[)/;

/** The end of a text, with what is missing to be what it begins to be. */
export function mend(text: string): string {
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  const open = openBlock(lines);
  if (open === 'nothing') return mendLines(lines);
  if (open === 'closed') return text;
  if (open === 'maths') return text.replace(/[$\\]$/, '');
  // The first line says the language, which is not known before its end.
  if (lines.length - 1 === open.line)
    return text.slice(0, text.length - last.length) + last.slice(0, last.indexOf(open.fence)) + open.fence;
  return new RegExp(`^[ \\t>]*${open.fence[0]}+$`).test(last) ? lines.slice(0, -1).join('\n') : text;
}

/** What the last line stands in, of what Markdown does not look into. */
function openBlock(lines: readonly string[]): 'nothing' | 'closed' | 'maths' | { fence: string; line: number } {
  let fence: { fence: string; line: number } | null = null;
  let maths: string | null = null;
  for (const [index, line] of lines.entries()) {
    if (fence !== null) {
      const closer = /^[ \t>]*(`{3,}|~{3,})[ \t\r]*$/.exec(line)?.[1];
      const isLast = index === lines.length - 1;
      // At the very end it may still become longer, but it is drawn as the end.
      if (closer !== undefined && closer.startsWith(fence.fence) && (!isLast || closer.length >= fence.fence.length)) {
        if (isLast) return 'closed';
        fence = null;
      }
      continue;
    }
    if (maths !== null) {
      if (line.trim() === '' && index < lines.length - 1) maths = null;
      else if (line.includes(maths)) {
        if (index === lines.length - 1) return 'closed';
        maths = null;
      }
      continue;
    }
    const opener = anyFence.exec(line);
    if (opener?.[1] !== undefined && !(opener[1].startsWith('`') && opener[2]?.includes('`'))) {
      fence = { fence: opener[1], line: index };
      continue;
    }
    const begun = mathsOpener.exec(line);
    if (begun?.[1] !== undefined) {
      const closer = begun[1] === '$$' ? '$$' : '\\]';
      if (!line.slice(begun[0].length).includes(closer)) maths = closer;
    }
  }
  return fence ?? (maths === null ? 'nothing' : 'maths');
}

function mendLines(given: readonly string[]): string {
  let lines = [...given];
  // A sign alone may become anything: a list, bold text, a line.
  if (onlyMarker.test(lines.at(-1) ?? '')) lines = lines.slice(0, -1);
  const table = mendTable(lines);
  if (table !== null) return table;
  const last = lines.findLastIndex((line) => line.trim() === '');
  const paragraph = lines.slice(last + 1);
  // What spans lines within a paragraph is looked at together; a new item, heading or row begins anew.
  let from = paragraph.findLastIndex((line) => /^[ \t>]*(?:[-*+] |\d{1,9}[.)] |#{1,6} |>)/.test(line));
  if (from === -1) from = 0;
  const before = [...lines.slice(0, last + 1), ...paragraph.slice(0, from)];
  const end = paragraph.slice(from).join('\n');
  const mended = isTableLine(paragraph.at(-1)) && isTableLine(paragraph.at(-2)) ? mendRow(end) : mendInline(end);
  return [...before, mended].join('\n');
}

const isTableLine = (line: string | undefined) => line !== undefined && /^[ \t>]*\|/.test(line);
const isDelimiter = (line: string) => /^[ \t>]*\|[-:| \t]*$/.test(line);

/** A header without the line below it, or with a half of that. */
function mendTable(lines: readonly string[]): string | null {
  const last = lines.length - 1;
  const current = lines[last] ?? '';
  // Everything after a header is a row or the end.
  const isDelimiting =
    last > 0 && isDelimiter(current) && isTableLine(lines[last - 1]) && !isTableLine(lines[last - 2]);
  const isWaiting = current === '' && isTableLine(lines[last - 1]) && !isTableLine(lines[last - 2]);
  const headerAt = isDelimiting || isWaiting ? last - 1 : last;
  const header = lines[headerAt] ?? '';
  if (!isTableLine(header) || isTableLine(lines[headerAt - 1]) || isDelimiter(header)) return null;
  const whole = /\|[ \t]*$/.test(header) ? header : `${mendInline(header).trimEnd()} |`;
  const columns = whole.replaceAll(/\\\||`[^`]*`/g, '').split('|').length - 2;
  if (columns < 1) return null;
  const indent = /^[ \t>]*/.exec(header)?.[0] ?? '';
  return [...lines.slice(0, headerAt), whole, `${indent}|${' --- |'.repeat(columns)}`].join('\n');
}

function mendRow(text: string): string {
  const cell = text.lastIndexOf('|') + 1;
  return text.slice(0, cell) + mendInline(text.slice(cell));
}

interface Mark {
  sign: string;
  /** Where what it marks begins. */
  at: number;
}

/** Closes what is open in a piece of running text; a link is only its text until its address is complete. */
export function mendInline(text: string): string {
  const marks: Mark[] = [];
  const brackets: number[] = [];
  let index = 0;
  let result = text;
  while (index < text.length) {
    const character = text.charAt(index);
    const rest = text.slice(index);
    if (character === '\\') {
      const closer = rest.startsWith('\\(') ? '\\)' : null;
      if (closer === null) {
        index += 2;
        continue;
      }
      const end = text.indexOf(closer, index + 2);
      if (end === -1) return close(text.slice(0, index), marks);
      index = end + 2;
    } else if (character === '`') {
      const ticks = /^`+/.exec(rest)?.[0] ?? '`';
      const end = findTicks(text, index + ticks.length, ticks);
      if (end === -1) {
        const content = text.slice(index + ticks.length);
        if (content.trim() === '') return close(text.slice(0, index), marks);
        return close(`${text.replace(/`+$/, '')}${ticks}`, marks);
      }
      index = end + ticks.length;
    } else if (character === '$') {
      const end = endOfFormula(text, index);
      if (end === 'open') return close(text.slice(0, index), marks);
      index = end;
    } else if (character === '[') {
      brackets.push(index);
      index += 1;
    } else if (character === ']') {
      const begin = brackets.pop();
      index += 1;
      if (begin === undefined) continue;
      // Its address may follow.
      if (index === text.length) return close(withoutBracket(text.slice(0, -1), begin), marks);
      if (text.charAt(index) !== '(') continue;
      const end = endOfAddress(text, index);
      if (end === -1) {
        result = withoutBracket(text.slice(0, index - 1), begin);
        return close(result, marks);
      }
      index = end;
    } else if (character === '*' || character === '_' || character === '~') {
      const run = /^(?:\*+|_+|~+)/.exec(rest)?.[0] ?? character;
      mark(text, index, run, marks);
      index += run.length;
    } else index += 1;
  }
  const open = brackets.at(0);
  // A footnote's mark and a task's box are short and look like nothing else.
  if (open !== undefined) result = withoutBracket(text, open);
  return close(result, marks);
}

function findTicks(text: string, from: number, ticks: string): number {
  for (const { 0: run, index } of text.slice(from).matchAll(/`+/g))
    if (run.length === ticks.length) return from + index;
  return -1;
}

/** Where a formula's closing sign ends; one place on where it is none; “open” where it can only be the beginning of one. */
function endOfFormula(text: string, at: number): number | 'open' {
  const sign = text.startsWith('$$', at) ? '$$' : '$';
  const content = at + sign.length;
  const end = text.indexOf(sign, content);
  if (end !== -1) return end + sign.length;
  const begun = text.slice(content);
  if (sign === '$$') return 'open';
  return /^[^\s\d]/.test(begun) && /[\\^_{=]/.test(begun) && !/[A-Za-z0-9]/.test(text.charAt(at - 1)) ? 'open' : at + 1;
}

function endOfAddress(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\') index += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return index + 1;
    } else if (character === '\n') return at;
  }
  return -1;
}

function withoutBracket(text: string, at: number): string {
  const begin = text.charAt(at - 1) === '!' ? at - 1 : at;
  return text.slice(0, begin) + text.slice(at + 1);
}

/** Opens or closes emphasis, as far as can be told without the parser's whole rule. */
function mark(text: string, at: number, run: string, marks: Mark[]): void {
  const before = text.charAt(at - 1);
  const after = text.charAt(at + run.length);
  const canOpen = after !== '' && !/\s/.test(after);
  const canClose = before !== '' && !/\s/.test(before);
  if (run.startsWith('_') && /\w/.test(before) && /\w/.test(after)) return;
  if (run.startsWith('~') && run.length !== 2) return;
  const held = marks.findLastIndex(({ sign }) => sign === run);
  if (canClose && held !== -1) marks.splice(held);
  else if (canOpen && run.length <= 3) marks.push({ sign: run, at: at + run.length });
}

function close(text: string, marks: readonly Mark[]): string {
  // A sign at the very end opens something that is not there yet, or half closes what is open.
  const signs = /[*_~]+$/.exec(text)?.[0];
  const isInside = marks.some(({ sign }) => signs !== undefined && sign.startsWith(signs.charAt(0)));
  const trimmed =
    signs === undefined || (!isInside && /\S/.test(text.charAt(text.length - signs.length - 1)))
      ? text
      : text.slice(0, -signs.length);
  const open = marks.filter(({ at }) => trimmed.slice(at).trim() !== '');
  // Emphasis does not end after a space.
  const tail = /\s*$/.exec(trimmed)?.[0] ?? '';
  const closers = open
    .map(({ sign }) => sign)
    .toReversed()
    .join('');
  return closers === '' ? trimmed : trimmed.slice(0, trimmed.length - tail.length) + closers + tail;
}

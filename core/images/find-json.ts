import { parseJson } from '../lib/parse-json.ts';

/** A JSON value in a text, or the rest of a line that began like one and broke off. */
export type FoundJson = { value: unknown } | { cut: string };

/** Deeper than any line of an engine; it keeps a hostile text from costing more than its length. */
const deepest = 16;

// Colours of a terminal, and what else begins with Escape.
// eslint-disable-next-line no-control-regex -- the control character is what is looked for
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[@-Z\\-_]/g;

/**
 * The objects and arrays of a text, in order: one a line or over many lines, whole or cut off, with prose, prefixes,
 * colours and carriage returns around them. The content of an array that is cut off is found item by item.
 */
export function* findJson(raw: string): Generator<FoundJson, void, undefined> {
  const text = raw.replace(escapes, '').replace(/^\uFEFF/, '');
  let from = 0;
  let saidUpTo = 0;
  let triedUpTo = 0;
  while (from < text.length) {
    const start = nextOpening(text, from);
    if (start === -1) return;
    const lineEnd = start < triedUpTo ? triedUpTo : endOfLine(text, start);
    // Once a line: a line of nothing but openings must not be parsed from each of them.
    const found = (start < triedUpTo ? null : restOfLine(text, start, lineEnd)) ?? wholeValue(text, start);
    triedUpTo = lineEnd;
    if (found !== null) {
      yield { value: found.value };
      from = found.end;
      continue;
    }
    // A line breaks off once, however many braces it has open.
    if (text[start] === '{' && start >= saidUpTo) {
      saidUpTo = lineEnd;
      yield { cut: text.slice(start, lineEnd).trim() };
    }
    from = start + 1;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

interface Found {
  value: unknown;
  end: number;
}

/** The usual case, and by far the fastest: one value to the end of the line. */
function restOfLine(text: string, start: number, end: number): Found | null {
  const line = text.slice(start, end).trimEnd();
  if (line.length < 2 || !(line.endsWith('}') || line.endsWith(']'))) return null;
  const value = parseJson(line);
  return value === undefined ? null : { value, end };
}

function wholeValue(text: string, start: number): Found | null {
  const end = endOfValue(text, start);
  // Brackets that match do not make a value, for example in prose.
  const value = end === null ? undefined : parseJson(text.slice(start, end));
  return end === null || value === undefined ? null : { value, end };
}

function nextOpening(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{' || text[at] === '[') return at;
  }
  return -1;
}

/**
 * Where the object or array that begins here ends, or null at the first character that JSON does not allow there: so a
 * line that is cut off never swallows the next ones.
 */
function endOfValue(text: string, start: number): number | null {
  const open: string[] = [];
  let expects: 'value' | 'key' | 'colon' | 'more' = 'value';
  let canClose = false;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === ' ' || character === '\n' || character === '\r' || character === '\t') {
      at += 1;
      continue;
    }
    if (expects === 'value' && (character === '{' || character === '[')) {
      if (open.length === deepest) return null;
      open.push(character);
      expects = character === '{' ? 'key' : 'value';
      canClose = true;
      at += 1;
      continue;
    }
    if ((character === '}' || character === ']') && (canClose || expects === 'more')) {
      if (open.pop() !== (character === '}' ? '{' : '[')) return null;
      at += 1;
      if (open.length === 0) return at;
      expects = 'more';
      canClose = false;
      continue;
    }
    canClose = false;
    if (expects === 'more' && character === ',') {
      expects = open.at(-1) === '{' ? 'key' : 'value';
      at += 1;
    } else if (expects === 'colon' && character === ':') {
      expects = 'value';
      at += 1;
    } else if (expects === 'key' || expects === 'value') {
      const next = character === '"' ? endOfString(text, at) : expects === 'value' ? endOfWord(text, at) : null;
      if (next === null) return null;
      expects = expects === 'key' ? 'colon' : 'more';
      at = next;
    } else {
      return null;
    }
  }
  return null;
}

const string = /"(?:[^"\\\n\r]|\\.)*"/y;
const word = /true|false|null|-?\d[\d.eE+-]*/y;

function endOfString(text: string, at: number): number | null {
  string.lastIndex = at;
  return string.test(text) ? string.lastIndex : null;
}

function endOfWord(text: string, at: number): number | null {
  word.lastIndex = at;
  return word.test(text) ? word.lastIndex : null;
}

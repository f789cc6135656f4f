// SQLite's tokenizer (unicode61) makes one word of a whole run of Chinese or Japanese, which are written without blanks.
// So what is indexed has a mark between such letters: each is a word, and what is looked for is a phrase of them.
const unspaced =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}])(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}])/gu;
const hasUnspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;

/** Stands between letters only in what is indexed. No letter itself, and taken out of what people write. */
const between = '\u200b';
/** Around what was found, and where a snippet was cut: what `snippet()` is told to write. */
export const snippetMarks = { open: '\u0001', close: '\u0002', cut: '\u0003' } as const;
// oxlint-disable-next-line no-control-regex -- they are the marks
const ours = /[\u0001-\u0003\u200b]/g;

/** What is indexed of a text. */
export function toIndexText(text: string): string {
  const clean = text.replace(ours, ' ');
  return hasUnspaced.test(clean) ? clean.replace(unspaced, between) : clean;
}

/**
 * What FTS5 is asked for what a person typed: every word, in any order; “words in quotes” as they stand; the last one may
 * be the beginning of a word. Null: there is no letter or digit in it. Nothing in it can be an operator.
 */
export function toMatch(typed: string): string | null {
  const pieces: { text: string; isWhole: boolean }[] = [];
  for (const [, quoted, word] of typed.matchAll(/["“”„]([^"“”„]*)["“”„]|([^\s"“”„]+)/g)) {
    pieces.push({ text: quoted ?? word ?? '', isWhole: quoted !== undefined });
  }
  const wanted = pieces.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  if (wanted.length === 0) return null;
  return wanted
    .map(({ text, isWhole }, index) => {
      // A NUL would end the question.
      const phrase = `"${toIndexText(text).replaceAll('\0', ' ')}"`;
      return index === wanted.length - 1 && !isWhole ? `${phrase}*` : phrase;
    })
    .join(' AND ');
}

/** Without case and marks above or below letters, as the tokenizer folds them. */
export function fold(text: string): string {
  // Called for each title of a search: most need nothing but this.
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The words that a title must have, folded. */
export function wordsOf(typed: string): string[] {
  return fold(typed)
    .split(/[\s"“”„]+/)
    .filter(Boolean);
}

export interface Marked {
  text: string;
  /** Where what was looked for stands, in UTF-16 code units, in order and apart from each other. */
  marks: { from: number; length: number }[];
}

/** What `snippet()` wrote, as text and places: nothing of it is ever read as markup. */
export function readSnippet(snippet: string): Marked {
  let text = '';
  const marks: Marked['marks'] = [];
  let openAt: number | null = null;
  for (const letter of snippet) {
    if (letter === between) continue;
    if (letter === snippetMarks.cut) text += '…';
    else if (letter === snippetMarks.open) openAt = text.length;
    else if (letter !== snippetMarks.close) text += letter;
    else if (openAt !== null) {
      marks.push({ from: openAt, length: text.length - openAt });
      openAt = null;
    }
  }
  return { text, marks };
}

/** Marks the words, given folded, in a short text. */
export function markWords(text: string, words: readonly string[]): Marked {
  let folded = '';
  /** Where in the text the letter stands that this one came from. */
  const origin: number[] = [];
  let at = 0;
  for (const letter of text) {
    const plain = fold(letter);
    for (let each = 0; each < plain.length; each += 1) origin.push(at);
    folded += plain;
    at += letter.length;
  }
  origin.push(at);
  const found: Marked['marks'] = [];
  for (const word of words) {
    for (let from = folded.indexOf(word); from !== -1; from = folded.indexOf(word, from + word.length)) {
      const begin = origin[from] ?? at;
      found.push({ from: begin, length: Math.max(1, (origin[from + word.length] ?? at) - begin) });
    }
  }
  const marks: Marked['marks'] = [];
  for (const next of found.toSorted((a, b) => a.from - b.from)) {
    const last = marks.at(-1);
    if (last === undefined || next.from > last.from + last.length) marks.push({ ...next });
    else last.length = Math.max(last.length, next.from + next.length - last.from);
  }
  return { text, marks };
}

/** From and up to, in UTF-16 code units of the text. */
export type MatchedRange = readonly [from: number, to: number];

export interface Match {
  score: number;
  /** In order, not overlapping; what is drawn bold. */
  ranges: readonly MatchedRange[];
}

const atStart = 100;
const atWord = 80;
const inside = 50;
const scattered = 20;

const isPart = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code > 127 && /[\p{L}\p{N}]/u.test(String.fromCharCode(code)));

/** Whether a word may begin here; asked for thousands of texts at every key, so without a regular expression for most. */
const isBoundary = (text: string, index: number) => index === 0 || !isPart(text.charCodeAt(index - 1));

/** Where the word stands, best place first: at the start of a word before inside of one. */
function findWhole(text: string, word: string): Match | null {
  const first = text.indexOf(word);
  if (first < 0) return null;
  let at = first;
  while (at >= 0 && !isBoundary(text, at)) at = text.indexOf(word, at + 1);
  const from = at < 0 ? first : at;
  const place = from === 0 ? atStart : at >= 0 ? atWord : inside;
  // Of two equal places the one in the shorter text says more; a whole word more than the start of one.
  const isWhole = at >= 0 && (from + word.length === text.length || isBoundary(text, from + word.length + 1));
  return { score: place + (isWhole ? 10 : 0) - Math.min(20, text.length / 10), ranges: [[from, from + word.length]] };
}

/** The letters in their order, with gaps: `llm8` finds `llama-8b`. Only close together, else everything is found. */
function findScattered(text: string, word: string): Match | null {
  const ranges: [number, number][] = [];
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
    from = at + 1;
  }
  const [first] = ranges;
  const span = from - (first?.[0] ?? 0);
  if (word.length < 3 || span > word.length * 3 || ranges.length > word.length / 2 + 1) return null;
  return { score: scattered - span / word.length - ranges.length, ranges };
}

function merged(ranges: readonly MatchedRange[]): MatchedRange[] {
  const result: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** The words of a query, as `matchWords` wants them. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export interface SearchedText {
  label: string;
  detail?: string;
  also?: string;
}

/** What is searched, in small letters, once a text: five thousand of them at every key would cost. */
interface Prepared {
  label: string;
  detail: string;
  also: string;
}

const prepared = new WeakMap<SearchedText, Prepared>();

function prepare(text: SearchedText): Prepared {
  let small = prepared.get(text);
  if (small === undefined) {
    small = {
      label: text.label.toLowerCase(),
      detail: text.detail?.toLowerCase() ?? '',
      also: text.also?.toLowerCase() ?? '',
    };
    prepared.set(text, small);
  }
  return small;
}

export interface TextMatch {
  score: number;
  label: readonly MatchedRange[];
  detail: readonly MatchedRange[];
}

/** Every word must be found somewhere: in the label, else in the detail, else in what is not shown. */
export function matchWords(text: SearchedText, queryWords: readonly string[]): TextMatch | null {
  const { label, detail, also } = prepare(text);
  let score = 0;
  const inLabel: MatchedRange[] = [];
  const inDetail: MatchedRange[] = [];
  for (const word of queryWords) {
    const found = findWhole(label, word);
    const foundInDetail = found === null ? findWhole(detail, word) : null;
    if (found !== null) {
      score += found.score;
      inLabel.push(...found.ranges);
    } else if (foundInDetail !== null) {
      score += foundInDetail.score / 2;
      inDetail.push(...foundInDetail.ranges);
    } else if (also.includes(word)) score += inside / 2;
    else {
      const loose = findScattered(label, word);
      if (loose === null) return null;
      score += loose.score;
      inLabel.push(...loose.ranges);
    }
  }
  return { score: score / Math.max(1, queryWords.length), label: merged(inLabel), detail: merged(inDetail) };
}

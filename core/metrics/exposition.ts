import { toPlainLines } from '../lib/saved-output.ts';

/** One sample of a Prometheus page. */
export interface SeriesSample {
  name: string;
  /** Read when it is asked for: of most lines nobody does. */
  label: (name: string) => string | undefined;
  value: number;
}

const line = /^([A-Za-z_:][\w:]*)\s*(?:\{(.*)\})?\s+([^\s{}]+)(?:\s+-?\d+)?\s*$/;
const label = /([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/g;

/**
 * Prometheus' text format: `name{label="value"} 1.5`, comments, an optional time behind the value. What is no sample is
 * passed over: a saved page may have prose around it, and what a terminal or compose adds.
 */
export function* readSamples(text: string): Generator<SeriesSample> {
  for (const plain of toPlainLines(text)) {
    if (plain.startsWith('#')) continue;
    const found = line.exec(plain.trim());
    if (found === null) continue;
    const [, name = '', inBraces, number = ''] = found;
    const value = toNumber(number);
    if (value === null) continue;
    yield { name, label: (wanted) => readLabels(inBraces ?? '').get(wanted), value };
  }
}

function readLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(label)) labels.set(name, value.replaceAll(/\\(.)/g, unescape));
  return labels;
}

const unescape = (_whole: string, character: string) => (character === 'n' ? '\n' : character);

/** Null for what is no number; `NaN` is one that says nothing. */
export function toNumber(text: string): number | null {
  if (/^[+-]?Inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? null : value;
}

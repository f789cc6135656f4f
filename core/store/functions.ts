import type { DatabaseSync } from 'node:sqlite';
import { parseJson } from '../lib/parse-json.ts';
import { fold, toIndexText } from '../lib/search-words.ts';

/** Shorter ones hold no picture worth leaving out. */
const lightLength = 2_048;

/** What a message has besides its text, without the content of what is attached; text that is no JSON stays as it is. */
function withoutData(extras: string): string {
  if (extras.length < lightLength) return extras;
  const read = parseJson(extras);
  if (typeof read !== 'object' || read === null || !('attachments' in read) || !Array.isArray(read.attachments)) {
    return extras;
  }
  const attachments = read.attachments.map((one: unknown) =>
    typeof one === 'object' && one !== null ? { ...one, data: '' } : one,
  );
  return JSON.stringify({ ...read, attachments });
}

/** What statements and triggers use beyond SQLite's own functions. */
export function addFunctions(database: DatabaseSync): void {
  const options = { deterministic: true } as const;
  database.function('search_text', options, (text) => toIndexText(String(text ?? '')));
  database.function('search_fold', options, (text) => fold(String(text ?? '')));
  database.function('without_data', options, (extras) => withoutData(String(extras ?? '')));
}

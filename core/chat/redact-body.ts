import type { Json } from '../../shared/json.ts';
import { redact } from '../lib/redact.ts';

const picture = /^data:image\/[\w.+-]+;base64,/;

/**
 * A request's body without keys that stand in its texts. A picture's base64 looks like one of them: it stays whole, or is
 * named by its length where only somebody reads it.
 */
export function redactBody(value: Json, pictures: 'whole' | 'named'): Json {
  if (typeof value === 'string') {
    const head = picture.exec(value)?.[0];
    if (head === undefined) return redact(value);
    return pictures === 'whole' ? value : `${head}[${value.length - head.length} characters]`;
  }
  if (Array.isArray(value)) return value.map((each) => redactBody(each, pictures));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redactBody(each, pictures)]));
}

import type { Json } from '../../shared/json.ts';
import { redactBody } from './redact-body.ts';

export interface CurlRequest {
  url: string;
  /** The name of the variable that holds the key; null: none is sent. */
  keyVariable: string | null;
  /** JSON. */
  body: Json;
}

/** A line of its own in no JSON: there a string holds no line end. */
const mark = 'NIMDECK_BODY';

/** A line for bash or zsh that asks the same. The body comes on standard input, so that pictures fit, too. */
export function curlText({ url, keyVariable, body }: CurlRequest): string {
  const lines = [
    `curl --no-buffer ${quoted(url)}`,
    `  -H 'Content-Type: application/json'`,
    ...(keyVariable === null ? [] : [`  -H "Authorization: Bearer $${keyVariable}"`]),
    `  --data-binary @- <<'${mark}'`,
  ];
  return `${lines.join(' \\\n')}\n${JSON.stringify(redactBody(body, 'whole'), null, 2)}\n${mark}\n`;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

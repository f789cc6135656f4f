/** What a person or a test can ask for in the last message; unknown words are left alone. */
export interface Directives {
  /** Exactly so many content tokens. */
  tokens: number | null;
  parts: string[];
  hasReasoning: boolean;
  isShort: boolean;
  echo: string | null;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  /** After so many tokens nothing more comes, with the connection open. */
  stallAfter: number | null;
  /** After so many tokens the connection is reset. */
  breakAfter: number | null;
  /** After so many tokens an error object comes inside the stream. */
  errorAfter: number | null;
  /** Is no JSON of the schema that was asked for. */
  isInvalid: boolean;
  /** Refused in this shape (`refuse.ts`). */
  refusal: string | null;
  /** A stream that is odd in this way (`chat-answer.ts`). */
  oddity: string | null;
}

export function readDirectives(prompt: string): Directives {
  const has = (name: string) => new RegExp(`(^|\\s)/${name}(?=\\s|$)`).test(prompt);
  const count = (name: string) => {
    const found = new RegExp(`(?:^|\\s)/${name}\\s+(\\d+(?:\\.\\d+)?)(?=\\s|$)`).exec(prompt);
    return found === null ? null : Number(found[1]);
  };
  const word = (name: string) => new RegExp(`(?:^|\\s)/${name}\\s+([\\w-]+)(?=\\s|$)`).exec(prompt)?.[1] ?? null;
  return {
    tokens: count('tokens'),
    parts: ['prose', 'list', 'code', 'table', 'maths', 'languages'].filter(has),
    hasReasoning: has('reason'),
    isShort: has('short'),
    echo: /(?:^|\s)\/echo\s([\s\S]*)$/.exec(prompt)?.[1] ?? null,
    ttftMs: count('ttft'),
    tokensPerSecond: count('rate'),
    stallAfter: count('stall'),
    breakAfter: count('break'),
    errorAfter: count('error'),
    isInvalid: has('invalid'),
    refusal: word('refuse'),
    oddity: word('odd'),
  };
}

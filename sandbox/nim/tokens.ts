/**
 * Pieces about as long as those of a real tokenizer; joined again they are the text. Code points stay whole, but what
 * is made of several (flags, families, accents put on afterwards) is cut between them, as real streams do.
 */
export function tokenize(text: string): string[] {
  return text.match(/ ?\p{L}{1,6}|\p{N}{1,3}|\n+| {1,8}|[^\s\p{L}\p{N}\p{Extended_Pictographic}]{1,3}|./gsu) ?? [];
}

/** As a chat template adds to each message and once to the whole. */
const tokensPerMessage = 4;
const tokensPerPrompt = 3;

export function countPromptTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + tokenize(text).length + tokensPerMessage, tokensPerPrompt);
}

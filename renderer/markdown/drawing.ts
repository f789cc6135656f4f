import { loadPart } from '../load-part.ts';
import type { Token } from './highlight.ts';
import type { CodeLanguage } from './languages.ts';
import type { Markup } from './markup.ts';

export type Ask =
  { kind: 'code'; code: string; language: CodeLanguage } | { kind: 'formula'; tex: string; isDisplay: boolean };
/** Null where it cannot be drawn: then it is shown as it was written. */
export type Reply =
  { kind: 'code'; lines: readonly (readonly Token[])[] } | { kind: 'formula'; markup: readonly Markup[] } | null;

export async function draw(ask: Ask): Promise<Reply> {
  try {
    if (ask.kind === 'code') {
      const { highlight } = await loadPart(() => import('./highlight.ts'));
      const lines = await highlight(ask.code, ask.language);
      return lines === null ? null : { kind: 'code', lines };
    }
    const { typeset } = await loadPart(() => import('./typeset.ts'));
    const markup = typeset(ask.tex, ask.isDisplay);
    return markup === null ? null : { kind: 'formula', markup };
  } catch {
    // A grammar that fails on a text, or a file that could not be loaded: the text itself is there.
    return null;
  }
}

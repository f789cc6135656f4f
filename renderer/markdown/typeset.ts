import { renderToString } from 'katex';
import { readMarkup, type Markup } from './markup.ts';

// A formula that fills a page is none; longer ones are shown as they were written.
const longest = 8_000;

/**
 * A formula drawn by KaTeX; null where it is none that KaTeX knows. SECURITY: `trust` off, so no address, class or style
 * of the formula's own gets through; sizes and expansions have an end; no macro outlives its formula.
 */
export function typeset(tex: string, isDisplay: boolean): readonly Markup[] | null {
  if (tex.length > longest) return null;
  try {
    const text = renderToString(tex, {
      displayMode: isDisplay,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: 20,
      maxExpand: 500,
      errorColor: 'var(--bad)',
      macros: {},
    });
    const markup = readMarkup(text);
    return markup.length === 0 ? null : markup;
  } catch {
    // What a model wrote is no formula, or one beyond the limits: its source says more than a message about it.
    return null;
  }
}

import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from '@shikijs/core';
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript';
import { loadLanguage, type CodeLanguage } from './languages.ts';

/** A piece of a line and what it is (`keyword`, `string`, …); null: plain. */
export type Token = readonly [text: string, kind: string | null];

// More would keep the worker busy for seconds, and nobody reads it by its colours.
const longest = 100_000;

const prefix = '--code-';
const theme = createCssVariablesTheme({ name: 'roles', variablePrefix: prefix });

let highlighter: Promise<HighlighterCore> | undefined;

/** Lines of tokens; null where there is nothing to colour. The kinds are those of shiki's theme of CSS variables. */
export async function highlight(code: string, language: CodeLanguage): Promise<readonly (readonly Token[])[] | null> {
  if (code.length > longest) return null;
  highlighter ??= createHighlighterCore({
    themes: [theme],
    // A rule that JavaScript's regular expressions cannot say is left out instead of refusing its language.
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const shiki = await highlighter;
  if (!shiki.getLoadedLanguages().includes(language)) await shiki.loadLanguage(loadLanguage(language));
  const name = shiki.getLoadedLanguages().includes(language) ? language : grammarNames[language];
  if (name === undefined) return null;
  const lines = shiki.codeToTokensBase(code, {
    lang: name,
    theme: 'roles',
    tokenizeMaxLineLength: 1_000,
    tokenizeTimeLimit: 200,
  });
  return lines.map((line) => line.map(({ content, color }): Token => [content, kindOf(color)]));
}

/** Where shiki's own name is another one. */
const grammarNames: Partial<Record<CodeLanguage, string>> = { bash: 'shellscript', console: 'shellsession' };

function kindOf(color: string | undefined): string | null {
  const kind = color === undefined ? undefined : /^var\(--code-token-([a-z-]+)\)$/.exec(color)?.[1];
  return kind ?? null;
}

import { createHighlighterCore, type HighlighterCore, type ThemeRegistrationRaw } from '@shikijs/core';
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript';
import { loadLanguage, type CodeLanguage } from './languages.ts';

/** A piece of a line and what it is (`keyword`, `string`, …); null: plain. */
export type Token = readonly [text: string, kind: string | null];

// More would keep the worker busy for seconds, and nobody reads it by its colours.
const longest = 100_000;

/** What pieces of code are, by the names that TextMate's grammars give them; renderer/prose.css says how each looks. */
const kinds = {
  comment: ['comment', 'punctuation.definition.comment'],
  string: ['string', 'punctuation.definition.string', 'constant.character.escape', 'markup.inline.raw'],
  constant: ['constant.numeric', 'constant.language', 'constant.other', 'support.constant', 'variable.language'],
  keyword: ['keyword', 'storage', 'punctuation.definition.keyword', 'meta.diff.header'],
  function: ['entity.name.function', 'support.function', 'meta.function-call.generic', 'entity.name.command'],
  type: ['entity.name.type', 'entity.name.class', 'support.type', 'support.class', 'entity.other.inherited-class'],
  name: [
    'entity.name.tag',
    'entity.other.attribute-name',
    'support.type.property-name',
    'meta.decorator',
    'markup.heading',
  ],
  link: ['markup.underline.link', 'string.other.link'],
  inserted: ['markup.inserted'],
  deleted: ['markup.deleted'],
} as const;

const names: ReadonlySet<string> = new Set(Object.keys(kinds));

// Shiki hands the colour of a theme on as it is: here it is the name of what the piece is.
const theme = {
  name: 'kinds',
  type: 'light',
  settings: [
    { settings: { foreground: 'plain', background: 'plain' } },
    { scope: ['keyword.operator', 'storage.type.function.arrow'], settings: { foreground: 'plain' } },
    ...Object.entries(kinds).map(([kind, scope]) => ({ scope: [...scope], settings: { foreground: kind } })),
    { scope: ['keyword.operator.logical.python', 'keyword.operator.new'], settings: { foreground: 'keyword' } },
  ],
} satisfies ThemeRegistrationRaw;

let highlighter: Promise<HighlighterCore> | undefined;

/** Lines of tokens; null where there is nothing to colour. */
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
    theme: 'kinds',
    tokenizeMaxLineLength: 1_000,
    // A line that stops half-way would be drawn wrongly; the draftsman gives up the whole instead.
    tokenizeTimeLimit: 0,
  });
  return lines.map((line) => line.map(({ content, color }): Token => [content, kindOf(color)]));
}

/** Where shiki's own name is another one. */
const grammarNames: Partial<Record<CodeLanguage, string>> = { bash: 'shellscript', console: 'shellsession' };

function kindOf(color: string | undefined): string | null {
  const kind = color?.toLowerCase();
  return kind !== undefined && names.has(kind) ? kind : null;
}

/** Languages that there is a whole catalogue for; a further one is a module of the type `Words`, a line here and one in words.ts. */
export const languages = ['en'] as const;
export type Language = (typeof languages)[number];

/** Chosen by hand, for this browser; without it the browser's own languages decide. */
const storageKey = 'nimdeck.language';

const baseOf = (tag: string) => tag.toLowerCase().split('-')[0] ?? '';

/** The first wanted one that there is; English where there is none of them. */
export function chooseLanguage<Available extends string>(
  wanted: readonly string[],
  available: readonly [Available, ...Available[]],
): Available {
  for (const tag of wanted) {
    const found = available.find((each) => each === baseOf(tag));
    if (found !== undefined) return found;
  }
  return available[0];
}

/**
 * Which region's way of writing numbers and dates: the reader's, as long as it is of the language they read.
 * @returns a BCP 47 tag
 */
export function chooseRegion(language: string, wanted: readonly string[]): string {
  const own = wanted.find((tag) => baseOf(tag) === language && tag.includes('-'));
  // Days before months: what the rest of the world reads without a mistake.
  return own ?? (language === 'en' ? 'en-GB' : language);
}

const wanted = [localStorage.getItem(storageKey) ?? '', ...navigator.languages];

export const language: Language = chooseLanguage(wanted, languages);
export const region: string = chooseRegion(language, wanted);

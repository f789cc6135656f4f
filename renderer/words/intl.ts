import { region } from './language.ts';

/** What a language tells apart; English needs `one` and `other`, others more. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const rules = new Intl.PluralRules(region);
const relative = new Intl.RelativeTimeFormat(region, { numeric: 'always' });
const moment = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'medium' });
const conjunction = new Intl.ListFormat(region, { style: 'long', type: 'conjunction' });
const formats = new Map<string, Intl.NumberFormat>();

/** As wide as a plus; the hyphen that `Intl` writes in most languages is half of it. */
const minus = '\u2212';

/** `2,000`, `0.5`, `−3.1`; as this language and region write numbers. For eyes: what is copied or saved takes the number itself. */
export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  // Making one takes longer than a hundred uses of it.
  if (format === undefined) {
    // Not “−0”: nothing below zero is left of it.
    format = new Intl.NumberFormat(region, { signDisplay: 'negative', ...options });
    formats.set(key, format);
  }
  return format.format(value).replace('-', minus);
}

/** The form for this count, with the count in place of `#`: `plural(2, { one: '# line', other: '# lines' })`. */
export function plural(count: number, forms: PluralForms): string {
  return (forms[rules.select(count)] ?? forms.other).replace('#', number(count));
}

/** `5 minutes ago` */
export function ago(count: number, unit: 'minute' | 'hour' | 'day'): string {
  return relative.format(-count, unit);
}

/** `24 Nov 2026, 18:42:03` */
export function dateTime(at: Date): string {
  return moment.format(at);
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  return conjunction.format(items);
}

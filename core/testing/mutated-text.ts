import { array, constant, constantFrom, nat, oneof, record, string, tuple, type Arbitrary } from 'fast-check';

type Change = (text: string) => string;

const noise = [
  '\u0000',
  '\u001b[31m',
  '\u001b[999999C',
  '\r',
  '\r\n',
  '\n\n\n',
  '\t',
  '|',
  ' | ',
  ',',
  ', , ,',
  ':',
  '<',
  '</gpu>',
  '<gpu>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]>',
  '&d;',
  '&#x110000;',
  ']]>',
  '<nvidia_smi_log>',
  '</nvidia_smi_log>',
  'N/A',
  '[N/A]',
  '[Unknown Error]',
  'GPU is lost',
  '-1 MiB',
  '9'.repeat(400),
  '1e999',
  '\ud800',
  '😀',
  'ÄÖ',
  'smi-1  | ',
  'GPU 0: ',
  '(UUID: ',
  'MIG ',
  '{0,1',
  // What a pattern that is not linear would choke on.
  ' '.repeat(15_000),
  '| 1 '.repeat(4_000),
  ' (UUID: '.repeat(2_000),
  'Field "x" is not a valid field to query.',
];

/** One damage at a place that is a share of the text, so that a smaller example stays at the same place. */
function damage(others: readonly string[]): Arbitrary<Change> {
  const share = nat(10_000).map((part) => part / 10_000);
  const at = (text: string, part: number) => Math.floor(text.length * part);
  return oneof(
    share.map(
      (part): Change =>
        (text) =>
          text.slice(0, at(text, part)),
    ),
    share.map(
      (part): Change =>
        (text) =>
          text.slice(at(text, part)),
    ),
    tuple(share, nat(400)).map(([part, length]): Change => (text) => {
      return text.slice(0, at(text, part)) + text.slice(at(text, part) + length);
    }),
    tuple(share, nat(400)).map(([part, length]): Change => (text) => {
      const from = at(text, part);
      return text.slice(0, from) + text.slice(from, from + length).repeat(3) + text.slice(from + length);
    }),
    tuple(share, oneof(constantFrom(...noise), string({ maxLength: 20, unit: 'binary' }))).map(
      ([part, inserted]): Change =>
        (text) =>
          text.slice(0, at(text, part)) + inserted + text.slice(at(text, part)),
    ),
    tuple(share, constantFrom(...noise)).map(([part, instead]): Change => (text) => {
      const from = at(text, part);
      const word = /[^\s|,:<>]+/.exec(text.slice(from))?.[0] ?? '';
      return text.slice(0, from) + text.slice(from).replace(word, () => instead);
    }),
    tuple(share, share).map(([part, other]): Change => (text) => {
      const lines = text.split('\n');
      const [one, two] = [at(text, part) % lines.length, Math.floor(lines.length * other) % lines.length];
      [lines[one], lines[two]] = [lines[two] ?? '', lines[one] ?? ''];
      return lines.join('\n');
    }),
    tuple(share, constantFrom(...others)).map(([part, other]): Change => (text) => {
      return text.slice(0, at(text, part)) + other;
    }),
    constant<Change>((text) => text.replaceAll('\n', '\r\n')),
    constant<Change>((text) => text.replaceAll('\n', '')),
    constant<Change>((text) => text.replaceAll(/ {2,}/g, ' ')),
  );
}

/** Outputs of real tools, damaged in up to four ways; the name says which one was the beginning. */
export function mutatedTexts(texts: Readonly<Record<string, string>>): Arbitrary<{ name: string; text: string }> {
  const names = Object.keys(texts);
  const changes = array(damage(Object.values(texts)), { minLength: 1, maxLength: 4 });
  return record({ name: constantFrom(...names), changes }).map(({ name, changes: made }) => ({
    name,
    text: made.reduce((text, change) => change(text), texts[name] ?? ''),
  }));
}

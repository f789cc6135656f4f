import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

test.each([
  ['UTF-8', new TextEncoder().encode('grüßte 5 €'), 'utf-8', 'grüßte 5 €'],
  ['UTF-8 with its mark', new TextEncoder().encode('\uFEFFü'), 'utf-8', 'ü'],
  ['UTF-16, little end first', bytes(0xff, 0xfe, 0xfc, 0), 'utf-16le', 'ü'],
  ['UTF-16, big end first', bytes(0xfe, 0xff, 0, 0xfc), 'utf-16be', 'ü'],
  ['Windows-1252', bytes(0x67, 0x72, 0xfc, 0xdf, 0x74, 0x65, 0x20, 0x80, 0x93), 'windows-1252', 'grüßte €“'],
  ['nothing', bytes(), 'utf-8', ''],
])('%s', (_name, file, encoding, text) => {
  expect(decodeText(file)).toEqual({ text, encoding });
});

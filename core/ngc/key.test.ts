import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { readKey } from './key.ts';

const currentKey = fc.stringMatching(/^nvapi-[A-Za-z0-9_-]{64}$/);
const legacyKey = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{20,40}$/), fc.uuid())
  .map(([id, uuid]) => Buffer.from(`${id}:${uuid}`).toString('base64'));
const key = fc.oneof(currentKey, legacyKey);

test('both shapes are taken as they are', () => {
  fc.assert(fc.property(key, (text) => readKey(text) === text));
});

test('what comes along with a copied key is taken off', () => {
  const before = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\ufeff',
    'export NGC_API_KEY=',
    'NGC_API_KEY: ',
    '$env:NGC_API_KEY = ',
    'Bearer ',
  );
  const quote = fc.constantFrom(['', ''], ['"', '"'], ["'", "'"], ['`', '`'], ['“', '”'], ['<', '>']);
  const after = fc.constantFrom('', '\r\n', ' ', '\u200b', '  \n\n');
  const breakAt = fc.nat(60);
  fc.assert(
    fc.property(key, before, quote, after, breakAt, (text, head, [open, close], tail, at) => {
      const wrapped = `${text.slice(0, at)}\n  ${text.slice(at)}`;
      expect(readKey(`${head}${open}${text}${close}${tail}`)).toBe(text);
      expect(readKey(`${open}${wrapped}${close}${tail}`)).toBe(text);
    }),
  );
});

test('what is no key is refused without a word of it', () => {
  const secretive = fc.string({ minLength: 6 }).filter((text) => !/nvapi-/.test(text));
  fc.assert(
    fc.property(secretive, (text) => {
      try {
        readKey(text);
        expect.unreachable();
      } catch (error) {
        expect(isAppError(error, 'BAD_INPUT')).toBe(true);
        if (isAppError(error) && text.trim().length > 5) expect(JSON.stringify(error.toFailure())).not.toContain(text);
      }
    }),
  );
});

test.each([
  ['hf_abcdefghijklmnop', 'Hugging Face'],
  ['   ', 'No key'],
  ['nvapi-abcdefgh nvapi-abcdefgh', 'more than one'],
  ['a'.repeat(64), 'nvapi-'],
  ['nvapi-', 'nvapi-'],
  ['nvapi-abc/def?ghi', 'nvapi-'],
])('%j: %s', (text, words) => {
  expect(() => readKey(text)).toThrow(words);
});

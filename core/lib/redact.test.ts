import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayHoldSecret, redact } from './redact.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'Z', '7', 'k'), minLength: 1, maxLength: 100 });
const word = fc.oneof(
  letters,
  fc.string({ maxLength: 10 }),
  letters.map((key) => `nvapi-${key}`),
  letters.map((token) => `hf_${token}`),
  letters.map((token) => `bearer \t${token}`),
  letters.map((token) => `Basic ${token}==`),
  letters.map((token) => `eyJ${token}.${token}.${token}`),
  letters.map((password) => `http://ada:${password}@proxy`),
);

it('is never wrong about a text in which something must be taken out', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', '', '\n', '='), (words, between) => {
      const text = words.join(between);
      // A word on the other side of a known shape makes every hint a yes, and so the shapes themselves speak.
      const withoutHint = redact(`${text} nvapi-`).slice(0, -' nvapi-'.length);
      if (withoutHint !== text) expect(redact(text)).toBe(withoutHint);
    }),
    { numRuns: 2000 },
  );
});

it('says no to what logs are full of', () => {
  expect(
    mayHoldSecret(`INFO 11-24 15:00:00 [loader.py:447] ${'0123456789abcdef'.repeat(4)} ${'- x '.repeat(100)}`),
  ).toBe(false);
  expect(mayHoldSecret('x'.repeat(80))).toBe(true);
  expect(mayHoldSecret('x'.repeat(79))).toBe(false);
});

it('takes credentials out, and leaves words as they are', () => {
  const basic = Buffer.from('$oauthtoken:nvapi').toString('base64');
  expect(redact(`Authorization: Basic ${basic}`)).toBe('Authorization: [redacted]');
  expect(redact(`authorization: bearer ${'k7'.repeat(9)}`)).toBe('authorization: [redacted]');
  const words = 'INFO basic configuration loaded; Basic authentication is off, Bearer authentication required';
  expect(redact(words)).toBe(words);
});

it('takes who signs in out of an address, and leaves the address', () => {
  expect(redact('HTTPS_PROXY=http://ada:s3cret@proxy:3128 is set')).toBe(
    'HTTPS_PROXY=http://[redacted]@proxy:3128 is set',
  );
  const innocent = 'ssh://git@host/x http://127.0.0.1:8000/v1?to=ada@host "a://b","c:d@e"';
  expect(redact(innocent)).toBe(innocent);
});

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createScrubber } from './scrub.ts';

const secret = 'nv"api/plus+key=äöü-0123456789';
const scrub = createScrubber([secret]);

it.each([
  ['as it is', secret],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded in small letters', encodeURIComponent(secret).toLowerCase()],
  ['escaped in JSON', JSON.stringify({ key: secret })],
])('takes a secret out: %s', (_how, text) => {
  const left = scrub(`before ${text} after`);
  expect(left).toContain('[redacted]');
  expect(left).not.toContain('0123456789');
  expect(left).toMatch(/^before .*after$/);
});

it('leaves but the edges of a secret in base64, whatever surrounds it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), fc.boolean(), (before, after, isUrl) => {
      const encoded = Buffer.from(before + secret + after).toString(isUrl ? 'base64url' : 'base64');
      const left = Buffer.from(scrub(`x ${encoded} y`).replaceAll('[redacted]', ' '), 'utf8').toString();
      for (const part of left.split(/\s/)) {
        const decoded = Buffer.from(part, 'base64').toString('latin1');
        expect(decoded).not.toContain('0123456');
      }
      expect(scrub(`x ${encoded} y`)).toContain('[redacted]');
    }),
    { numRuns: 200, seed: 7 },
  );
});

it('takes no innocent word for a short secret', () => {
  expect(createScrubber(['', 'a', 'model'])('a model of a kind')).toBe('a model of a kind');
});

it('takes out what looks like a key and is none of ours', () => {
  expect(createScrubber([])('key nvapi-abcdefghij')).toBe('key [redacted]');
});

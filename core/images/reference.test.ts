import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseReference', () => {
  it.each([
    ['postgres', 'docker.io/library/postgres:latest'],
    ['docker.io/postgres:17', 'docker.io/library/postgres:17'],
    ['index.docker.io/a/b', 'docker.io/a/b:latest'],
    ['a/b', 'docker.io/a/b:latest'],
    ['nvcr.io/nim/meta/llama-3.1-8b-instruct', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:latest'],
    ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.12', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.12'],
    [' nvcr.io/nim/x:1 ', 'nvcr.io/nim/x:1'],
    ['127.0.0.1:5000/nim/x', '127.0.0.1:5000/nim/x:latest'],
    ['localhost/x:1', 'localhost/x:1'],
    ['localhost:5000/x', 'localhost:5000/x:latest'],
    ['[::1]:5000/x:1', '[::1]:5000/x:1'],
    ['REGISTRY/x', 'REGISTRY/x:latest'],
    [`nvcr.io/nim/x@${digest}`, `nvcr.io/nim/x@${digest}`],
    [`nvcr.io/nim/x:1@${digest}`, `nvcr.io/nim/x:1@${digest}`],
    ['a__b/c-d.e_f', 'docker.io/a__b/c-d.e_f:latest'],
  ])('%s', (text, spelled) => {
    expect(formatReference(parseReference(text))).toBe(spelled);
    // One spelling: reading it again changes nothing.
    expect(formatReference(parseReference(spelled))).toBe(spelled);
  });

  it.each([
    ['', /empty/],
    ['a b', /space/],
    ['https://nvcr.io/nim/x', /web address/],
    ['nvcr.io/nim/X', /capital/],
    ['Postgres', /capital/],
    ['nvcr.io/nim//x', /too many/],
    ['nvcr.io/', /missing/],
    ['nvcr.io/nim/x:', /after the colon/],
    ['nvcr.io/nim/x:.1', /not a tag/],
    [`nvcr.io/nim/x:${'1'.repeat(129)}`, /not a tag/],
    ['nvcr.io/nim/-x', /not a name/],
    ['nvcr.io/nim/a___b', /not a name/],
    ['nvcr.io/x@sha256:12', /digest/],
    [`nvcr.io/x@sha256:${'a'.repeat(40)}`, /40 digits/],
    ['a'.repeat(64), /id, not/],
    [`nvcr.io/${'a'.repeat(250)}`, /longer than 255/],
    ['_host.io/x', /registry/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(message) }),
    );
  });

  it('either reads a text or refuses it as bad input, and never changes on a second reading', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9:/@._[\]-]{0,40}$/), (text) => {
        let spelled: string;
        try {
          spelled = formatReference(parseReference(text));
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_INPUT' });
          return;
        }
        expect(formatReference(parseReference(spelled))).toBe(spelled);
      }),
    );
  });
});

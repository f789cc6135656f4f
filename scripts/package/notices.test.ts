import { expect, test } from 'vitest';
import { findForbidden, writeNotices } from './notices.ts';

const shipped = (licence: string, text: string | null = 'its text') => ({
  name: 'some-package',
  version: '1.2.3',
  licence,
  author: 'Somebody',
  text,
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['(BSD-3-Clause AND MIT)', true],
  ['GPL-3.0', false],
  ['MIT AND LGPL-3.0', false],
  ['UNLICENSED', false],
  ['SEE LICENSE IN LICENSE.md', false],
])('%s: may be shipped: %s', (licence, isAllowed) => {
  expect(findForbidden([shipped(licence)])).toHaveLength(isAllowed ? 0 : 1);
});

test('a notice has the name, the version and the words of the licence', () => {
  expect(writeNotices([shipped('MIT')])).toContain('some-package 1.2.3 (MIT)\n\nits text');
  expect(writeNotices([shipped('ISC', null)])).toContain('Copyright (c) Somebody\n\nPermission to use');
  expect(() => writeNotices([shipped('MIT', null)])).toThrow('some-package comes without the text');
});

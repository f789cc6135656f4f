import { expect, test } from 'vitest';
import type { Nim } from './contract/nims.ts';
import { nimStatusLine } from './status.ts';

const now = Date.parse('2026-03-06T12:00:00Z');

const nim: Nim = {
  id: 'a'.repeat(64),
  name: 'one',
  reference: 'nvcr.io/nim/meta/one:1',
  status: 'ready',
  statusSince: '2026-03-06T11:00:00Z',
  phase: null,
  exit: null,
  createdAt: '2026-03-06T10:00:00Z',
  startedAt: null,
  address: null,
  gpus: { kind: 'all' },
  models: [],
  nimVersion: null,
  profile: null,
};

test('a line says what is known of a status, and nothing else', () => {
  expect(nimStatusLine(nim, now)).toBe('Ready, 1 h');
  expect(nimStatusLine({ ...nim, status: 'starting', phase: 'WEIGHTS' }, now)).toBe('Starting, Loading weights, 1 h');
  // A phase that is left over from the start says nothing about a NIM that is ready.
  expect(nimStatusLine({ ...nim, phase: 'READY' }, now)).toBe('Ready, 1 h');
  const exit = { code: 137, at: null, isOutOfMemory: false, firstErrorLine: null };
  expect(nimStatusLine({ ...nim, status: 'exited', exit }, now)).toBe('Exited (137), 1 h');
  expect(nimStatusLine({ ...nim, status: 'exited', exit: { ...exit, firstErrorLine: 'no memory' } }, now)).toBe(
    'Exited (137), 1 h: no memory',
  );
});

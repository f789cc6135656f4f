import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { tar, type TarEntry } from './tar.ts';

const entries: TarEntry[] = [
  { path: 'opt', content: { kind: 'folder' } },
  { path: 'tmp', mode: 0o1777, content: { kind: 'folder' } },
  {
    path: 'opt/run.sh',
    mode: 0o755,
    owner: 1000,
    content: { kind: 'file', data: Buffer.from('#!/bin/sh\necho grüße\n') },
  },
  { path: 'opt/block', content: { kind: 'file', data: Buffer.alloc(512, 'x') } },
  { path: 'opt/empty', content: { kind: 'file', data: Buffer.alloc(0) } },
  { path: 'bin/sh', content: { kind: 'link', target: 'busybox' } },
];

const archive = (): Buffer => Buffer.concat([...tar(entries)]);

// GNU tar's way to list; others print the same otherwise.
it.runIf(process.platform === 'linux')('is read by the tar of the system as it was written', () => {
  const { stdout, stderr } = spawnSync('tar', ['--list', '--verbose', '--numeric-owner'], {
    input: archive(),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').replace(/ \d{4}-\d\d-\d\d \d\d:\d\d/, ''));
  expect(lines).toEqual([
    'drwxr-xr-x 0/0 0 opt/',
    'drwxrwxrwt 0/0 0 tmp/',
    '-rwxr-xr-x 1000/1000 23 opt/run.sh',
    '-rw-r--r-- 0/0 512 opt/block',
    '-rw-r--r-- 0/0 0 opt/empty',
    'lrwxrwxrwx 0/0 0 bin/sh -> busybox',
  ]);
  const { stdout: content } = spawnSync('tar', ['--extract', '--to-stdout', 'opt/run.sh'], {
    input: archive(),
    encoding: 'utf8',
  });
  expect(content).toBe('#!/bin/sh\necho grüße\n');
});

it('refuses a path that the format cannot hold', () => {
  expect(() => [...tar([{ path: 'x'.repeat(101), content: { kind: 'folder' } }])]).toThrow('path too long');
});

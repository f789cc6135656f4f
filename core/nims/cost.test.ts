import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderSize, modelFolder, removeModel } from './cost.ts';

const signal = new AbortController().signal;

test.each([
  ['nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6', '/c/ngc/hub/models--nim--meta--llama-3.1-8b-instruct'],
  ['nvcr.io/nim/meta/llama-3.1-8b-instruct@sha256:31e3', '/c/ngc/hub/models--nim--meta--llama-3.1-8b-instruct'],
  ['localhost:5000/nim/meta/llama:1', '/c/ngc/hub/models--nim--meta--llama'],
  ['nim/../..:1', null],
  ['llama', null],
])('the files of %s', (reference, folder) => expect(modelFolder('/c', reference)).toBe(folder));

test('what a model takes, and its removal; links are not counted twice', async () => {
  const root = mkdtempSync(join(tmpdir(), 'nimdeck-cost-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'models--nim--meta--llama');
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  mkdirSync(join(folder, 'snapshots', 'v1'), { recursive: true });
  writeFileSync(join(folder, 'blobs', 'a'), 'x'.repeat(1000));
  writeFileSync(join(folder, 'blobs', 'b'), 'x'.repeat(24));
  symlinkSync('../../blobs/a', join(folder, 'snapshots', 'v1', 'model.safetensors'));
  symlinkSync(root, join(folder, 'up'));
  expect(await folderSize(folder, signal)).toBe(1024);
  await removeModel(folder);
  expect(await folderSize(folder, signal)).toBeNull();
  expect(await folderSize(root, signal), 'what it linked to is still there').toBe(0);
  await removeModel(folder);
});

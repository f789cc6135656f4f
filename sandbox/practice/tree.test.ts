import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readOptions } from './options.ts';
import { startTree } from './tree.ts';

test('the control changes the machine for whoever has its key: the last one that was asked for is there, and nothing at the end', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'nimdeck-tree-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 't');
  const tree = await startTree(readOptions(JSON.stringify({ folder })));
  const { control, nvidiaSmi } = tree.announcement;
  const change = async (machine: string, token = control.token) => {
    const headers = { authorization: `Bearer ${token}` };
    const init = { method: 'POST', headers, body: JSON.stringify({ machine }) };
    return (await fetch(`${control.address}/machine`, init)).status;
  };
  const [program = '', ...leading] = nvidiaSmi;
  const list = async () => (await promisify(execFile)(program, [...leading, '-L'])).stdout;

  expect(await list()).toContain('RTX 4090');
  expect(await change('gb10', 'guessed')).toBe(401);
  expect(await Promise.all([change('none'), change('rtx-4090'), change('gb10')])).toEqual([204, 204, 204]);
  expect(await list()).toContain('GB10');
  await tree.close();
  expect(existsSync(folder)).toBe(false);
});

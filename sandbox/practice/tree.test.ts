import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { systemFilesIn } from '../../core/lib/system-files.ts';
import { openDoctor } from '../../core/testing/doctor-world.ts';
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

test('the disk has room, and hardly any while that is wished for; another processor is another computer', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'nimdeck-tree-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const tree = await startTree(readOptions(JSON.stringify({ folder: join(parent, 't') })));
  const { control, disk, dockerHost, systemRoot } = tree.announcement;
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${control.token}` };
    await fetch(`${control.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  await using doctor = await openDoctor({ dockerHost, system: systemFilesIn(systemRoot, parent, disk) });
  const disks = async () => {
    const { state, failure, evidence } = await doctor.check('disk');
    return { state, code: failure?.code ?? null, text: evidence.map((each) => each.text).join('\n') };
  };
  expect((await disks()).text).toContain('/var/lib/docker (the engine’s images): 1.20 TB of 2.00 TB free');
  await post('/fault', { fault: 'disk-nearly-full', isOn: true });
  expect(await disks()).toMatchObject({
    state: 'failed',
    code: 'DISK_FULL',
    text: expect.stringContaining('1.20 GB of'),
  });
  const docker = new Docker({ socketPath: dockerHost.replace('unix://', '') });
  // By its name it is for DGX Spark, whose processor is another.
  await expect(docker.pull('nvcr.io/nim/qwen/qwen3-32b-dgx-spark:1.1.0-variant')).rejects.toThrow(
    'no matching manifest for linux/amd64',
  );

  await post('/fault', { fault: 'disk-nearly-full', isOn: false });
  expect((await disks()).code).toBeNull();
  const architecture = async () => ((await docker.info()) as { Architecture: string }).Architecture;
  expect(await architecture()).toBe('x86_64');
  await post('/machine', { machine: 'gb10' });
  expect(await architecture()).toBe('aarch64');
  await post('/machine', { machine: 'none' });
  expect(await architecture()).toBe('x86_64');
  await tree.close();
});

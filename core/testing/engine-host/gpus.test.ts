import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdiSpecWith, gpus, hookScript, slices, smiScript } from './gpus.ts';

let bundle = '';
let programs = '';
beforeAll(() => {
  bundle = mkdtempSync(join(tmpdir(), 'nimdeck-hook-'));
  programs = join(bundle, 'rootfs/usr/bin');
  mkdirSync(programs, { recursive: true });
});
afterAll(() => rmSync(bundle, { recursive: true }));

/** Runs the hook as an engine does: state on stdin, the container's environment in the bundle. */
function runHook(...environment: string[]): { status: number | null; stderr: string } {
  return runHookIn({ path: join(bundle, 'rootfs') }, ...environment);
}

function runHookIn(root: object, ...environment: string[]): { status: number | null; stderr: string } {
  const config = { process: { args: ['env'], env: ['PATH=/bin', ...environment] }, root, hooks: {} };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  const state = JSON.stringify({ ociVersion: '1.0.2', id: 'x', status: 'creating', pid: 1, bundle });
  const { status, stderr } = spawnSync('/bin/sh', ['-c', hookScript, 'hook', 'prestart'], {
    input: state,
    encoding: 'utf8',
  });
  return { status, stderr };
}

// A shell script that engines on Linux run.
describe.runIf(process.platform === 'linux')('hook', () => {
  it.each(['all', 'none', 'void', '', '0', '0,1', gpus[1], `${gpus[0]},${gpus[1]}`, slices[3], '0:1'])(
    'lets %j start',
    (wanted) => {
      expect(runHook(`NVIDIA_VISIBLE_DEVICES=${wanted}`)).toEqual({ status: 0, stderr: '' });
    },
  );

  it('brings the driver’s program into a container that gets a GPU, and into no other place', () => {
    expect(runHook('NVIDIA_VISIBLE_DEVICES=0').status).toBe(0);
    const brought = join(programs, 'nvidia-smi');
    expect(readFileSync(brought, 'utf8')).toBe(smiScript);
    rmSync(brought);
    expect(runHook('NVIDIA_VISIBLE_DEVICES=void').status).toBe(0);
    expect(statSync(brought, { throwIfNoEntry: false })).toBeUndefined();

    const ofMachine = () => statSync('/usr/bin/nvidia-smi', { throwIfNoEntry: false })?.mtimeMs;
    const before = ofMachine();
    for (const root of [{}, { path: '' }, { path: '/' }])
      expect(runHookIn(root, 'NVIDIA_VISIBLE_DEVICES=0')).toEqual({ status: 0, stderr: '' });
    expect(ofMachine()).toBe(before);
  });

  it('lets a container without the variable start', () => {
    expect(runHook()).toEqual({ status: 0, stderr: '' });
  });

  it.each(['2', 'GPU-0', 'MIG-', '*', `${gpus[0]},GPU-0`, `${gpus[0]}x`])('refuses %j', (wanted) => {
    const { status, stderr } = runHook(`NVIDIA_VISIBLE_DEVICES=${wanted}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^nvidia-container-cli: device error: \S+: unknown device\n$/);
  });
});

it('the device file has every GPU by index and by id, and all of them', () => {
  const names = cdiSpecWith('/smi').devices.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['0', '1', '0:3', 'all', ...gpus, ...slices]));
  expect(new Set(names).size).toBe(names.length);
});

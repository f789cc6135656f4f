import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSmiOutput } from '../core/gpu/read-output.ts';
import { captureFolder } from '../core/testing/captures.ts';

vi.setConfig({ testTimeout: 60_000 });

const program = fileURLToPath(new URL('nimdeck.ts', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-gpus-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function gpusFrom(place: string, ...more: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [program, 'gpus', '--from', place, ...more];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 20_000_000 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const list = 'GPU 0: NVIDIA GB10 (UUID: GPU-aaaaaaaa-0000-4000-8000-000000000001)\n';

describe('gpus --from', () => {
  it('reads a file, for people and as JSON, without core', async () => {
    const file = join(folder, 'anything.png');
    writeFileSync(file, list);
    const json = await gpusFrom(file, '--json');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([0, readSmiOutput(list)]);
    expect((await gpusFrom(file)).stdout).toMatch(/^GPU +NAME .*\n0 +NVIDIA GB10 /);
  });

  it('reads what Windows PowerShell saved', async () => {
    const file = join(folder, 'utf16.txt');
    writeFileSync(file, Buffer.from(`\ufeff${list.replaceAll('\n', '\r\n')}`, 'utf16le'));
    expect(JSON.parse((await gpusFrom(file, '--json')).stdout)).toEqual(readSmiOutput(list));
  });

  it('names a problem and what to do; what is no such output fails', async () => {
    const file = join(folder, 'problem.txt');
    writeFileSync(file, 'No devices were found\n');
    expect(await gpusFrom(file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('It says: No devices were found'),
    });
    writeFileSync(file, 'Dear diary\n');
    expect((await gpusFrom(file, '--json')).code).toBe(1);
    expect(await gpusFrom(join(folder, 'none'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read'),
    });
  });

  it('reads each file of a folder for itself, in the order of their names', async () => {
    const place = join(folder, 'many');
    mkdirSync(join(place, 'inner'), { recursive: true });
    writeFileSync(join(place, 'b.txt'), list);
    writeFileSync(join(place, 'a.txt'), 'CUDA Version : 13.0\nDRIVER version : 580.1\n');
    const { code, stdout } = await gpusFrom(place, '--json');
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { file: 'a.txt', format: 'version', driverVersion: '580.1', cudaVersion: '13.0' },
      { file: 'b.txt', ...readSmiOutput(list) },
    ]);
    expect((await gpusFrom(join(place, 'inner'))).code).toBe(2);
  });

  const captures = captureFolder('nvidia-smi');
  it.skipIf(captures === null)('reads every recording (skipped where the captures are missing)', async () => {
    const { code, stdout } = await gpusFrom(captures ?? '', '--json');
    expect(code).toBe(0);
    const read = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string });
    // What each must say: core/gpu/captures.test.ts.
    expect(read).toEqual(
      readdirSync(captures ?? '')
        .toSorted()
        .map((file) => ({ file, ...readSmiOutput(readFileSync(join(captures ?? '', file), 'utf8')) })),
    );
  });
});

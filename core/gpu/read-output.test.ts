import { readdirSync, readFileSync } from 'node:fs';
import { assert, property } from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { mutatedTexts } from '../testing/mutated-text.ts';
import { readSmiOutput } from './read-output.ts';

// What is not linear takes minutes here; a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 });

const fixture = readFileSync(new URL('fixtures/h100-two-slices.xml', import.meta.url), 'utf8');
const uuid = 'GPU-aaaaaaaa-0000-4000-8000-000000000001';

describe('R610, which has other words', () => {
  it('in the table', () => {
    const table = `
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 610.57.04              KMD Version: 610.57.04     CUDA UMD Version: 13.3     |
+-----------------------------------------+------------------------+----------------------+
|   0  NVIDIA GeForce GTX 1660        Off |   00000000:01:00.0  On |                  N/A |
| 45%   43C    P8             12W /  120W |     596MiB /   6144MiB |      0%      Default |
|                                         |                        |                  N/A |
`;
    expect(readSmiOutput(table)).toMatchObject({
      format: 'table',
      gpus: [
        { name: 'NVIDIA GeForce GTX 1660', driverVersion: '610.57.04', cudaVersion: '13.3', memoryTotalMiB: 6144 },
      ],
    });
  });

  it('in -q, with a remark behind the old line', () => {
    const q = `
==============NVSMI LOG==============
Driver Version                                         : 610.57.04 [Deprecated; will be removed in CUDA 14.0. Use KMD Version instead]
KMD Version                                            : 610.57.04
CUDA UMD Version                                       : 13.3
Attached GPUs                                          : 1
GPU 00000000:01:00.0
    Product Name                                       : NVIDIA GeForce GTX 1660
    GPU UUID                                           : ${uuid}
    FB Memory Usage
        Total                                          : 6144 MiB
`;
    expect(readSmiOutput(q)).toEqual({
      format: 'q-text',
      gpus: [
        {
          index: 0,
          name: 'NVIDIA GeForce GTX 1660',
          uuid,
          memoryTotalMiB: 6144,
          driverVersion: '610.57.04',
          cudaVersion: '13.3',
          migEnabled: null,
          migDevices: [],
        },
      ],
    });
  });

  it('in --version', () => {
    const version = [
      'NVIDIA-SMI version  : 610.57.04',
      'DRIVER version      : Deprecated, see "KMD version" instead',
      'KMD version         : 610.57.04',
      'CUDA UMD version    : 13.3',
    ].join('\n');
    expect(readSmiOutput(version)).toEqual({ format: 'version', driverVersion: '610.57.04', cudaVersion: '13.3' });
  });
});

describe('queries', () => {
  it('without header, where a cell says itself what it is', () => {
    expect(readSmiOutput(`1, ${uuid}, NVIDIA GB10, 9.0\n`)).toMatchObject({
      format: 'query-gpu-csv',
      gpus: [{ index: 1, uuid, name: 'NVIDIA GB10', memoryTotalMiB: null }],
    });
  });

  it('in any order of fields, with a row that was cut', () => {
    const text = `memory.total [MiB], gpu_uuid, mig.mode.current, gpu_name, index\n81559, ${uuid}, Enabled, NVIDIA H100, 3\n24564 MiB, GPU-b\n`;
    expect(readSmiOutput(text)).toMatchObject({
      gpus: [
        { index: 3, name: 'NVIDIA H100', uuid, memoryTotalMiB: 81559, migEnabled: true, migDevices: null },
        { index: 1, name: null, uuid: 'GPU-b', memoryTotalMiB: 24564, migEnabled: null },
      ],
    });
  });

  it('of processes, whose names may hold commas', () => {
    const text = `pid, process_name, used_gpu_memory [MiB]\n7, python3, -m, vllm, 900 MiB\n8, sh, [N/A]\n`;
    expect(readSmiOutput(text)).toEqual({
      format: 'compute-apps-csv',
      apps: [
        { gpuUuid: null, pid: 7, processName: 'python3, -m, vllm', usedMemoryMiB: 900 },
        { gpuUuid: null, pid: 8, processName: 'sh', usedMemoryMiB: null },
      ],
    });
    expect(readSmiOutput('pid, process_name\n')).toEqual({ format: 'compute-apps-csv', apps: [] });
  });
});

describe('problems', () => {
  it.each([
    ['No devices were found', 'NO_GPU_FOUND'],
    ['No GPU instances found: Not Found', 'MIG_NO_INSTANCES'],
    ['No MIG-enabled devices found.', 'MIG_NO_INSTANCES'],
    ['Field "cuda_version" is not a valid field to query.', 'INVALID_QUERY_FIELD'],
    ['Failed to initialize NVML: Unknown Error', 'NVML_UNKNOWN_ERROR'],
    ['Failed to initialize NVML: Insufficient Permissions', 'NVML_FORBIDDEN'],
    ['Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system', 'GPU_LOST'],
    ['bash: nvidia-smi: command not found', 'NVIDIA_SMI_MISSING'],
    ["'nvidia-smi' is not recognized as an internal or external command,", 'NVIDIA_SMI_MISSING'],
    [
      'Warning: MIG mode is in pending enable state for GPU 00000000:36:00.0: In use by another client',
      'MIG_CHANGE_PENDING',
    ],
    ['Hello there', 'GPU_OUTPUT_UNREADABLE'],
  ])('%s', (line, code) => {
    const expected = { format: 'stdout', gpus: [], problem: { code, evidence: line } };
    expect(
      readSmiOutput(`$ echo\n\n${line}\n`.replace('$ echo', code === 'GPU_OUTPUT_UNREADABLE' ? '' : '$ echo')),
    ).toEqual(expected);
  });

  it('of nothing at all', () => {
    const expected = { format: 'stdout', gpus: [], problem: { code: 'GPU_OUTPUT_UNREADABLE', evidence: '' } };
    expect(readSmiOutput('')).toEqual(expected);
    expect(readSmiOutput('\n \r\n')).toEqual(expected);
  });

  it('megabytes without a line end before a report that is none, at once', () => {
    const begin = performance.now();
    expect(readSmiOutput(`${'nvidia-smi '.repeat(800_000)}\n<nvidia_smi_log>`)).toMatchObject({
      format: 'stdout',
      gpus: [],
    });
    expect(performance.now() - begin).toBeLessThan(20_000);
  }, 60_000);

  it('a warning before a whole report is none', () => {
    const warned = `WARNING: infoROM is corrupted at gpu 0000:B3:00.0\n${fixture}`;
    expect(readSmiOutput(warned)).toEqual(readSmiOutput(fixture));
    expect(readSmiOutput(fixture)).toMatchObject({ format: 'xml', gpus: [{ migEnabled: true }, {}] });
  });

  it('what follows a report, as with --loop, is left alone', () => {
    expect(readSmiOutput(`${fixture}\n${fixture.slice(0, 500)}`)).toEqual(readSmiOutput(fixture));
  });

  const bomb = `<?xml version="1.0"?><!DOCTYPE nvidia_smi_log [<!ENTITY a0 "boom">${Array.from(
    { length: 30 },
    (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};&a${i};">`,
  ).join('')}]><nvidia_smi_log><gpu id="0"><product_name>&a30;</product_name></gpu></nvidia_smi_log>`;

  it.each([
    ['a cut report', fixture.slice(0, 900)],
    ['a bomb of entities', bomb],
    ['an entity from a file', bomb.replace('"boom"', 'SYSTEM "file:///etc/passwd"').replace('&a30;', '&a0;')],
    ['elements a hundred thousand deep', `<nvidia_smi_log>${'<a>'.repeat(100_000)}`],
    ['ten megabytes', fixture + ' '.repeat(10 * 1024 * 1024)],
    ['ten megabytes in one line', `GPU 0: ${'x (UUID: '.repeat(1_100_000)}`],
    ['nearly ten megabytes of bars', '| '.repeat(5_000_000)],
    ['nearly ten megabytes of short lines', '|  0    1   0   0  |\n'.repeat(500_000)],
    ['nearly ten megabytes of blanks', `|   0  x${' '.repeat(19_000)}y\n`.repeat(500)],
    ['nearly ten megabytes of lists', `GPU 0: ${'x (UUID: '.repeat(2_000)}\n`.repeat(500)],
    ['nearly ten megabytes of commas', `index, uuid\n${','.repeat(9_900_000)}`],
  ])('%s is one, and soon', (_what, text) => {
    const begin = performance.now();
    const output = readSmiOutput(text);
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(output).toMatchObject({ format: 'stdout', problem: { code: 'GPU_OUTPUT_UNREADABLE' } });
    expect(JSON.stringify(output)).not.toContain('root:');
  });
});

it.each(['9'.repeat(400), '-1', 'N/A', '1e999'])('takes a memory of %s MiB for unknown', (number) => {
  const q = `==NVSMI LOG==\nGPU 0000:01:00.0\nProduct Name : x\nFB Memory Usage\nTotal : ${number} MiB\n`;
  expect(readSmiOutput(q)).toMatchObject({ format: 'q-text', gpus: [{ name: 'x', memoryTotalMiB: null }] });
  const xml = fixture.replaceAll(/<total>[^<]*</g, `<total>${number} MiB<`);
  expect(readSmiOutput(xml)).toMatchObject({
    gpus: [{ memoryTotalMiB: null, migDevices: [{ memoryTotalMiB: null }, {}] }, {}],
  });
  const csv = `index, memory.total [MiB]\n0, ${number} MiB\n`;
  expect(readSmiOutput(csv)).toMatchObject({ gpus: [{ memoryTotalMiB: null }] });
  const table = `| NVIDIA-SMI 5 |\n|   0  X        Off |   00000000:01:00.0  On | N/A |\n| 4% | 596MiB /   ${number}MiB | 0% |\n`;
  expect(readSmiOutput(table)).toMatchObject({ format: 'table', gpus: [{ memoryTotalMiB: null }] });
});

const folder = captureFolder('nvidia-smi');
const names = folder === null ? [] : readdirSync(folder).filter((name) => !/^(?:SOURCES|expected)\./.test(name));

/** A number that JSON cannot hold comes back as null: the copy then differs. */
function isSound(text: string): boolean {
  const output = readSmiOutput(text);
  expect(JSON.parse(JSON.stringify(output))).toEqual(output);
  const numbers = JSON.stringify(output).match(/(?<=:)-?\d[\d.e+]*/g) ?? [];
  return numbers.every((number) => Number(number) >= 0);
}

// `npm run soak -- nvidia-smi --rounds 200000` does the same for longer.
it.skipIf(folder === null)(
  'reads damaged outputs or names a problem (skipped where the captures are missing)',
  () => {
    // Large ones only cost time here; the soak has them all.
    const texts = Object.fromEntries(
      names.map((name) => [name, readCapture(folder ?? '', name)] as const).filter(([, text]) => text.length < 30_000),
    );
    assert(
      property(mutatedTexts(texts), ({ text }) => isSound(text)),
      { seed: 20_260_714, numRuns: 400 },
    );
  },
  60_000,
);

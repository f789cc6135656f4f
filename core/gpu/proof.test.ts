import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { joinGpus } from './join.ts';
import type { Owner } from './owners.ts';
import { parseList } from './parse-list.ts';
import type { SmiProcess } from './parse-processes.ts';
import { parseXml } from './parse-xml.ts';
import { findIn, givenDevices, proofOf } from './proof.ts';
import { readGpuFacts, readInside, whyUnused } from './why-unused.ts';

const mine = 'a'.repeat(64);
const other = 'b'.repeat(64);

const card = (index: number, change: Partial<GpuDevice> = {}): GpuDevice => ({
  index,
  name: 'NVIDIA L40S',
  uuid: `GPU-${index}`,
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  memoryTotalMiB: 46_068,
  memoryUsedMiB: 20_000,
  isMemoryShared: false,
  utilizationPercent: 0,
  temperatureCelsius: null,
  powerWatts: null,
  migEnabled: false,
  migDevices: [],
  ...change,
});
const slice = (index: number, gi: number, ci = 0) => ({
  index,
  gi,
  ci,
  uuid: `MIG-${gi}-${ci}`,
  profile: '3g.40gb',
  memoryTotalMiB: 40_448,
  memoryUsedMiB: 26,
});
const reportOf = (gpus: GpuDevice[], more: Partial<GpuReport> = {}): GpuReport => ({
  readAt: '2026-03-06T12:00:00.000Z',
  gpus,
  failure: null,
  ...more,
});
const process = (gpuUuid: string, pid: number, change: Partial<SmiProcess> = {}): SmiProcess => ({
  gpuUuid,
  gi: null,
  ci: null,
  pid,
  memoryMiB: 19_500,
  processName: 'VLLM::EngineCore',
  ...change,
});
const owned = (...pairs: [number, Owner][]) => new Map(pairs);
const isMine: Owner = { kind: 'container', id: mine };
const isOther: Owner = { kind: 'container', id: other };
const isNobodys: Owner = { kind: 'unknown' };

const all = { kind: 'all' } as const;
const devices = (...ids: string[]) => ({ kind: 'devices' as const, ids });
const base = { nimId: mine, owners: new Map<number, Owner>(), processes: [], given: [], blind: null };

describe('what was given', () => {
  const report = reportOf([card(0), card(1, { migEnabled: true, migDevices: [slice(0, 1), slice(1, 2)] })]);

  test.each([
    [all, ['GPU-0', 'MIG-1-0', 'MIG-2-0']],
    [devices('GPU-0'), ['GPU-0']],
    [devices('0', '1:1'), ['GPU-0', 'MIG-2-0']],
    [devices('nvidia.com/gpu=MIG-1-0'), ['MIG-1-0']],
    [devices('nvidia.com/gpu=GPU-9', 'vendor.com/x=y'), ['GPU-9']],
  ])('%j', (choice, ids) => {
    expect(givenDevices(choice, report).map(({ id }) => id)).toEqual(ids);
  });

  it('is not known while nothing can be read', () => {
    expect(givenDevices(all, reportOf([]))).toEqual([]);
  });
});

describe('a reading', () => {
  it('says how much this NIM holds on which GPU, and nothing of what others hold', () => {
    const found = findIn({
      ...base,
      report: reportOf([card(0), card(1)]),
      processes: [process('GPU-1', 7), process('GPU-1', 8, { memoryMiB: 500 }), process('GPU-0', 9)],
      owners: owned([7, isMine], [8, isMine], [9, isOther]),
    });
    expect(found).toEqual({
      kind: 'held',
      devices: [{ id: 'GPU-1', name: 'NVIDIA L40S', gpuIndex: 1, memoryMiB: 20_000 }],
    });
  });

  it('keeps slices of one card apart, by GPU instance and compute instance', () => {
    const found = findIn({
      ...base,
      report: reportOf([card(0, { migEnabled: true, migDevices: [slice(0, 1, 0), slice(1, 1, 1), slice(2, 2)] })]),
      processes: [process('GPU-0', 7, { gi: 1, ci: 1 }), process('GPU-0', 9, { gi: 2, ci: 0 })],
      owners: owned([7, isMine], [9, isOther]),
    });
    expect(found).toMatchObject({ kind: 'held', devices: [{ id: 'MIG-1-1', name: 'NVIDIA L40S 3g.40gb' }] });
  });

  it('is a proof without an amount where the driver tells none', () => {
    const processes = [process('GPU-0', 7, { memoryMiB: null })];
    const found = findIn({ ...base, report: reportOf([card(0)]), processes, owners: owned([7, isMine]) });
    expect(found).toMatchObject({ kind: 'held', devices: [{ memoryMiB: null }] });
  });

  it.each([
    ['nobody is there', [card(0, { memoryUsedMiB: 450 })], [], new Map(), 'nothing'],
    ['another one uses it', [card(0)], [process('GPU-0', 9)], owned([9, isOther]), 'nothing'],
    ['a process is nobody’s', [card(0)], [process('GPU-0', 9)], owned([9, isNobodys]), 'doubt'],
    ['memory is held by none that is listed', [card(0)], [], new Map(), 'doubt'],
    ['memory is the system’s', [card(0, { isMemoryShared: true })], [], new Map(), 'nothing'],
    [
      'a process is nobody’s, on a GPU that is not this NIM’s',
      [card(0, { memoryUsedMiB: 3 }), card(1)],
      [process('GPU-1', 9)],
      owned([9, isNobodys]),
      'nothing',
    ],
  ] as [string, GpuDevice[], SmiProcess[], Map<number, Owner>, string][])(
    'where %s',
    (_what, gpus, processes, owners, kind) => {
      const report = reportOf(gpus);
      const given = givenDevices(devices('GPU-0'), report);
      expect(findIn({ ...base, report, processes, owners, given }).kind).toBe(kind);
    },
  );

  it('proves nothing against an engine that it cannot see, but what is gone is gone', () => {
    const report = reportOf([card(0)]);
    const given = givenDevices(all, report);
    expect(findIn({ ...base, report, given, blind: 'wsl' })).toEqual({ kind: 'doubt', doubt: 'wsl' });
    const gone = reportOf([], { failure: { code: 'NO_GPU_FOUND', message: 'No devices were found' } });
    expect(findIn({ ...base, report: gone, given, blind: 'wsl' })).toMatchObject({ kind: 'gone' });
    expect(findIn({ ...base, report: gone, given, blind: 'engine-elsewhere' }).kind).toBe('doubt');
  });
});

describe('what has gone', () => {
  const both = reportOf([card(0), card(1)]);
  const cut = reportOf([card(0, { migEnabled: true, migDevices: [slice(0, 1), slice(1, 2)] })]);

  it.each([
    ['one card of two', both, reportOf([card(0)]), ['GPU-1'], 'GPU_LOST'],
    [
      'all, by an error of the program',
      both,
      reportOf([], { failure: { code: 'GPU_LOST', message: 'GPU is lost' } }),
      ['GPU-0', 'GPU-1'],
      'GPU_LOST',
    ],
    [
      'the driver',
      both,
      reportOf([], { failure: { code: 'DRIVER_NOT_LOADED', message: 'x' } }),
      ['GPU-0', 'GPU-1'],
      'DRIVER_NOT_LOADED',
    ],
    [
      'a card that is still listed, without values',
      both,
      reportOf([card(0), card(1)], {
        lost: [{ index: 1, name: null, uuid: 'GPU-1', memoryTotalMiB: null, lastSeenAt: '2026-03-06T12:00:00.000Z' }],
      }),
      ['GPU-1'],
      'GPU_LOST',
    ],
    [
      'one slice',
      cut,
      reportOf([card(0, { migEnabled: true, migDevices: [slice(0, 1)] })]),
      ['MIG-2-0'],
      'GPU_UNKNOWN',
    ],
    [
      'every slice',
      cut,
      reportOf([card(0, { migEnabled: true, migDevices: [] })]),
      ['MIG-1-0', 'MIG-2-0'],
      'MIG_NO_INSTANCES',
    ],
    ['MIG itself', cut, reportOf([card(0)]), ['MIG-1-0', 'MIG-2-0'], 'GPU_UNKNOWN'],
    ['the card below the slices', cut, reportOf([card(3)]), ['MIG-1-0', 'MIG-2-0'], 'GPU_LOST'],
  ] as [string, GpuReport, GpuReport, string[], ErrorCode][])('%s', (_what, before, report, ids, code) => {
    const found = findIn({ ...base, report, given: givenDevices(all, before) });
    expect(found).toMatchObject({ kind: 'gone', failure: { code } });
    expect(proofOf(found, { nimId: mine, startedAt: '', since: '' }, null).devices.map(({ id }) => id)).toEqual(ids);
  });

  it('is nothing while the driver is silent', () => {
    const report = reportOf([], { failure: { code: 'DRIVER_LIBRARY_MISMATCH', message: 'x' } });
    expect(findIn({ ...base, report, given: givenDevices(all, both) })).toEqual({
      kind: 'doubt',
      doubt: 'driver-silent',
    });
  });

  it('is nothing where the slices are listed and not named: the reading was made in the midst of a change', () => {
    const torn = reportOf([card(0, { migEnabled: true, migDevices: [{ ...slice(0, 1), uuid: null, profile: null }] })]);
    expect(findIn({ ...base, report: torn, given: givenDevices(all, cut) })).toEqual({
      kind: 'doubt',
      doubt: 'driver-silent',
    });
  });

  it('a whole GPU that was cut is there', () => {
    const given = givenDevices(devices('GPU-0'), reportOf([card(0)]));
    expect(findIn({ ...base, report: cut, given }).kind).toBe('nothing');
  });
});

const ok = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', isTimedOut: false });
const failed = (stdout: string, exitCode: number) => ({ ...ok(stdout), exitCode });

describe('inside of a container', () => {
  it('is seen what is listed, slices in place of their card', () => {
    const text =
      'GPU 0: NVIDIA H100 (UUID: GPU-0)\n  MIG 3g.40gb     Device  0: (UUID: MIG-1)\nGPU 1: NVIDIA L40S (UUID: GPU-1)\n';
    expect(readInside(ok(text))).toEqual({ kind: 'sees', ids: ['MIG-1', 'GPU-1'] });
  });

  it.each([
    ['Failed to initialize NVML: Unknown Error', 255, 'NVML_UNKNOWN_ERROR'],
    ['Failed to initialize NVML: Insufficient Permissions', 255, 'NVML_FORBIDDEN'],
    ['No devices were found', 6, 'NO_GPU_FOUND'],
    ['Failed to initialize NVML: Driver/library version mismatch', 18, 'DRIVER_LIBRARY_MISMATCH'],
  ])('%s', (text, code, expected) => {
    expect(readInside(failed(text, code))).toMatchObject({ kind: 'broken', failure: { code: expected } });
  });

  it.each([
    [
      failed(
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nvidia-smi": executable file not found in $PATH: unknown',
        126,
      ),
      'no-program',
    ],
    [failed('', 127), 'no-program'],
    [{ ...ok(''), exitCode: null, isTimedOut: true }, 'no-answer'],
    [failed('Segmentation fault', 139), 'no-answer'],
  ])('%j is no answer about GPUs', (result, kind) => {
    expect(readInside(result).kind).toBe(kind);
  });
});

describe('why nothing is held', () => {
  const answer = (hostConfig: object, env: string[] = []) =>
    readGpuFacts({ Config: { Env: env }, HostConfig: hostConfig });
  const hook = { DeviceRequests: [{ Driver: '' }] };
  const clues = {
    engine: { kind: 'docker' as const },
    facts: answer(hook),
    inside: { kind: 'no-answer' as const },
    given: [],
    report: reportOf([card(0)]),
  };
  const broken = (text: string) => readInside(failed(text, 255));

  it.each([
    ['no request was kept', { facts: answer({}) }, 'GPU_REQUEST_IGNORED'],
    ['Podman passes the hook over', { engine: { kind: 'podman' as const } }, 'GPU_REQUEST_IGNORED'],
    ['an empty list for CUDA', { facts: answer(hook, ['CUDA_VISIBLE_DEVICES=']) }, 'GPU_HIDDEN_BY_ENV'],
    ['-1 for CUDA', { facts: answer(hook, ['CUDA_VISIBLE_DEVICES=-1']) }, 'GPU_HIDDEN_BY_ENV'],
    [
      'void for the runtime',
      { facts: answer({ Runtime: 'nvidia' }, ['NVIDIA_VISIBLE_DEVICES=void']) },
      'GPU_HIDDEN_BY_ENV',
    ],
    ['void, which the hook overrides', { facts: answer(hook, ['NVIDIA_VISIBLE_DEVICES=void']) }, 'GPU_NOT_USED'],
    ['a list for CUDA', { facts: answer(hook, ['CUDA_VISIBLE_DEVICES=0']) }, 'GPU_NOT_USED'],
    ['nothing arrived', { inside: { kind: 'sees' as const, ids: [] } }, 'GPU_REQUEST_IGNORED'],
    ['no device inside', { inside: broken('No devices were found') }, 'GPU_REQUEST_IGNORED'],
    ['NVML refuses inside', { inside: broken('Failed to initialize NVML: Unknown Error') }, 'NVML_UNKNOWN_ERROR'],
    ['a card that is to be cut', { report: reportOf([card(0, { migEnabled: true })]) }, 'MIG_NO_INSTANCES'],
    ['all is well', { inside: { kind: 'sees' as const, ids: ['GPU-0'] } }, 'GPU_NOT_USED'],
  ])('%s', (_what, change, code) => {
    expect(whyUnused({ ...clues, ...change }).code).toBe(code);
  });

  it('knows the ways that a container was given GPUs, and keeps no other variable', () => {
    expect(answer({ DeviceRequests: [{ Driver: 'cdi' }] }).way).toBe('cdi');
    expect(answer({ Devices: [{ PathOnHost: '/dev/nvidia0' }] }).way).toBe('cdi');
    expect(answer({ Runtime: 'nvidia' }).way).toBe('runtime');
    expect([...answer(hook, ['NGC_API_KEY=nvapi-x', 'CUDA_VISIBLE_DEVICES=0']).variables.keys()]).toEqual([
      'CUDA_VISIBLE_DEVICES',
    ]);
  });
});

it('reads processes and their slices from the report', () => {
  const read = (name: string) => readFileSync(new URL(`fixtures/h100-two-slices.${name}`, import.meta.url), 'utf8');
  const { gpus, processes } = parseXml(
    read('xml').replace('<process_name>', '<compute_instance_id>0</compute_instance_id><pid>4711</pid><process_name>'),
  );
  const report = reportOf(joinGpus(gpus, parseList(read('list.txt')), []));
  expect(processes.length).toBeGreaterThan(0);
  const [first] = processes;
  expect(first).toMatchObject({ pid: expect.any(Number) as number, gi: expect.any(Number) as number });
  const found = findIn({ ...base, report, processes, owners: owned([first?.pid ?? 0, isMine]) });
  expect(found).toMatchObject({ kind: 'held', devices: [{ id: expect.stringMatching(/^MIG-/) as string }] });
});

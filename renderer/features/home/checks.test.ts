import { describe, expect, test } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { errorCatalog } from '../../../shared/errors.ts';
import {
  fakeDisks,
  fakeEngine,
  fakeGpu,
  fakeGpuReport,
  fakeImage,
  fakeJob,
  fakeNim,
  noEngine,
  signedIn,
  signedOut,
} from '../../testing/fake-data.ts';
import { words } from '../../words.ts';
import { attentionItems } from './attention.ts';
import { checkMachine, diskFacts, type Check, type CheckId, type CheckState, type Machine } from './checks.ts';
import { nextStep } from './next-step.ts';

const good: Machine = {
  engine: fakeEngine(),
  gpu: fakeGpuReport(),
  ngc: signedOut,
  jobs: [],
  disks: diskFacts(fakeDisks()),
};
const noSmi = { ...fakeGpuReport([]), failure: { code: 'NVIDIA_SMI_MISSING' as const, message: '' } };
const find = (changes: Partial<Machine>, id: CheckId) =>
  checkMachine({ ...good, ...changes }).find((check) => check.id === id);

test('nothing has been looked at yet', () => {
  const checks = checkMachine({ engine: undefined, gpu: undefined, ngc: undefined, jobs: [], disks: undefined });
  expect(new Set(checks.map((check) => check.state))).toEqual(new Set(['pending']));
});

test('a good machine, each with what was seen', () => {
  expect(checkMachine(good).map(({ id, state, evidence, fix }) => [id, state, evidence, fix])).toEqual([
    ['engine', 'good', 'Docker 27.3.1 at unix:///var/run/docker.sock', null],
    ['driver', 'good', '570.133.20, CUDA 12.8', null],
    ['gpu', 'good', 'NVIDIA H100 80GB HBM3 with 79.6 GiB', null],
    ['toolkit', 'good', words.home.evidence.toolkit.both, null],
    ['key', 'not-needed', words.home.evidence.keyNotNeeded, null],
    [
      'disk',
      'good',
      '812 GB of 1.90 TB free in /var/lib/docker and 812 GB of 1.90 TB free in /home/ada/.cache/nim',
      null,
    ],
  ]);
});

const rejected = {
  ...signedOut,
  state: 'rejected' as const,
  failure: { code: 'NGC_KEY_REJECTED' as const, message: '' },
};

test.each<[string, Partial<Machine>, CheckId, CheckState, string | null]>([
  ['no engine', { engine: noEngine }, 'engine', 'bad', errorCatalog.ENGINE_UNREACHABLE.remedy],
  ['no engine: what it could give is not known', { engine: noEngine }, 'toolkit', 'unknown', null],
  ['no nvidia-smi', { gpu: noSmi }, 'driver', 'bad', errorCatalog.NVIDIA_SMI_MISSING.remedy],
  ['no driver: GPUs are not known, not none', { gpu: noSmi }, 'gpu', 'unknown', null],
  ['a driver without a card', { gpu: fakeGpuReport([]) }, 'gpu', 'bad', errorCatalog.NO_GPU_FOUND.remedy],
  [
    'no card: nothing to give to containers',
    { gpu: fakeGpuReport([]), engine: fakeEngine({ hasNvidiaRuntime: false, hasCdi: false }) },
    'toolkit',
    'not-needed',
    null,
  ],
  [
    'a driver that says no version',
    { gpu: fakeGpuReport([fakeGpu({ driverVersion: null })]) },
    'driver',
    'unknown',
    null,
  ],
  [
    'no toolkit',
    { engine: fakeEngine({ hasNvidiaRuntime: false, hasCdi: false }) },
    'toolkit',
    'bad',
    errorCatalog.NVIDIA_RUNTIME_MISSING.remedy,
  ],
  [
    'an engine that does not say',
    { engine: fakeEngine({ hasNvidiaRuntime: null, hasCdi: null }) },
    'toolkit',
    'unknown',
    null,
  ],
  ['CDI alone is enough', { engine: fakeEngine({ hasNvidiaRuntime: false, hasCdi: true }) }, 'toolkit', 'good', null],
  ['a key that is refused', { ngc: rejected }, 'key', 'bad', errorCatalog.NGC_KEY_REJECTED.remedy],
  [
    'a key that could not be checked',
    { ngc: { ...signedIn, state: 'unchecked' } },
    'key',
    'warn',
    errorCatalog.NGC_UNREACHABLE.remedy,
  ],
  ['signed in', { ngc: signedIn }, 'key', 'good', null],
  [
    'something was refused without a key',
    { jobs: [fakeJob('a', { state: 'failed', failure: { code: 'NGC_KEY_MISSING', message: '' } })] },
    'key',
    'bad',
    errorCatalog.NGC_KEY_MISSING.remedy,
  ],
  ['little space', { disks: diskFacts(fakeDisks(12e9)) }, 'disk', 'warn', words.home.fixes.diskLow],
  ['a disk that cannot be looked at', { disks: [] }, 'disk', 'unknown', null],
])('%s', (_what, changes, id, state, fix) => expect(find(changes, id)).toMatchObject({ state, fix }));

describe('the one next step', () => {
  const step = (changes: Partial<Machine>, known: Partial<Parameters<typeof nextStep>[0]> = {}) =>
    nextStep({ checks: checkMachine({ ...good, ...changes }), nims: [], images: [], jobs: [], ...known })?.kind ?? null;
  const image = fakeImage('nvcr.io/nim/meta/llama:1');

  test.each([
    ['no engine', step({ engine: noEngine }), 'mend-engine'],
    ['not known yet', step({ engine: undefined }), null],
    ['images not known yet', step({}, { images: undefined }), null],
    ['no driver', step({ gpu: noSmi }), 'mend-gpu'],
    ['no card, nor the wish for one', step({ gpu: fakeGpuReport([]) }), 'choose-model'],
    ['nothing pulled', step({}), 'choose-model'],
    ['something else pulled', step({}, { images: [{ ...image, nim: null }] }), 'choose-model'],
    ['pulled', step({}, { images: [image] }), 'run-image'],
    ['being pulled', step({}, { images: [image], jobs: [fakeJob('a')] }), 'watch-job'],
    ['starting', step({}, { nims: [fakeNim('a', { status: 'starting' })], jobs: [fakeJob('a')] }), 'watch-start'],
    ['ready', step({}, { nims: [fakeNim('a', { status: 'starting' }), fakeNim('b')] }), 'chat'],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected));
});

describe('what needs attention', () => {
  const exited = fakeNim('dead', {
    status: 'exited',
    exit: { code: 137, at: null, isOutOfMemory: true, firstErrorLine: null },
  });
  const failed = fakeJob('lost', { state: 'failed', failure: { code: 'DISK_FULL', message: '' } });

  test('the worst first, with why and where to look', () => {
    const items = attentionItems({
      nims: [
        fakeNim('mute', { status: 'not-answering' }),
        exited,
        fakeNim('fine'),
        fakeNim('cold', { status: 'paused' }),
      ],
      jobs: [failed, fakeJob('running')],
      ngc: rejected,
    });
    expect(items.map(({ title, detail }) => [title, detail])).toEqual([
      ['dead exited with code 137', words.running.outOfMemory],
      ['lost was not pulled', errorCatalog.DISK_FULL.title],
      [words.home.attentionItems.keyRejected, ''],
      ['mute does not answer', null],
      ['cold is paused', words.running.pausedHint],
    ]);
    expect(items[0]?.link?.href).toBe(`#/running/${exited.id}/log`);
    expect(items[1]?.link).toBeNull();
  });

  test('what was done after all is told no more, and of several tries the newest', () => {
    const earlier = { ...failed, id: 'first', startedAt: '2026-01-01T00:00:00.000Z' };
    const later = { ...failed, id: 'second', startedAt: '2026-01-01T01:00:00.000Z' };
    const told = (jobs: Job[], nims: Nim[] = []) => attentionItems({ nims, jobs, ngc: signedIn }).map(({ id }) => id);
    expect(told([later, earlier])).toEqual(['second']);
    expect(told([{ ...later, state: 'done' }, earlier])).toEqual([]);
    expect(told([{ ...later, state: 'running' }, earlier])).toEqual([]);
    expect(told([{ ...later, kind: 'start', state: 'done' }, earlier])).toEqual(['first']);
    const nim = fakeNim('fine');
    expect(told([{ ...earlier, kind: 'start', nimId: nim.id }], [nim])).toEqual([]);
  });

  test('a start that failed is told once, by its container', () => {
    const items = attentionItems({ nims: [exited], jobs: [{ ...failed, nimId: exited.id }], ngc: signedIn });
    expect(items.map(({ title }) => title)).toEqual(['dead exited with code 137']);
  });
});

test('every state of a check has its word', () => {
  const states: Check['state'][] = ['pending', 'good', 'warn', 'bad', 'unknown', 'not-needed'];
  expect(new Set(states.map((state) => words.home.checkStates[state])).size).toBe(states.length);
});

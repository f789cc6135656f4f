import { expect, test } from 'vitest';
import type { FitAnswer } from '../shared/contract/fit.ts';
import { fitLines } from './fit-text.ts';

const answer: FitAnswer = {
  verdict: 'tight',
  reason: 'short-context',
  needMiB: 33_792,
  source: 'profile',
  parts: [
    { kind: 'weights', memoryMiB: 15_317, source: 'parameters' },
    { kind: 'framework', memoryMiB: 2_048, source: 'rule' },
    { kind: 'context', memoryMiB: 16_427, source: 'profile' },
  ],
  devices: [
    {
      id: 'GPU-a',
      gpuIndex: 0,
      name: 'NVIDIA GeForce RTX 5090',
      memory: 'gpu',
      totalMiB: 32_607,
      takenMiB: 2_921,
    },
  ],
  profile: { id: 'a'.repeat(64), name: 'vllm-bf16-tp1-pp1-33.0', precision: 'bf16', gpus: 1 },
  processor: null,
  contextTokens: 131_072,
  longestContextTokens: 82_688,
  modelFilesGB: 16.1,
  stop: [{ nims: [{ id: 'b'.repeat(64), name: 'other', memoryMiB: 2_048, isIdle: true }] }],
};

test('the verdict, what it is made of and where each figure comes from, and what to stop', () => {
  expect(fitLines(answer)).toEqual([
    'Tight: not with this context; a shorter one fits.',
    '  as       vllm-bf16-tp1-pp1-33.0',
    '  needs    33.0 GiB, stated by the profile',
    '             weights        15.0 GiB, estimated from its parameters',
    '             framework      2.0 GiB, a rule of thumb',
    '             context cache  16.0 GiB, stated by the profile',
    '  on GPU 0 NVIDIA GeForce RTX 5090: 31.8 GiB, 29.0 GiB free',
    '  context  131,072 tokens',
    '  longest that fits now: 82,688 tokens (NIM_MAX_MODEL_LEN)',
    '  files    16.1 GB, downloaded at the first start',
    'To start it, stop one of these:',
    '  other, 2.0 GiB, idle',
  ]);
});

test('what is not known is said, and is never 0', () => {
  const [device] = answer.devices;
  const lines = fitLines({
    ...answer,
    verdict: 'unknown',
    reason: 'need-unknown',
    needMiB: null,
    source: null,
    parts: [],
    profile: null,
    contextTokens: null,
    longestContextTokens: null,
    modelFilesGB: null,
    devices: device === undefined ? [] : [{ ...device, memory: 'system', totalMiB: null, takenMiB: null }],
    stop: [],
  });
  expect(lines).toEqual([
    'Not known: nothing says how much memory it needs.',
    '  on GPU 0 the machine’s own memory, shared: not known, free: not known',
  ]);
});

test('of several GPUs it says that the need is each one’s', () => {
  const profile = { id: null, name: null, precision: 'fp8', gpus: 4 };
  expect(fitLines({ ...answer, verdict: 'fits', reason: null, profile, stop: [] }).slice(0, 3)).toEqual([
    'Fits.',
    '  as       fp8 on each of 4 GPUs',
    '  needs    33.0 GiB on each of 4 GPUs, stated by the profile',
  ]);
});

test('what is made for another processor says for which, and who says so', () => {
  const processor = { madeFor: ['arm64'], source: 'registry' as const, engine: 'amd64' };
  const lines = fitLines({ ...answer, verdict: 'does-not-fit', reason: 'other-processor', processor, stop: [] });
  expect(lines.slice(0, 2)).toEqual([
    'Does not fit: it is made for another processor.',
    '  as       vllm-bf16-tp1-pp1-33.0',
  ]);
  expect(lines).toContain('  made for arm64, says the registry; the engine’s machine is amd64');
});

test('what only others keep out has the word that pages have for it', () => {
  expect(fitLines({ ...answer, verdict: 'does-not-fit', reason: 'taken', stop: [] })[0]).toBe(
    'No room now: others hold the memory that it needs.',
  );
});

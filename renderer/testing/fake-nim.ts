import type { MetricsSample, MetricsState, NimMetrics } from '../../shared/contract/metrics.ts';
import type { Nim, NimCost, NimDetails, NimEvent } from '../../shared/contract/nims.ts';
import { ago } from './fake-data.ts';

export function fakeDetails(
  nim: Pick<Nim, 'id' | 'name' | 'reference'>,
  changes: Partial<NimDetails> = {},
): NimDetails {
  const { id, name, reference } = nim;
  return {
    nimId: id,
    image: {
      reference,
      id: `sha256:${'c0'.repeat(32)}`,
      digest: `${reference.replace(/:[^/]*$/, '')}@sha256:${'d1'.repeat(32)}`,
      sizeBytes: 21_400_000_000,
      title: 'meta/llama-3.1-8b-instruct',
    },
    profile: {
      id: 'c4789f7af56c770c1c88b73da666886365534d6980b6b922b41fd97036c77d73',
      name: 'vllm-fp8-tp1-pp1-27.0',
      source: 'nim',
    },
    precision: 'fp8',
    tensorParallel: 1,
    pipelineParallel: 1,
    contextTokens: 131_072,
    capabilities: ['chat', 'tools'],
    gpu: {
      asked: { kind: 'all' },
      way: 'hook',
      devices: [
        { id: 'GPU-11111111-2222-3333-4444-555555555555', name: 'NVIDIA H100 80GB HBM3', memoryTotalMiB: 81_559 },
      ],
    },
    ports: [{ inside: '8000/tcp', address: '127.0.0.1:32768' }],
    mounts: [{ type: 'bind', source: '/home/ada/.cache/nim', target: '/opt/nim/.cache', isReadOnly: false }],
    sharedMemoryBytes: 16 * 1024 ** 3,
    user: '1000',
    restartPolicy: 'no',
    environment: [
      { name: 'NGC_API_KEY', value: null, origin: 'run' },
      { name: 'NIM_LOG_LEVEL', value: 'INFO', origin: 'run' },
      { name: 'NIM_CACHE_PATH', value: '/opt/nim/.cache', origin: 'image' },
    ],
    labels: [
      { name: 'io.nimdeck.managed', value: 'true' },
      { name: 'com.nvidia.nim.version', value: '1.15.5' },
    ],
    command: [
      `docker run -d --name ${name} \\`,
      '  --gpus all \\',
      '  --shm-size=16g \\',
      '  -e NGC_API_KEY \\',
      `  ${reference}`,
    ].join('\n'),
    spec: {
      reference,
      name,
      gpus: { kind: 'all' },
      port: 32_768,
      profile: null,
      allowAnyOrigin: false,
      environment: [],
    },
    lastStart: {
      startedAt: ago(90_000),
      totalMs: 136_000,
      phases: [
        { phase: 'CREATED', ms: 4_000 },
        { phase: 'ENGINE_START', ms: 31_000 },
        { phase: 'WEIGHTS', ms: 61_000 },
        { phase: 'GRAPHS', ms: 40_000 },
      ],
    },
    ...changes,
  };
}

export const fakeCost = (changes: Partial<NimCost> = {}): NimCost => ({
  image: { sizeBytes: 21_400_000_000, usedBy: [] },
  cache: {
    folder: '/home/ada/.cache/nim/ngc/hub/models--nim--meta--llama-3.1-8b-instruct',
    sizeBytes: 16_060_000_000,
    usedBy: [],
  },
  lastStartMs: 136_000,
  runningRequests: 0,
  ...changes,
});

export function fakeEvent(id: number, kind: NimEvent['kind'], changes: Partial<NimEvent> = {}): NimEvent {
  return {
    id,
    at: ago(4_000 - id * 10),
    kind,
    by: null,
    startedAt: null,
    phase: null,
    exitCode: null,
    text: null,
    ...changes,
  };
}

export const fakeSample = (changes: Partial<MetricsSample> = {}): MetricsSample => ({
  at: ago(0),
  cpuCores: 1.4,
  memoryBytes: 9_400_000_000,
  running: 3,
  waiting: 0,
  kvCacheUsage: 0.21,
  promptTokensPerSecond: 412,
  generationTokensPerSecond: 188,
  ttftP50: 0.084,
  ttftP95: 0.21,
  itlP50: 0.011,
  itlP95: 0.019,
  gpuMemoryMiB: 71_200,
  gpuUtilizationPercent: 83,
  ...changes,
});

export const fakeTotals = (changes: Partial<NimMetrics> = {}): NimMetrics => ({
  family: 'vllm',
  running: 3,
  waiting: 0,
  kvCacheUsage: 0.21,
  promptTokens: 120_431,
  generationTokens: 48_210,
  ttft: { count: 320, p50: 0.08, p95: 0.2, p99: 0.4 },
  itl: { count: 47_800, p50: 0.011, p95: 0.019, p99: 0.03 },
  e2e: { count: 318, p50: 1.9, p95: 4.2, p99: 6 },
  ...changes,
});

export function fakeMetrics(samples: readonly MetricsSample[], changes: Partial<MetricsState> = {}): MetricsState {
  return {
    first: 0,
    end: samples.length,
    latest: samples.at(-1) ?? null,
    nimSource: 'answering',
    totals: fakeTotals(),
    memoryLimitBytes: 270_000_000_000,
    gpuMemoryTotalMiB: 81_559,
    gpuCount: 1,
    ...changes,
  };
}

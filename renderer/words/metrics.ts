import { number } from './intl.ts';

export const metrics = {
  window: 'Shown time',
  windows: { '5': '5 min', '15': '15 min', all: 'All' },
  requests: 'Requests',
  running: 'running',
  waiting: 'waiting',
  requestCount: (count: number) => number(count, { maximumFractionDigits: 1 }),
  tokens: 'Tokens a second',
  generated: 'generated',
  prompt: 'of prompts',
  tokenRate: (rate: number) => `${number(rate, { maximumFractionDigits: rate < 10 ? 1 : 0 })} tokens/s`,
  ttft: 'Time to the first token (TTFT)',
  itl: 'Time between tokens (ITL)',
  half: 'median (p50)',
  most: 'p95',
  latencyNote: (seconds: number) =>
    `Of requests of the last ${seconds} s, as the NIM counts them: in classes, so between their bounds it is estimated.`,
  about: (figure: string) => `≈ ${figure}`,
  aboutHint:
    'A NIM counts in classes (up to 10 s, up to 15 s, …). Between their bounds these figures are estimated, so they can lie above each request that was measured in a chat.',
  duration: (seconds: number) =>
    seconds < 1
      ? `${number(seconds * 1000, { maximumFractionDigits: seconds < 0.1 ? 1 : 0 })} ms`
      : `${number(seconds, { maximumFractionDigits: 2 })} s`,
  kvCache: 'KV cache in use',
  share: (share: number) => `${number(share * 100, { maximumFractionDigits: 1 })} %`,
  used: 'in use',
  cpu: 'Processor',
  cores: (cores: number) => `${number(cores, { maximumFractionDigits: cores < 10 ? 2 : 1 })} cores`,
  memory: 'Memory',
  memoryLimit: (limit: string) => `Of ${limit} that the container may use.`,
  memoryNote: 'Without files that are only kept in memory, as docker stats counts.',
  gpuMemory: 'GPU memory',
  gpuUse: 'GPU utilisation',
  gpuPercent: (percent: number) => `${number(percent, { maximumFractionDigits: 0 })} %`,
  gpuNote: (count: number) =>
    count === 1
      ? 'Of the GPU that it was given, whoever uses it.'
      : `Of the ${number(count)} GPUs or slices that it was given, whoever uses them.`,
  noGpu: 'It was given no GPU.',
  gpuUnknown: 'The GPU does not say.',
  gpuNotRead: 'The GPUs of this machine cannot be read.',
  idle: 'Nobody has asked it anything in this time.',
  notYet: 'No values yet.',
  missing: 'This NIM does not count',
  missingHint: 'These numbers come from the NIM itself. This one has no such series; they are not 0.',
  names: {
    running: 'requests that run',
    waiting: 'requests that wait',
    generationTokens: 'generated tokens',
    promptTokens: 'tokens of prompts',
    ttft: 'time to the first token',
    itl: 'time between tokens',
    kvCacheUsage: 'its KV cache',
  },
  sources: {
    off: {
      title: 'It does not run',
      hint: 'Numbers begin when it is started. What was measured before stays a while.',
    },
    waiting: {
      title: 'Its own numbers begin when it is ready',
      hint: 'Until then the engine’s and the GPU’s are shown.',
    },
    none: {
      title: 'This NIM has no numbers of its own',
      hint: 'Its address has no /v1/metrics. The engine’s and the GPU’s numbers are shown.',
    },
    'not-answering': {
      title: 'The NIM does not answer',
      hint: 'Its own numbers go on when it does. The engine’s and the GPU’s are shown.',
    },
  },
  totals: 'Since it started',
  totalsHint: 'As the NIM counts them.',
  answered: 'requests answered',
  latency: 'Latency',
  count: 'Count',
  p50: 'Median (p50)',
  p95: 'p95',
  p99: 'p99',
  whole: 'Whole request',
  notCounted: 'not counted',
  address: 'Address of these numbers',
  copyAddress: 'Copy address of the metrics',
};

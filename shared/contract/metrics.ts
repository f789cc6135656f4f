import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, instant } from './common.ts';

/** Seconds; null where nothing was counted, never 0. */
export const latency = z.object({
  count: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
export type Latency = z.infer<typeof latency>;

/** What a NIM counts itself, from its start on, summed over label sets. Null: it has no such series; 0: it has, and it is 0. */
export const nimMetrics = z.object({
  family: z.enum(['vllm', 'trtllm', 'triton', 'nim']),
  running: z.number().nullable(),
  waiting: z.number().nullable(),
  /** 0 to 1; of several engines in one NIM the fullest, which is the first to make requests wait. */
  kvCacheUsage: z.number().nullable(),
  promptTokens: z.number().nullable(),
  generationTokens: z.number().nullable(),
  ttft: latency.nullable(),
  itl: latency.nullable(),
  e2e: latency.nullable(),
});
export type NimMetrics = z.infer<typeof nimMetrics>;

/** Percentiles of a sample are those of requests of the last so many seconds. */
export const latencyWindowSeconds = 60;

/** One moment. Null: not known then. */
export const metricsSample = z.object({
  at: instant,
  /** 1 is one core in full use. */
  cpuCores: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  running: z.number().nullable(),
  waiting: z.number().nullable(),
  kvCacheUsage: z.number().nullable(),
  promptTokensPerSecond: z.number().nullable(),
  generationTokensPerSecond: z.number().nullable(),
  ttftP50: z.number().nullable(),
  ttftP95: z.number().nullable(),
  itlP50: z.number().nullable(),
  itlP95: z.number().nullable(),
  /** Of the GPUs or slices it was given, whoever uses them: summed, and the mean. */
  gpuMemoryMiB: z.number().nullable(),
  gpuUtilizationPercent: z.number().nullable(),
});
export type MetricsSample = z.infer<typeof metricsSample>;

export const metricsState = z.object({
  /** Number of the first sample kept, and of the next one; they count from 0 while core lives. */
  first: z.number().int(),
  end: z.number().int(),
  latest: metricsSample.nullable(),
  /** `off`: it does not run; `waiting`: it is not ready yet; `none`: it answers, but has no such page. */
  nimSource: z.enum(['off', 'waiting', 'answering', 'none', 'not-answering']),
  /** As last read; null before. */
  totals: nimMetrics.nullable(),
  memoryLimitBytes: z.number().nullable(),
  gpuMemoryTotalMiB: z.number().nullable(),
  /** How many GPUs or slices `gpuMemoryMiB` sums; 0: it was given none, null: not known which. */
  gpuCount: z.number().int().nullable(),
});
export type MetricsState = z.infer<typeof metricsState>;

export const metrics = {
  /** Samples every 2 s while somebody watches; the NIM's own counters go on, seldom, while it runs unwatched. */
  watch: stream(z.strictObject({ nimId: containerId }), metricsState),
  /** Samples from a number on, at most 1000; those of about the last half hour are kept. */
  read: request(
    z.strictObject({ nimId: containerId, from: z.number().int().min(0) }),
    z.object({ first: z.number().int(), samples: z.array(metricsSample) }),
  ),
};

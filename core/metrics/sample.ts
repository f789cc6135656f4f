import { latencyWindowSeconds, type MetricsSample } from '../../shared/contract/metrics.ts';
import type { ChosenGpu } from '../lib/chosen-gpus.ts';
import type { ContainerStats } from './container-stats.ts';
import { type Histogram, quantile, since } from './histogram.ts';
import type { ParsedMetrics } from './parse-metrics.ts';

/** One reading of the NIM's own counters. */
export interface Reading {
  /** Milliseconds of a clock that only goes forward. */
  at: number;
  parsed: ParsedMetrics;
}

export interface SampleParts {
  at: string;
  stats: ContainerStats | null;
  /** Oldest first, the newest being of now; empty when the NIM was not asked or did not answer. */
  readings: readonly Reading[];
  gpus: readonly ChosenGpu[] | null;
}

/** Readings older than this are of no more use; one that is just older is the base of the window. */
export function keptReadings(readings: readonly Reading[], now: number): readonly Reading[] {
  const start = readings.findLastIndex(({ at }) => now - at >= latencyWindowSeconds * 1000);
  return start <= 0 ? readings : readings.slice(start);
}

/** Pure: what was measured, as one moment. What was not measured is null. */
export function toSample({ at, stats, readings, gpus }: SampleParts): MetricsSample {
  const newest = readings.at(-1);
  const before = readings.at(-2);
  const oldest = readings[0];
  const window = (name: 'ttft' | 'itl'): Histogram | null => {
    const now = newest?.parsed[name] ?? null;
    const then = oldest?.parsed[name] ?? null;
    return now === null || then === null || oldest === newest ? null : since(now, then);
  };
  const ttft = window('ttft');
  const itl = window('itl');
  const metrics = newest?.parsed.metrics;
  return {
    at,
    cpuCores: stats?.cpuCores ?? null,
    memoryBytes: stats?.memoryBytes ?? null,
    running: metrics?.running ?? null,
    waiting: metrics?.waiting ?? null,
    kvCacheUsage: metrics?.kvCacheUsage ?? null,
    promptTokensPerSecond: rate(before, newest, 'promptTokens'),
    generationTokensPerSecond: rate(before, newest, 'generationTokens'),
    ttftP50: ttft === null ? null : quantile(ttft, 0.5),
    ttftP95: ttft === null ? null : quantile(ttft, 0.95),
    itlP50: itl === null ? null : quantile(itl, 0.5),
    itlP95: itl === null ? null : quantile(itl, 0.95),
    gpuMemoryMiB: sum(gpus, 'memoryUsedMiB'),
    gpuUtilizationPercent: mean(gpus),
  };
}

function rate(
  before: Reading | undefined,
  now: Reading | undefined,
  name: 'promptTokens' | 'generationTokens',
): number | null {
  const from = before?.parsed.metrics[name] ?? null;
  const to = now?.parsed.metrics[name] ?? null;
  // A counter that fell began anew: what was counted in between is not known.
  if (before === undefined || now === undefined || from === null || to === null || to < from) return null;
  return now.at > before.at ? ((to - from) / (now.at - before.at)) * 1000 : null;
}

/** Null unless every GPU says it: a part of the sum would look like less use. What is shared counts once. */
export function sum(chosen: readonly ChosenGpu[] | null, name: 'memoryUsedMiB' | 'memoryTotalMiB'): number | null {
  if (chosen === null || chosen.length === 0) return null;
  const gpus = new Map(chosen.map((gpu) => [gpu.memoryId ?? gpu.id, gpu])).values();
  return gpus.reduce<number | null>((all, { [name]: one }) => (all === null || one === null ? null : all + one), 0);
}

function mean(gpus: readonly ChosenGpu[] | null): number | null {
  if (gpus === null || gpus.length === 0) return null;
  const all = gpus.map(({ utilizationPercent }) => utilizationPercent).filter((each) => each !== null);
  return all.length < gpus.length ? null : all.reduce((one, other) => one + other, 0) / all.length;
}

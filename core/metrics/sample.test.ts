import { describe, expect, it } from 'vitest';
import { quantile, since } from './histogram.ts';
import { parseMetrics } from './parse-metrics.ts';
import { keptReadings, type Reading, toSample } from './sample.ts';

const reading = (at: number, tokens: number, quick: number, slow: number): Reading => ({
  at,
  parsed: parseMetrics(
    [
      'vllm:num_requests_running 2',
      `vllm:generation_tokens_total ${tokens}`,
      `vllm:time_to_first_token_seconds_bucket{le="0.1"} ${quick}`,
      `vllm:time_to_first_token_seconds_bucket{le="1"} ${quick + slow}`,
      `vllm:time_to_first_token_seconds_bucket{le="+Inf"} ${quick + slow}`,
      `vllm:time_to_first_token_seconds_count ${quick + slow}`,
    ].join('\n'),
  ),
});
const at = '2026-11-24T15:00:00.000Z';
const sampleOf = (...readings: Reading[]) => toSample({ at, stats: null, readings, gpus: null });

describe('a sample', () => {
  it('has rates between the last two readings, and percentiles of what the window saw', () => {
    const sample = sampleOf(reading(0, 0, 1000, 0), reading(2000, 100, 1000, 0), reading(4000, 500, 1000, 10));
    expect(sample.generationTokensPerSecond).toBe(200);
    // The thousand quick ones were before: of the ten in the window, all were slow.
    expect(sample.ttftP50).toBeCloseTo(0.55);
    expect(sample.running).toBe(2);
    expect(sample.promptTokensPerSecond).toBeNull();
  });

  it('knows no rate from one reading, nor over a restart of the counters', () => {
    expect(sampleOf(reading(0, 500, 1, 1))).toMatchObject({ generationTokensPerSecond: null, ttftP50: null });
    expect(sampleOf(reading(0, 500, 9, 9), reading(2000, 3, 1, 0)).generationTokensPerSecond).toBeNull();
  });

  it('knows no percentile while nobody asks the NIM anything', () => {
    expect(sampleOf(reading(0, 500, 9, 9), reading(2000, 500, 9, 9))).toMatchObject({
      generationTokensPerSecond: 0,
      ttftP50: null,
    });
  });

  it('sums GPUs only where each says what it uses', () => {
    const gpu = (memoryUsedMiB: number | null, utilizationPercent: number | null) => ({
      id: `GPU-${memoryUsedMiB}`,
      name: 'x',
      memoryTotalMiB: 100,
      memoryUsedMiB,
      utilizationPercent,
    });
    const of = (...gpus: ReturnType<typeof gpu>[]) => toSample({ at, stats: null, readings: [], gpus });
    expect(of(gpu(10, 50), gpu(30, 100))).toMatchObject({ gpuMemoryMiB: 40, gpuUtilizationPercent: 75 });
    expect(of(gpu(10, null), gpu(null, 100))).toMatchObject({ gpuMemoryMiB: null, gpuUtilizationPercent: null });
    // Two compute instances of one GPU instance each say the whole of it.
    const split = { ...gpu(10, null), memoryId: '0:gi1' };
    expect(of(split, { ...split, id: 'GPU-2' }, gpu(30, null))).toMatchObject({ gpuMemoryMiB: 40 });
    expect(of()).toMatchObject({ gpuMemoryMiB: null, gpuUtilizationPercent: null });
  });
});

it('keeps readings of the window and the one just before it', () => {
  const readings = [0, 10_000, 40_000, 90_000].map((time) => reading(time, 0, 0, 0));
  expect(keptReadings(readings, 100_000).map((each) => each.at)).toEqual([40_000, 90_000]);
  expect(keptReadings(readings, 20_000)).toHaveLength(4);
  expect(keptReadings([], 5)).toEqual([]);
});

describe('histograms', () => {
  it('give the highest bound for what lies beyond it', () => {
    const buckets = [
      { upTo: 1, count: 1 },
      { upTo: Infinity, count: 4 },
    ];
    expect(quantile({ count: 4, buckets }, 0.5)).toBe(1);
    expect(quantile({ count: 4, buckets }, 0.25)).toBe(1);
    expect(quantile({ count: 4, buckets }, 0.125)).toBe(0.5);
  });

  it('count anew when the NIM does', () => {
    const one = { count: 9, buckets: [{ upTo: 1, count: 9 }] };
    const other = { count: 2, buckets: [{ upTo: 1, count: 2 }] };
    expect(since(other, one)).toBe(other);
    expect(since(one, other)).toEqual({ count: 7, buckets: [{ upTo: 1, count: 7 }] });
  });
});

import type { Latency } from '../../shared/contract/metrics.ts';

/** How many observations were at most `upTo`, ascending, the last up to infinity. */
export interface Histogram {
  count: number;
  buckets: readonly { upTo: number; count: number }[];
}

/**
 * As Prometheus' `histogram_quantile` does: linear inside the bucket, the first one from 0; what lies beyond the last
 * bound is given as that bound. Null when nothing was observed.
 */
export function quantile({ count, buckets }: Histogram, share: number): number | null {
  if (count <= 0) return null;
  const rank = share * count;
  let below = { upTo: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank && bucket.count > 0) {
      if (bucket.upTo === Infinity) return below.upTo;
      if (bucket.upTo <= 0) return bucket.upTo;
      const inBucket = bucket.count - below.count;
      return inBucket <= 0 ? below.upTo : below.upTo + ((bucket.upTo - below.upTo) * (rank - below.count)) / inBucket;
    }
    below = bucket;
  }
  return null;
}

export function toLatency(histogram: Histogram): Latency {
  return {
    count: histogram.count,
    p50: quantile(histogram, 0.5),
    p95: quantile(histogram, 0.95),
    p99: quantile(histogram, 0.99),
  };
}

/** What was observed between two readings; all of the newer one when the counting began anew. */
export function since(newer: Histogram, older: Histogram): Histogram {
  if (newer.count < older.count) return newer;
  const before = new Map(older.buckets.map(({ upTo, count }) => [upTo, count]));
  return {
    count: newer.count - older.count,
    buckets: newer.buckets.map(({ upTo, count }) => ({ upTo, count: Math.max(0, count - (before.get(upTo) ?? 0)) })),
  };
}

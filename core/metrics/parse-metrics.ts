import type { NimMetrics } from '../../shared/contract/metrics.ts';
import { readSamples } from './exposition.ts';
import { type Histogram, toLatency } from './histogram.ts';

export interface ParsedMetrics {
  metrics: NimMetrics;
  /** For the difference of two readings; null as in `metrics`. */
  ttft: Histogram | null;
  itl: Histogram | null;
  /** False when the page holds no series at all: then it is none. */
  hasSeries: boolean;
}

/** Before a name; NIM 1.0 had the names without any (nim-runtime facts 9). */
const prefix = /^(?:vllm:|trtllm[:_]|nv_trt_llm_)/;

// Each with its names, the best first: some NIMs have two of them, and they say the same.
const gauges = {
  running: ['num_requests_running'],
  waiting: ['num_requests_waiting'],
  kvCacheUsage: ['kv_cache_usage_perc', 'gpu_cache_usage_perc'],
  promptTokens: ['prompt_tokens_total'],
  generationTokens: ['generation_tokens_total'],
} as const;
const histograms = {
  ttft: ['time_to_first_token_seconds'],
  itl: ['inter_token_latency_seconds', 'time_per_output_token_seconds'],
  e2e: ['e2e_request_latency_seconds'],
} as const;
const known = new Set<string>(
  [...Object.values(gauges), ...Object.values(histograms)]
    .flat()
    .flatMap((name) => [name, `${name}_bucket`, `${name}_count`]),
);

interface Sums {
  total: number;
  largest: number;
  /** By upper bound, of a histogram. */
  buckets: Map<number, number>;
}

/** Reads a page of `/v1/metrics`, whichever generation of NIM made it. */
export function parseMetrics(text: string): ParsedMetrics {
  const sums = new Map<string, Sums>();
  const families = new Set<NimMetrics['family']>();
  let hasSeries = false;

  for (const { name, label, value } of readSamples(text)) {
    hasSeries = true;
    families.add(familyOf(name));
    const plain = name.replace(prefix, '');
    if (!known.has(plain)) continue;
    let sum = sums.get(plain);
    if (sum === undefined) sums.set(plain, (sum = { total: 0, largest: value, buckets: new Map() }));
    sum.total += value;
    sum.largest = Math.max(sum.largest, value);
    const upTo = plain.endsWith('_bucket') ? boundOf(label('le')) : null;
    if (upTo !== null) sum.buckets.set(upTo, (sum.buckets.get(upTo) ?? 0) + value);
  }

  const first = (names: readonly string[]) => names.map((name) => sums.get(name)).find((sum) => sum !== undefined);
  const total = (names: readonly string[]) => first(names)?.total ?? null;
  const histogram = (names: readonly string[]) => {
    const name = names.find((each) => sums.has(`${each}_bucket`) || sums.has(`${each}_count`));
    return name === undefined ? null : toHistogram(sums.get(`${name}_bucket`), sums.get(`${name}_count`));
  };
  const ttft = histogram(histograms.ttft);
  const itl = histogram(histograms.itl);
  const e2e = histogram(histograms.e2e);

  return {
    metrics: {
      family: (['vllm', 'trtllm', 'triton'] as const).find((family) => families.has(family)) ?? 'nim',
      running: total(gauges.running),
      waiting: total(gauges.waiting),
      kvCacheUsage: first(gauges.kvCacheUsage)?.largest ?? null,
      promptTokens: total(gauges.promptTokens),
      generationTokens: total(gauges.generationTokens),
      ttft: ttft === null ? null : toLatency(ttft),
      itl: itl === null ? null : toLatency(itl),
      e2e: e2e === null ? null : toLatency(e2e),
    },
    ttft,
    itl,
    hasSeries,
  };
}

function familyOf(name: string): NimMetrics['family'] {
  if (/^(?:trtllm[:_]|nv_trt_llm_)/.test(name)) return 'trtllm';
  if (name.startsWith('nv_')) return 'triton';
  // The names are vLLM's, also where NIM 1.0 left the prefix out.
  return name.startsWith('vllm:') || known.has(name) ? 'vllm' : 'nim';
}

function boundOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const bound = /^\+?Inf/i.test(text) ? Infinity : Number(text);
  return Number.isNaN(bound) ? null : bound;
}

function toHistogram(bucketSums: Sums | undefined, countSum: Sums | undefined): Histogram {
  const sorted = [...(bucketSums?.buckets ?? [])].toSorted(([one], [other]) => one - other);
  let highest = 0;
  // Buckets are read one after the other while requests end: a later one must not hold less than one before.
  const buckets = sorted.map(([upTo, count]) => ({ upTo, count: (highest = Math.max(highest, count)) }));
  return { count: countSum?.total ?? highest, buckets };
}

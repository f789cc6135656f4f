import type { MetricsSample } from '../../shared/contract/metrics.ts';

/** About half an hour while somebody watches, and most of a day while nobody does. */
const mostSamples = 1000;
/** As many as one answer may have; older ones go. */
export const windowSamples = 1000;

export interface SampleHistory {
  first(): number;
  end(): number;
  latest(): MetricsSample | null;
  add(sample: MetricsSample): void;
  from(number: number): { first: number; samples: MetricsSample[] };
}

/** The last samples, numbered from the first one on. */
export function createHistory(): SampleHistory {
  const samples: MetricsSample[] = [];
  let first = 0;
  return {
    first: () => first,
    end: () => first + samples.length,
    latest: () => samples.at(-1) ?? null,
    add(sample) {
      samples.push(sample);
      if (samples.length <= mostSamples) return;
      samples.shift();
      first += 1;
    },
    from(number) {
      const start = Math.min(Math.max(number, first), first + samples.length);
      return { first: start, samples: samples.slice(start - first, start - first + windowSamples) };
    },
  };
}

import type { MetricsSample } from '../../shared/contract/metrics.ts';
import type { NimEvent } from '../../shared/contract/nims.ts';
import { ago } from './fake-data.ts';
import { fakeEvent, fakeSample } from './fake-nim.ts';

/** The life of one NIM of an hour: a start with all its phases, and a minute in which it did not answer. */
export function sampleEvents(startedSecondsAgo: number): NimEvent[] {
  const startedAt = ago(startedSecondsAgo);
  const at = (seconds: number, kind: NimEvent['kind'], changes: Partial<NimEvent> = {}) =>
    fakeEvent(seconds, kind, { at: ago(startedSecondsAgo - seconds), startedAt, ...changes });
  return [
    at(0, 'created', { by: 'nimdeck', startedAt: null }),
    at(1, 'started', { by: 'nimdeck' }),
    at(4, 'phase', { phase: 'MANIFEST' }),
    at(9, 'phase', { phase: 'ENGINE_START' }),
    at(41, 'phase', { phase: 'WEIGHTS' }),
    at(102, 'phase', { phase: 'KV_CACHE' }),
    at(110, 'phase', { phase: 'GRAPHS' }),
    at(136, 'ready', { phase: 'READY' }),
    at(1_800, 'health-lost'),
    at(1_863, 'health-back'),
  ];
}

/** Ten minutes of a NIM at work, with a pause in which its own counters were not to be had. */
export function sampleMetrics(): MetricsSample[] {
  const count = 300;
  return Array.from({ length: count }, (_, index) => {
    const load = 0.55 + 0.3 * Math.sin(index / 19) + 0.12 * Math.sin(index / 4.3);
    const isAway = index > 140 && index < 160;
    return fakeSample({
      at: ago((count - 1 - index) * 2),
      cpuCores: 0.4 + 2.2 * load,
      memoryBytes: 9_200_000_000 + 150_000_000 * load,
      gpuUtilizationPercent: Math.round(95 * load),
      gpuMemoryMiB: 71_200,
      running: isAway ? null : Math.round(14 * load),
      waiting: isAway ? null : Math.max(0, Math.round(9 * load - 5)),
      kvCacheUsage: isAway ? null : 0.7 * load,
      promptTokensPerSecond: isAway ? null : 900 * load,
      generationTokensPerSecond: isAway ? null : 1_250 * load,
      ttftP50: isAway ? null : 0.06 + 0.05 * load,
      ttftP95: isAway ? null : 0.11 + 0.2 * load,
      itlP50: isAway ? null : 0.009 + 0.004 * load,
      itlP95: isAway ? null : 0.014 + 0.011 * load,
    });
  });
}

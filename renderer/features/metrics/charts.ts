import {
  latencyWindowSeconds,
  type MetricsSample,
  type MetricsState,
  type NimMetrics,
} from '../../../shared/contract/metrics.ts';
import { formatMemory } from '../../../shared/format.ts';
import type { AxisSteps } from '../../ui/draw-plot.ts';
import { words } from '../../words.ts';

export interface MetricsChart {
  key: string;
  title: string;
  series: { label: string; value: (sample: MetricsSample) => number | null }[];
  format: (value: number) => string;
  note?: string;
  /** Why there are no lines. */
  empty: string;
  max?: number;
  steps?: AxisSteps;
  /** Which of the NIM's own counters it needs; without: the engine or the GPU measures it. */
  needs?: (keyof NimMetrics)[];
}

const inMiB = (bytes: number) => bytes / 1024 ** 2;

/** All charts, those that people look for first. */
export function metricsCharts(state: MetricsState): MetricsChart[] {
  const { metrics: text } = words;
  const { memoryLimitBytes, gpuMemoryTotalMiB, gpuCount } = state;
  const gpuEmpty = gpuCount === 0 ? text.noGpu : gpuCount === null ? text.gpuNotRead : text.gpuUnknown;
  const gpuNote = gpuCount === null || gpuCount === 0 ? {} : { note: text.gpuNote(gpuCount) };
  const latencyNote = text.latencyNote(latencyWindowSeconds);
  return [
    {
      key: 'requests',
      title: text.requests,
      series: [
        { label: text.running, value: (sample) => sample.running },
        { label: text.waiting, value: (sample) => sample.waiting },
      ],
      format: text.requestCount,
      steps: 'whole',
      empty: text.notYet,
      needs: ['running', 'waiting'],
    },
    {
      key: 'tokens',
      title: text.tokens,
      series: [
        { label: text.generated, value: (sample) => sample.generationTokensPerSecond },
        { label: text.prompt, value: (sample) => sample.promptTokensPerSecond },
      ],
      format: text.tokenRate,
      empty: text.notYet,
      needs: ['generationTokens', 'promptTokens'],
    },
    {
      key: 'ttft',
      title: text.ttft,
      series: [
        { label: text.half, value: (sample) => sample.ttftP50 },
        { label: text.most, value: (sample) => sample.ttftP95 },
      ],
      format: text.duration,
      note: latencyNote,
      empty: text.idle,
      needs: ['ttft'],
    },
    {
      key: 'itl',
      title: text.itl,
      series: [
        { label: text.half, value: (sample) => sample.itlP50 },
        { label: text.most, value: (sample) => sample.itlP95 },
      ],
      format: text.duration,
      note: latencyNote,
      empty: text.idle,
      needs: ['itl'],
    },
    {
      key: 'kv-cache',
      title: text.kvCache,
      series: [{ label: text.used, value: (sample) => sample.kvCacheUsage }],
      format: text.share,
      empty: text.notYet,
      max: 1,
      needs: ['kvCacheUsage'],
    },
    {
      key: 'gpu-memory',
      title: text.gpuMemory,
      series: [{ label: text.used, value: (sample) => sample.gpuMemoryMiB }],
      format: formatMemory,
      steps: 'binary',
      ...gpuNote,
      empty: gpuEmpty,
      ...(gpuMemoryTotalMiB === null ? {} : { max: gpuMemoryTotalMiB }),
    },
    {
      key: 'gpu',
      title: text.gpuUse,
      series: [{ label: text.used, value: (sample) => sample.gpuUtilizationPercent }],
      format: text.gpuPercent,
      ...gpuNote,
      empty: gpuEmpty,
      max: 100,
    },
    {
      key: 'cpu',
      title: text.cpu,
      series: [{ label: text.used, value: (sample) => sample.cpuCores }],
      format: text.cores,
      empty: text.notYet,
    },
    {
      key: 'memory',
      title: text.memory,
      series: [{ label: text.used, value: ({ memoryBytes }) => (memoryBytes === null ? null : inMiB(memoryBytes)) }],
      format: formatMemory,
      steps: 'binary',
      note:
        memoryLimitBytes === null
          ? text.memoryNote
          : `${text.memoryNote} ${text.memoryLimit(formatMemory(inMiB(memoryLimitBytes)))}`,
      empty: text.notYet,
    },
  ];
}

const counters = [
  'running',
  'waiting',
  'generationTokens',
  'promptTokens',
  'ttft',
  'itl',
  'kvCacheUsage',
] as const satisfies readonly (keyof NimMetrics)[];

/** Names of what this NIM has no series for; known only once it has answered. */
export function missingSeries({ nimSource, totals }: MetricsState): string[] {
  if (nimSource !== 'answering' || totals === null) return [];
  const { names } = words.metrics;
  return counters.filter((name) => totals[name] === null).map((name) => names[name]);
}

/** Whether every series of a chart is one that this NIM does not have. */
export function isMissing(chart: MetricsChart, { nimSource, totals }: MetricsState): boolean {
  if (chart.needs === undefined) return false;
  if (nimSource === 'none') return true;
  return nimSource === 'answering' && totals !== null && chart.needs.every((name) => totals[name] === null);
}

import { parseMetrics } from '../../core/metrics/parse-metrics.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Latency, NimMetrics } from '../../shared/contract/metrics.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findNim } from '../lookup.ts';
import { readSaved } from '../read-saved.ts';

const usage = 'metrics NAME | metrics --from FILE';

const count = (value: number | null) => (value === null ? 'not counted' : value.toLocaleString('en'));
const percent = (share: number | null) => (share === null ? 'not counted' : `${(share * 100).toFixed(1)} %`);
const seconds = (value: number | null) =>
  value === null ? '–' : value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;

function latencyRow(name: string, latency: Latency | null): string[] {
  if (latency === null) return [name, 'not counted', '–', '–', '–'];
  return [name, count(latency.count), seconds(latency.p50), seconds(latency.p95), seconds(latency.p99)];
}

async function readFile(file: string): Promise<NimMetrics> {
  const { metrics, hasSeries } = parseMetrics(await readSaved(file));
  if (!hasSeries) throw new AppError('BAD_INPUT', `${file} holds no metrics of a NIM (GET /v1/metrics).`, { file });
  return metrics;
}

async function readNim(api: Api, name: string, signal: AbortSignal): Promise<NimMetrics> {
  const nim = await findNim(api, name, signal);
  for await (const { nimSource, totals } of api.metrics.watch({ nimId: nim.id }, { signal })) {
    if (nimSource === 'answering' && totals !== null) return totals;
    if (nimSource === 'off') throw new AppError('NIM_NOT_READY', `${nim.name} does not run.`, { nimId: nim.id });
    if (nimSource === 'none') throw new AppError('NOT_FOUND', `${nim.name} has no metrics.`, { nimId: nim.id });
    if (nimSource === 'not-answering')
      throw new AppError('NIM_UNHEALTHY', `${nim.name} does not answer.`, { nimId: nim.id });
    if (nim.status === 'starting')
      throw new AppError('NIM_NOT_READY', `${nim.name} is not ready yet.`, { nimId: nim.id });
  }
  throw new AppError('CANCELLED', 'Cancelled.');
}

export const metricsCommand: Command = {
  name: 'metrics',
  usage,
  summary: 'Show what a NIM counts: requests, tokens, latencies.',
  options: { from: { type: 'string' } },
  positionals: { min: 0, max: 1 },
  async run({ options, positionals, print, interrupt, api }) {
    const file = textOption(options, 'from');
    const [name] = positionals;
    if ((file === null) === (name === undefined)) throw new AppError('BAD_INPUT', `usage: nimdeck ${usage}`);
    const metrics = file === null ? await readNim(await api(), name ?? '', interrupt.signal) : await readFile(file);
    print.json(metrics);
    print.table(
      ['SINCE ITS START', metrics.family],
      [
        ['requests running', count(metrics.running)],
        ['requests waiting', count(metrics.waiting)],
        ['KV cache in use', percent(metrics.kvCacheUsage)],
        ['prompt tokens', count(metrics.promptTokens)],
        ['generated tokens', count(metrics.generationTokens)],
      ],
    );
    print.table(
      ['LATENCY', 'COUNT', 'P50', 'P95', 'P99'],
      [
        latencyRow('to the first token', metrics.ttft),
        latencyRow('between tokens', metrics.itl),
        latencyRow('whole request', metrics.e2e),
      ],
    );
    return exitCodes.done;
  },
};

import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import { readTextLines, toReadable } from '../engine/text-lines.ts';
import { parseJson } from '../lib/parse-json.ts';

export interface ContainerStats {
  /** 1 is one core in full use; null in the first answer, which has nothing to compare with. */
  cpuCores: number | null;
  memoryBytes: number | null;
  memoryLimitBytes: number | null;
}

const cpu = z.object({
  cpu_usage: z.object({ total_usage: z.number(), percpu_usage: z.array(z.number()).nullish() }),
  system_cpu_usage: z.number().nullish(),
  online_cpus: z.number().nullish(),
});
const statsLine = z.object({
  cpu_stats: cpu,
  precpu_stats: cpu.nullish(),
  memory_stats: z
    .object({
      usage: z.number().nullish(),
      limit: z.number().nullish(),
      stats: z.record(z.string(), z.number()).nullish(),
    })
    .nullish(),
});

/** Pure: the same numbers as `docker stats` shows. Null for what is no stats line. */
export function readStats(line: string): ContainerStats | null {
  const parsed = statsLine.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory } = parsed.data;
  return { cpuCores: coresBetween(now, before ?? null), ...memoryOf(memory ?? {}) };
}

function coresBetween(now: z.infer<typeof cpu>, before: z.infer<typeof cpu> | null): number | null {
  const system = (now.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  if (before === null || (before.system_cpu_usage ?? 0) === 0 || system <= 0) return null;
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const cores = now.online_cpus ?? now.cpu_usage.percpu_usage?.length ?? 0;
  return used < 0 || cores === 0 ? null : (used / system) * cores;
}

function memoryOf({
  usage,
  limit,
  stats,
}: NonNullable<z.infer<typeof statsLine>['memory_stats']>): Omit<ContainerStats, 'cpuCores'> {
  if (usage === undefined || usage === null || usage === 0)
    return { memoryBytes: null, memoryLimitBytes: limit ?? null };
  // Read files are kept in memory as long as nobody else needs it: the docker client leaves them out, on both versions of
  // cgroups (test host 4).
  const files = stats?.['total_inactive_file'] ?? stats?.['inactive_file'] ?? 0;
  return { memoryBytes: files < usage ? usage - files : usage, memoryLimitBytes: limit ?? null };
}

/** One a second, from the engine, until the signal aborts or the container ends; breaks with the engine. */
export async function* followStats(docker: Docker, id: string, signal: AbortSignal): AsyncGenerator<ContainerStats> {
  const options = { stream: true as const, abortSignal: signal };
  const answer: NodeJS.ReadableStream = await docker.getContainer(id).stats(options);
  for await (const line of readTextLines(toReadable(answer))) {
    const stats = readStats(line);
    if (stats !== null) yield stats;
  }
}

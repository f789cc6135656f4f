import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, freemem, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { z } from '../shared/zod.ts';
import type { TestEngine } from '../core/testing/engine-host/host.ts';
import type { Result } from './measure.ts';

const GiB = 2 ** 30;
const toGiB = (bytes: number) => Number((bytes / GiB).toFixed(1));
const engineAnswer = z.object({ ServerVersion: z.string(), Driver: z.string() });

/** What a figure means depends on this. Loads are those of the last minute: on two cores 2 is all of them. */
export async function describeMachine(engine: TestEngine | null) {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: toGiB(totalmem()),
    freeMemoryGiB: toGiB(freemem()),
    kernel: release(),
    node: process.version,
    docker: engine === null ? null : await describeEngine(engine),
    loadAtStart: Number(loadavg()[0]?.toFixed(2)),
  };
}

async function describeEngine({ socketPath }: TestEngine): Promise<string> {
  const { ServerVersion, Driver } = engineAnswer.parse(await new Docker({ socketPath }).info());
  return `${ServerVersion}, ${Driver}`;
}

export type Machine = Awaited<ReturnType<typeof describeMachine>>;

/** Writes `docs/measurements/DATE-NAME.json`; a second run on the same day replaces the first. */
export function saveResults(name: string, machine: Machine, results: readonly Result[]): void {
  const folder = fileURLToPath(new URL('../docs/measurements/', import.meta.url));
  const takenAt = new Date().toISOString();
  const loadAtEnd = Number(loadavg()[0]?.toFixed(2));
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ name, takenAt, machine: { ...machine, loadAtEnd }, results }, null, 2);
  const compact = text.replaceAll(/\[[\d\s.,-]+\]/g, (numbers) => numbers.replaceAll(/\s+/g, ' '));
  writeFileSync(`${folder}${takenAt.slice(0, 10)}-${name}.json`, `${compact}\n`);
}

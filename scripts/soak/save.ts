import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../bench/machine.ts';
import type { EngineSoakOptions, SoakReport } from './report.ts';

interface Played extends EngineSoakOptions, SoakReport {
  soak: string;
  seconds: number;
}

/** Writes `docs/measurements/DATE-soak-NAME[-ENGINE].json`; a second run on the same day replaces the first. */
export function saveSoak({ soak, engine, ...played }: Played, isOnEngine: boolean, machine: Machine): void {
  const folder = fileURLToPath(new URL('../../docs/measurements/', import.meta.url));
  const takenAt = new Date().toISOString();
  const loadAtEnd = Number(loadavg()[0]?.toFixed(2));
  const { docker: _, ...about } = machine;
  const kept = { name: `soak ${soak}`, takenAt, engine: isOnEngine ? engine : null, ...played };
  const file = `${takenAt.slice(0, 10)}-soak-${soak}${isOnEngine ? `-${engine}` : ''}.json`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${file}`, `${JSON.stringify({ ...kept, machine: { ...about, loadAtEnd } }, null, 2)}\n`);
}

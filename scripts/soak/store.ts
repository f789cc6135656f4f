import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSpool } from '../../core/logs/spool.ts';
import { openStore } from '../../core/store/open-store.ts';
import { createRandom, type Random } from './random.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

const MiB = 1024 * 1024;

/** When a writer is killed: some time after its start, which may be in the middle of opening, or after so many writes. */
type Moment = { afterMs: number } | { afterWrites: number; andMs: number };

interface Kept {
  folder: string;
  /** Transactions of each earlier writer, by its prefix, that are in the store. */
  transactions: Map<string, number>;
}

/** Kills programs that write, with SIGKILL, and looks whether what they said they kept is there, whole. */
export async function soakStore({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  const scratch = mkdtempSync(join(tmpdir(), 'nimdeck-soak-store-'));
  let store: Kept | null = null;
  let spoolFolder: string | null = null;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed, round);
      const moment = momentOf(random);
      report.count('afterMs' in moment ? 'killed at its start' : 'killed in mid-write');
      if (random.chance(0.6)) {
        report.count('store');
        if (store === null || random.chance(0.2)) {
          store = { folder: join(scratch, `store-${round}`), transactions: new Map() };
        }
        for (const wrong of await killStore(store, `r${round}`, moment)) report.lose(round, `store: ${wrong}`);
      } else {
        report.count('spool');
        if (spoolFolder === null || random.chance(0.2)) spoolFolder = join(scratch, `spool-${round}`);
        const capBytes = random.pick([1, 2, 16]) * MiB;
        for (const wrong of await killSpool(spoolFolder, capBytes, moment)) report.lose(round, `spool: ${wrong}`);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { tried: report.tried, lost: report.lost };
}

function momentOf(random: Random): Moment {
  return random.chance(0.3)
    ? { afterMs: 30 + random.below(400) }
    : { afterWrites: random.below(random.pick([3, 60, 500])), andMs: random.below(15) };
}

/** Runs a program that prints a number after each write; answers the last one that it printed before its death. */
async function runAndKill(program: string, args: readonly string[], moment: Moment): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  const timer = 'afterMs' in moment ? setTimeout(kill, moment.afterMs) : null;
  let last = 0;
  let writes = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    writes += 1;
    if ('afterMs' in moment || writes !== moment.afterWrites + 1) continue;
    await delay(moment.andMs);
    kill();
  }
  if (timer !== null) clearTimeout(timer);
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`${program} ended by itself`);
  return last;
}

async function killStore({ folder, transactions }: Kept, prefix: string, moment: Moment): Promise<string[]> {
  const kept = await runAndKill('./store-writer.ts', [folder, prefix], moment);
  const wrong: string[] = [];
  const store = await openStore({ dataFolder: folder, now: Date.now });
  try {
    wrong.push(...store.notices.map((notice) => `said to be wrong at its opening: ${JSON.stringify(notice)}`));
    const [check] = await store.all('PRAGMA integrity_check');
    if (check?.['integrity_check'] !== 'ok') wrong.push(`damaged: ${JSON.stringify(check)}`);
    for (const [earlier, count] of [...transactions, [prefix, null] as const]) {
      const rows = await store.all(
        'SELECT container_id AS id FROM stopped_runs WHERE container_id LIKE ? ORDER BY container_id',
        [`${earlier}-%`],
      );
      const misplaced = rows.find(
        ({ id }, index) =>
          id !== `${earlier}-${String(Math.floor(index / 2)).padStart(7, '0')}${index % 2 === 0 ? 'a' : 'b'}`,
      );
      if (misplaced !== undefined || rows.length % 2 === 1) wrong.push(`half a transaction of ${earlier}`);
      const found = rows.length / 2;
      // One more than was heard of: the kill may have come between the commit and its word.
      const isRight = count === null ? found === kept || found === kept + 1 : found === count;
      if (!isRight) wrong.push(`${found} transactions of ${earlier} where ${count ?? kept} were kept`);
      transactions.set(earlier, found);
    }
  } finally {
    await store.close();
  }
  return wrong;
}

async function killSpool(folder: string, capBytes: number, moment: Moment): Promise<string[]> {
  const held = await runAndKill('../../core/testing/append-forever.ts', [folder, String(capBytes)], moment);
  const wrong: string[] = [];
  const spool = await openSpool(folder, () => capBytes);
  const [firstLine, endLine] = [spool.totals().first.all, spool.totals().end.all];
  if (endLine < held) wrong.push(`${endLine} lines where ${held} were kept`);
  let next = firstLine;
  for await (const { text } of spool.records(0, 'all')) {
    for (const record of text.split('\n')) {
      if (record === '') continue;
      if (record !== `- iline ${next} ${'ä'.repeat(next % 90)}`) wrong.push(`line ${next} is ${record.slice(0, 80)}`);
      next += 1;
      if (wrong.length > 5) break;
    }
  }
  if (next !== endLine) wrong.push(`${next} lines can be read where ${endLine} are counted`);
  await spool.close();
  return wrong;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../core/store/open-store.ts';
import { z } from '../../shared/zod.ts';
import { startModel } from './model.ts';
import { createRandom, type Random } from './random.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

const prompts = 50;
const columns = 3;
const answers = prompts * columns;
/** A start and fifty prompts take three seconds; on a machine with other work thirty times that was seen. */
const hangMs = 300_000;

const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), isKnown: z.boolean() }),
  z.object({ kind: z.literal('progress'), done: z.number(), total: z.number() }),
]);
type Line = z.infer<typeof line>;

/** What a column is asked, by its model's name and the prompt. */
const keyOf = (model: string, prompt: string) => `${model} ${prompt}`;

const piecesOf = (key: string, seed: number): string[] => {
  const random = createRandom(seed, ...Array.from(key, (letter) => letter.charCodeAt(0)));
  return Array.from({ length: 2 + random.below(12) }, (_, index) => `${key}:${index}${'ä'.repeat(random.below(20))} `);
};

/** Counts under each key how often it was asked. */
const startCounting = (seed: number, asks: Map<string, number>) =>
  startModel(({ model, messages }) => {
    const key = keyOf(model, messages.at(-1)?.content ?? '');
    // Each prompt of a set stands alone.
    asks.set(key, (asks.get(key) ?? 0) + (messages.length === 1 ? 1 : 1_000));
    return piecesOf(key, seed);
  }, 2);

/**
 * Fifty prompts over three targets by a whole core that is killed with SIGKILL on the way, once to three times, and begun
 * again: it goes on where it was. No result that was there is lost or changed, and nothing is asked twice but what was
 * under way, which is one prompt at most.
 */
export async function soakCompare({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  let [kept, again] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const lose = (what: string) => report.lose(round, what);
    const random = createRandom(seed, round);
    const played = await playRound(random, { seed: random.below(1_000_000), lose, count: report.count });
    kept += played.kept;
    again += played.again;
  }
  const measured = { 'results that a kill left': kept, 'answers asked again': again };
  return { tried: { ...report.tried, ...measured }, lost: report.lost };
}

interface Round {
  seed: number;
  lose: (what: string) => void;
  count: (what: string) => void;
}

async function playRound(random: Random, { seed, lose, count }: Round): Promise<{ kept: number; again: number }> {
  const asks = new Map<string, number>();
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-soak-compare-'));
  const order = random.pick(['together', 'in-turn']);
  const mostUnderWay = order === 'together' ? columns : 1;
  /** Under each key how often its answer was under way at a kill. */
  const broken = new Map<string, number>();
  let results = new Map<string, string>();
  let kept = 0;
  await using models = new AsyncDisposableStack();
  try {
    const urls: string[] = [];
    for (let index = 0; index < columns; index += 1) urls.push(models.use(await startCounting(seed, asks)).url);
    const args = [folder, order, String(prompts), ...urls];
    const kills = 1 + random.below(3);
    for (let kill = 0; kill < kills; kill += 1) {
      const killAt = results.size + 1 + random.below(answers - results.size - 1);
      const { lines, isKilled } = await run(args, { killAt, afterMs: random.below(60) });
      checkStart(lines, kill > 0, lose);
      // It was at its end before the kill came.
      if (!isKilled) break;
      count('kills');
      const now = await readResults(folder);
      checkResults(now, { before: results, seed, seen: doneIn(lines), lose });
      const underWay = [...asks.keys()].filter((key) => !now.has(key));
      if (underWay.length > mostUnderWay) lose(`${underWay.length} answers are gone: ${underWay.join(', ')}`);
      for (const key of underWay) broken.set(key, (broken.get(key) ?? 0) + 1);
      kept += now.size;
      results = now;
    }
    const { lines, isKilled } = await run(args, { killAt: null, afterMs: 0 });
    if (isKilled) lose('it hangs');
    checkStart(lines, true, lose);
    const now = await readResults(folder);
    checkResults(now, { before: results, seed, seen: answers, lose });
    for (const [key, times] of asks) {
      const expected = 1 + (broken.get(key) ?? 0);
      if (times !== expected) lose(`${key} was asked ${times} times, not ${expected}`);
    }
    count(order);
    return { kept, again: [...broken.values()].reduce((sum, times) => sum + times, 0) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const doneIn = (lines: readonly Line[]) =>
  lines.reduce((most, each) => (each.kind === 'progress' ? Math.max(most, each.done) : most), 0);

function checkStart([opened]: readonly Line[], isThere: boolean, lose: (what: string) => void): void {
  if (opened?.kind !== 'opened') lose('it did not open');
  else if (opened.isKnown !== isThere) lose(isThere ? 'the comparison is gone' : 'a comparison was there');
}

/** @param killAt as soon as it has said that so many answers are complete, and `afterMs`; null: it runs to its end */
async function run(
  args: readonly string[],
  { killAt, afterMs }: { killAt: number | null; afterMs: number },
): Promise<{ lines: Line[]; isKilled: boolean }> {
  const program = fileURLToPath(new URL('./compare-runner.ts', import.meta.url));
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // No engine of this machine is asked.
    env: { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  const hang = setTimeout(kill, hangMs);
  let timer: NodeJS.Timeout | null = null;
  const lines: Line[] = [];
  for await (const text of createInterface(child.stdout)) {
    const read = readLine(text);
    if (read === null) continue;
    lines.push(read);
    if (killAt !== null && read.kind === 'progress' && read.done >= killAt) timer ??= setTimeout(kill, afterMs);
  }
  clearTimeout(hang);
  if (timer !== null) clearTimeout(timer);
  const [code, signal] = await exited;
  if (signal === null && code !== 0) throw new Error(`compare-runner.ts ended with ${code}`);
  return { lines, isKilled: signal === 'SIGKILL' };
}

/** Null: the last line, cut by the kill. */
function readLine(text: string): Line | null {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The text of each answer that is kept as complete, by its key. */
async function readResults(folder: string): Promise<Map<string, string>> {
  const store = await openStore({ dataFolder: folder, now: Date.now });
  try {
    const rows = await store.all(
      `SELECT a.column_id, r.prompt, a.text FROM comparison_answers a JOIN comparison_rounds r ON r.id = a.round_id
       WHERE a.state = 'done'`,
    );
    return new Map(
      rows.map((row) => [keyOf(String(row['column_id']), String(row['prompt'])), String(row['text'])] as const),
    );
  } finally {
    await store.close();
  }
}

/** @param seen so many had been shown as complete */
function checkResults(
  now: ReadonlyMap<string, string>,
  about: { before: ReadonlyMap<string, string>; seed: number; seen: number; lose: (what: string) => void },
): void {
  const { before, seed, seen, lose } = about;
  if (now.size < seen) lose(`${seen} answers were complete, ${now.size} are there`);
  for (const [key, text] of before) if (now.get(key) !== text) lose(`the result of ${key} is not there as it was`);
  for (const [key, text] of now)
    if (text !== piecesOf(key, seed).join('')) lose(`the result of ${key} is not what was said`);
}

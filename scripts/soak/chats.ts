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
import { createRandom } from './random.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

/** What a crash may cost of an answer that is being written. */
const mostLostMs = 500;
const heavyTokens = 300_000;

const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), ms: z.number(), chats: z.number(), newest: z.string().nullable() }),
  z.object({ kind: z.literal('sent'), key: z.string(), messageId: z.string() }),
  z.object({ kind: z.literal('at'), key: z.string(), length: z.number(), ms: z.number() }),
  z.object({ kind: z.literal('done'), key: z.string() }),
]);
type Line = z.infer<typeof line>;

const piecesOf = (key: string, seed: number) => {
  const random = createRandom(seed, ...Array.from(key, (letter) => letter.charCodeAt(0)));
  return Array.from(
    { length: 20 + random.below(400) },
    (_, index) => `${key}:${index}${'ä'.repeat(random.below(30))} `,
  );
};

/**
 * Kills a whole core with SIGKILL while it writes two answers. What had ended must be there to the last letter, of the
 * others all but the last half second, and the next core must open on the list of chats, whose heaviest it does not read.
 */
export async function soakChats({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-soak-chats-'));
  // Two answers at a time; which one is asked for stands in the question.
  await using model = await startModel(({ messages }) => piecesOf(messages.at(-1)?.content ?? '', seed), 5);
  const finished = new Map<string, string>();
  let [worstLossMs, worstOpenMs] = [0, 0];
  try {
    await addHeavyChat(folder);
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed, round);
      const lines = await runAndKill([folder, model.url, `r${round}`], random.below(2_500));
      const [opened] = lines;
      if (opened?.kind !== 'opened') report.lose(round, 'the core did not open on its list');
      else {
        worstOpenMs = Math.max(worstOpenMs, opened.ms);
        if (opened.chats < 1) report.lose(round, 'the list has lost the heavy chat');
      }
      const lossMs = await check(folder, lines, { seed, finished, lose: (what) => report.lose(round, what) });
      worstLossMs = Math.max(worstLossMs, lossMs);
      report.count(lossMs === 0 ? 'nothing lost' : 'text of the last half second lost');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const measured = {
    'finished answers': finished.size,
    'most text lost, ms': Math.round(worstLossMs),
    'slowest open, ms': worstOpenMs,
  };
  return { tried: { ...report.tried, ...measured }, lost: report.lost };
}

async function addHeavyChat(folder: string): Promise<void> {
  const store = await openStore({ dataFolder: folder, now: Date.now });
  const at = new Date(0).toISOString();
  await store.run(
    {
      sql: `INSERT INTO conversations (id, title, created_at, updated_at, parameters) VALUES ('heavy', 'heavy', ?, ?, '{}')`,
      values: [at, at],
    },
    {
      sql: `INSERT INTO messages (id, conversation_id, position, role, created_at, text, reasoning)
            VALUES ('heavy', 'heavy', 1, 'user', ?, ?, '')`,
      values: [at, 'word '.repeat(heavyTokens)],
    },
  );
  await store.close();
}

/** What the program said before it was killed, so long after it had begun to ask. */
async function runAndKill(args: readonly string[], afterMs: number): Promise<Line[]> {
  const program = fileURLToPath(new URL('./chat-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // No engine of this machine is asked.
    env: { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  const exited = once(child, 'exit');
  const lines: Line[] = [];
  let timer: NodeJS.Timeout | null = null;
  for await (const text of createInterface(child.stdout)) {
    // The last line may have been cut by the kill.
    const read = line.safeParse(parse(text));
    if (read.success) lines.push(read.data);
    if (read.data?.kind === 'sent') timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  }
  if (timer !== null) clearTimeout(timer);
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error('chat-writer.ts ended by itself');
  return lines;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Checked {
  seed: number;
  /** Answers that ended in this and in earlier rounds, by their message. */
  finished: Map<string, string>;
  lose: (what: string) => void;
}

/** Answers how much text is gone: the age of the oldest letter that was seen and not kept, in ms at the kill. */
async function check(folder: string, lines: readonly Line[], { seed, finished, lose }: Checked): Promise<number> {
  const store = await openStore({ dataFolder: folder, now: Date.now });
  try {
    for (const notice of store.notices) lose(`said to be wrong at its opening: ${JSON.stringify(notice)}`);
    const rows = await store.all(
      `SELECT id, text, json_extract(turn, '$.state') AS state FROM messages WHERE role = 'assistant'`,
    );
    const kept = new Map(rows.map(({ id, text, state }) => [String(id), { text: String(text), state: String(state) }]));
    const done = new Set(lines.flatMap((each) => (each.kind === 'done' ? [each.key] : [])));
    let lossMs = 0;
    for (const sent of lines) {
      if (sent.kind !== 'sent') continue;
      const whole = piecesOf(sent.key, seed).join('');
      const found = kept.get(sent.messageId);
      if (found === undefined) {
        lose(`${sent.key} is not there`);
        continue;
      }
      if (!whole.startsWith(found.text)) lose(`${sent.key} is not what was said`);
      if (done.has(sent.key)) {
        finished.set(sent.messageId, whole);
        continue;
      }
      const seen = lines.filter((each) => each.kind === 'at').filter(({ key }) => key === sent.key);
      const [first, last] = [seen.find(({ length }) => length > found.text.length), seen.at(-1)];
      if (first === undefined || last === undefined) continue;
      lossMs = Math.max(lossMs, last.ms - first.ms);
    }
    if (lossMs > mostLostMs) lose(`text of ${Math.round(lossMs)} ms is gone`);
    for (const [id, whole] of finished) {
      const found = kept.get(id);
      if (found?.text !== whole || found.state !== 'done') lose(`a finished answer is not there as it was: ${id}`);
    }
    return lossMs;
  } finally {
    await store.close();
  }
}

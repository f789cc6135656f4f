import { existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogCounts, LogLine } from '../../shared/contract/logs.ts';
import type { SettingsService } from '../settings/service.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { type ScriptedEngine, startScriptedEngine } from '../testing/scripted-engine.ts';
import type { Asked } from '../testing/scripted-http.ts';
import { startCollector } from './collector.ts';
import { createLogsService, type LogsService } from './service.ts';
import { openSpool } from './spool.ts';

const id = 'c0ffee'.repeat(10).slice(0, 64).padEnd(64, '0');
const never = '0001-01-01T00:00:00Z';
const startedAt = '2026-11-24T15:00:00.500000000Z';
const stamp = (ms: number) => `${new Date(Date.parse('2026-11-24T15:00:00Z') + ms).toISOString().slice(0, -1)}000000Z`;

let deps: TestDeps;
let host: ScriptedEngine;
let logs: LogsService;
const settings = { get: () => ({ logCapMiB: 64 }) } as unknown as SettingsService;

beforeEach(async () => {
  deps = createTestDeps();
  host = await startScriptedEngine();
  host.containers.set(id, {
    Created: '2026-11-24T15:00:00.1Z',
    Config: { Tty: false },
    State: { Running: true, StartedAt: startedAt, FinishedAt: never },
  });
  logs = await createLogsService(deps, host.engine, settings);
});
afterEach(async () => {
  await logs.close();
  await host[Symbol.asyncDispose]();
  deps[Symbol.dispose]();
});

function frame(ms: number, text: string, output: 1 | 2 = 1, end = '\n'): Buffer {
  const body = Buffer.from(`${stamp(ms)} ${text}${end}`);
  const header = Buffer.from([output, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}
async function say(asked: Asked, ...frames: Buffer[]) {
  if (!asked.response.headersSent)
    asked.response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
  await asked.write(Buffer.concat(frames));
}
const sinceOf = (asked: Asked) => new URL(asked.url, 'http://x').searchParams.get('since');
const collect = (at = startedAt, isTty = false) => logs.collect({ id, startedAt: at, isTty });

async function newestRun() {
  await expect.poll(async () => (await logs.api.runs({ nimId: id })).length).toBeGreaterThan(0);
  return (await logs.api.runs({ nimId: id }))[0]!;
}
async function untilCounts(isEnough: (counts: LogCounts) => boolean, runId?: string): Promise<LogCounts> {
  const run = runId ?? (await newestRun()).id;
  for await (const counts of logs.api.watch({ runId: run })) if (isEnough(counts)) return counts;
  throw new Error('the watch ended');
}
const tailTexts = async (...of: Parameters<LogsService['tail']>) => (await logs.tail(...of)).map(({ text }) => text);
const untilLines = (count: number, runId?: string) => untilCounts(({ endLine }) => endLine >= count, runId);
async function textsOf(runId?: string) {
  const { lines } = await logs.api.read({ runId: runId ?? (await newestRun()).id, from: 0, count: 2000 });
  return lines.map(({ text }) => text);
}
/** Ends the stream as the engine does when the container has exited. */
function exit(asked: Asked, exitedAt = stamp(60_000)) {
  const container = host.containers.get(id)!;
  container.State.Running = false;
  container.State.FinishedAt = exitedAt;
  asked.response.end();
}

describe('a run', () => {
  it('is collected as it is written, counted, and closed when it has ended', async () => {
    collect();
    const asked = await host.logs();
    expect(Object.fromEntries(new URL(asked.url, 'http://x').searchParams)).toMatchObject({
      follow: 'true',
      stdout: 'true',
      stderr: 'true',
      timestamps: 'true',
    });
    expect(sinceOf(asked)).toBeNull();
    await say(asked, frame(600, 'INFO 11-24 hello'), frame(700, 'ERROR: no', 2));
    expect(await untilLines(2)).toMatchObject({ firstLine: 0, endLine: 2, errors: 1, warnings: 0, isCollecting: true });
    await say(asked, frame(800, 'last words', 2, ''));
    exit(asked);
    await logs.ended(id, '2026-11-24T15:01:00.123456789Z');

    const run = await newestRun();
    expect(run).toMatchObject({
      nimId: id,
      startedAt: '2026-11-24T15:00:00.500Z',
      endedAt: '2026-11-24T15:01:00.123Z',
    });
    expect(await untilCounts(({ isCollecting }) => !isCollecting)).toMatchObject({ endLine: 3 });
    expect((await logs.api.read({ runId: run.id, from: 1, count: 10 })).lines).toEqual([
      { line: 1, at: stamp(700), output: 'stderr', level: 'error', text: 'ERROR: no', length: 9 },
      { line: 2, at: stamp(800), output: 'stderr', level: 'other', text: 'last words', length: 10 },
    ]);
    expect(await tailTexts(id, 2)).toEqual(['ERROR: no', 'last words']);
    expect(await logs.firstErrorLine(id)).toBe('ERROR: no');
    expect(await logs.api.search({ runId: run.id, query: 'WORDS', from: 0, limit: 5 })).toEqual({
      hits: [2],
      nextLine: null,
    });
  });

  it('is asked for once, however often it is said to begin', async () => {
    collect();
    collect();
    const asked = await host.logs();
    collect();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    expect(await logs.api.runs({ nimId: id })).toHaveLength(1);
    expect(readdirSync(join(deps.dataFolder, 'logs'))).toHaveLength(1);
  });

  it('goes on after a broken connection though the clock was set back by hours: nothing twice, nothing lost', async () => {
    const ahead = Date.now() - Date.parse('2026-11-24T15:00:00Z') + 3 * 3_600_000;
    const behind = ahead - 3 * 3_600_000;
    collect();
    const asked = await host.logs();
    await say(asked, frame(ahead, 'one'), frame(ahead + 1, 'two'));
    await untilLines(2);
    asked.reset();
    const again = await host.logs();
    expect(sinceOf(again)).toBeNull();
    await say(again, frame(ahead, 'one'), frame(ahead + 1, 'two'), frame(behind, 'three'), frame(behind + 1, 'four'));
    await untilLines(4);
    expect(await textsOf()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('loses nothing though the clock was set back while the connection was broken, and has caught up', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'one'), frame(5_000, 'two'));
    await untilLines(2);
    deps.now = () => Date.now() - 3_000;
    asked.reset();
    const again = await host.logs();
    expect(sinceOf(again)).toBeNull();
    const all = [frame(600, 'one'), frame(5_000, 'two'), frame(2_500, 'three'), frame(6_000, 'four')];
    await say(again, ...all);
    await untilLines(4);
    // Once read they are held, and only what may have come since is asked for.
    again.reset();
    const third = await host.logs();
    expect(sinceOf(third)).not.toBeNull();
    await say(third, frame(6_000, 'four'), frame(6_100, 'five'));
    await untilLines(5);
    expect(await textsOf()).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('loses nothing of a container’s second run either, though it is stamped before the run began', async () => {
    const second = '2026-11-24T15:10:00.500000000Z';
    const container = host.containers.get(id)!;
    Object.assign(container.State, { StartedAt: second, FinishedAt: '2026-11-24T15:09:59Z' });
    collect(second);
    const asked = await host.logs();
    expect(sinceOf(asked)).not.toBeNull();
    const begin = 600_000;
    await say(asked, frame(0, 'of the run before'), frame(begin + 600, 'one'), frame(begin - 5_000, 'two'));
    await untilLines(2);
    deps.now = () => Date.now() - 6_000;
    asked.reset();
    const again = await host.logs();
    expect(sinceOf(again)).toBeNull();
    await say(again, frame(0, 'of the run before'), frame(begin + 600, 'one'), frame(begin - 5_000, 'two'));
    await say(again, frame(begin - 4_000, 'three'));
    await untilLines(3);
    expect(await textsOf()).toEqual(['one', 'two', 'three']);
  });

  it('goes on at the last stamp after a broken connection: nothing twice, nothing lost', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'), frame(1000, 'same'), frame(1000, 'same'), frame(1000, 'other', 2));
    await untilLines(4);
    asked.reset();

    const again = await host.logs();
    expect(sinceOf(again)).toBe(`${Date.parse('2026-11-24T15:00:00Z') / 1000}.750000000`);
    // One from another thread of the engine that was stamped before, but written after what is held.
    await say(again, frame(1000, 'same'), frame(1000, 'same'), frame(1000, 'other', 2), frame(990, 'late', 2));
    await say(again, frame(1000, 'same'), frame(1001, 'same'));
    await untilLines(7);
    expect(await textsOf()).toEqual(['a', 'same', 'same', 'other', 'late', 'same', 'same']);
  });

  it('waits for a lost engine, leaves what hangs, and goes on when it is back', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    host.setStatus('unreachable');
    await asked.closed;
    host.setStatus('connected');
    const again = await host.logs();
    await say(again, frame(600, 'a'), frame(700, 'b'));
    await untilLines(2);
    expect(await textsOf()).toEqual(['a', 'b']);
  });

  it('is read on when the stream ended though the container runs on', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    asked.response.end();
    const again = await host.logs();
    await say(again, frame(600, 'a'), frame(700, 'b'));
    await untilLines(2);
    expect(await untilCounts(({ isCollecting }) => isCollecting)).toMatchObject({ endLine: 2 });
  });

  it('goes on after a restart of core', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'), frame(700, 'b'));
    await untilLines(2);
    await logs.close();
    await asked.closed;

    logs = await createLogsService(deps, host.engine, settings);
    expect(await textsOf()).toEqual(['a', 'b']);
    expect(await untilCounts(() => true)).toMatchObject({ isCollecting: false, endLine: 2 });
    collect();
    const again = await host.logs();
    await say(again, frame(600, 'a'), frame(700, 'b'), frame(800, 'c'));
    await untilLines(3);
    expect(await textsOf()).toEqual(['a', 'b', 'c']);
    expect(await logs.api.runs({ nimId: id })).toHaveLength(1);
  });

  it('that ended while core was away is read to its end', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    await logs.close();
    host.containers.get(id)!.State.Running = false;

    logs = await createLogsService(deps, host.engine, settings);
    const ended = logs.ended(id, stamp(5000));
    const again = await host.logs();
    await say(again, frame(600, 'a'), frame(900, 'the end'));
    again.response.end();
    await ended;
    expect(await textsOf()).toEqual(['a', 'the end']);
    expect((await newestRun()).endedAt).toBe('2026-11-24T15:00:05.000Z');
  });

  it('that came and went while core was away is read as well', async () => {
    host.containers.get(id)!.State = { Running: false, StartedAt: startedAt, FinishedAt: stamp(900) };
    const ended = logs.ended(id, stamp(900));
    const asked = await host.logs();
    await say(asked, frame(600, 'hello and goodbye'));
    asked.response.end();
    await ended;
    expect(await textsOf()).toEqual(['hello and goodbye']);
  });

  it('ends without a word when its container is gone', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    host.containers.clear();
    asked.response.end();
    await untilCounts(({ isCollecting }) => !isCollecting);
    expect(await textsOf()).toEqual(['a']);
  });

  it('of a terminal is read without frames', async () => {
    collect(startedAt, true);
    const asked = await host.logs();
    await say(asked, Buffer.from(`${stamp(600)} \u001b[1mone\u001b[0m\r\n${stamp(700)} two\r\n`));
    await untilLines(2);
    expect(await textsOf()).toEqual(['\u001b[1mone\u001b[0m', 'two']);
  });
});

describe('lines that are missing', () => {
  const failureOf = async (): Promise<LogCounts['failure'] | undefined> => {
    for await (const counts of logs.api.watch({ runId: (await newestRun()).id })) return counts.failure;
    return undefined;
  };

  const segmentOfNewest = async () => join(deps.dataFolder, 'logs', (await newestRun()).id, '000000000000.log');

  it('for want of room: it is said, with the folder', async () => {
    collect();
    const asked = await host.logs();
    const segment = await segmentOfNewest();
    // What is written there fails as on a full disk.
    symlinkSync('/dev/full', segment);
    await say(asked, frame(600, 'a'));
    await host.logs();
    expect(await failureOf()).toMatchObject({ code: 'DISK_FULL', detail: { file: dirname(segment) } });
    expect(await tailTexts(id, 5)).toEqual([]);
  });

  it('because they cannot be written: it is said, until they can', async () => {
    collect();
    const asked = await host.logs();
    const segment = await segmentOfNewest();
    mkdirSync(segment);
    await say(asked, frame(600, 'a'));
    const again = await host.logs();
    expect(await failureOf()).toMatchObject({ code: 'STORE_NOT_WRITABLE' });
    rmdirSync(segment);
    await say(again, frame(600, 'a'), frame(700, 'b'));
    await untilLines(2);
    expect(await failureOf()).toBeNull();
    expect(await textsOf()).toEqual(['a', 'b']);
  });

  it('because the log driver keeps nothing: it is said, asked once, and the end is not waited for', async () => {
    collect();
    const asked = await host.logs();
    asked.response.writeHead(501, { 'content-type': 'application/json' });
    asked.response.end(JSON.stringify({ message: 'configured logging driver does not support reading' }));
    await expect.poll(failureOf).toMatchObject({ code: 'LOG_NOT_READABLE' });
    const ended = logs.ended(id, stamp(2000));
    const last = await host.logs();
    last.response.writeHead(501, { 'content-type': 'application/json' });
    last.response.end(JSON.stringify({ message: 'configured logging driver does not support reading' }));
    await ended;
    expect((await newestRun()).endedAt).not.toBeNull();
    expect(await failureOf()).toMatchObject({ code: 'LOG_NOT_READABLE' });
  });
});

describe('ended', () => {
  it('waits for what is still in the stream', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    const ended = logs.ended(id, null);
    await say(asked, frame(700, 'b'));
    exit(asked);
    await ended;
    expect(await tailTexts(id, 10)).toEqual(['a', 'b']);
  });

  it('does not wait for a stream that the engine forgets to end', async () => {
    const folder = join(deps.dataFolder, 'spool');
    const spool = await openSpool(folder, () => 1024 * 1024);
    const collector = startCollector({
      engine: host.engine,
      log: deps.log,
      clock: deps,
      spool,
      run: { containerId: id, startedAt, isTty: false, from: undefined },
      ending: null,
      silenceMs: 50,
      runBefore: () => null,
      onBegin: async () => {},
      onBatch: () => {},
      onProblem: () => {},
      onCaughtUp: () => {},
      folder,
    });
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    host.containers.get(id)!.State.Running = false;
    collector.finish(null);
    await asked.closed;
    expect(await collector.done).toBe('complete');
    expect(spool.totals().end.all).toBe(1);
    await spool.close();
  });

  it('does not wait for an engine that is lost; the run is closed when it is back', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    host.setStatus('unreachable');
    await asked.closed;
    await logs.ended(id, stamp(2000));
    expect((await newestRun()).endedAt).toBeNull();
    host.setStatus('connected');
    const again = await host.logs();
    await say(again, frame(600, 'a'), frame(800, 'b'));
    exit(again);
    await expect.poll(async () => (await newestRun()).endedAt).toBe('2026-11-24T15:00:02.000Z');
    expect(await textsOf()).toEqual(['a', 'b']);
  });

  it('of an unknown container does nothing', async () => {
    await logs.ended('0'.repeat(64), null);
    expect(await tailTexts('0'.repeat(64), 5)).toEqual([]);
    expect(await logs.firstErrorLine('0'.repeat(64))).toBeNull();
  });
});

describe('a container that runs again', () => {
  it('has a log for each run, divided in the middle between end and start', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'one'));
    await untilLines(1);
    exit(asked, stamp(10_000));
    await logs.ended(id, stamp(10_000));

    const second = stamp(12_000);
    host.containers.get(id)!.State = { Running: true, StartedAt: second, FinishedAt: stamp(10_000) };
    collect(second);
    const again = await host.logs();
    expect(sinceOf(again)).toBe(`${Date.parse('2026-11-24T15:00:11Z') / 1000}.000000000`);
    // The first line is stamped before the engine noted the start; an old engine repeats what was not asked for.
    await say(again, frame(10_001, 'old'), frame(11_990, 'two'), frame(12_100, 'three'));
    const [run] = await logs.api.runs({ nimId: id });
    await untilLines(2, run!.id);
    expect(await textsOf(run!.id)).toEqual(['two', 'three']);
    expect((await logs.api.runs({ nimId: id })).map(({ endedAt }) => endedAt)).toEqual([
      null,
      '2026-11-24T15:00:10.000Z',
    ]);
  });

  it('ends the run whose end nobody noticed, and keeps the two apart', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'one'));
    await untilLines(1);
    const first = await newestRun();

    const second = stamp(12_000);
    host.containers.get(id)!.State = { Running: true, StartedAt: second, FinishedAt: stamp(10_000) };
    collect(second);
    const again = await host.logs();
    await say(again, frame(12_100, 'two'));
    // The old stream follows the container over its restart.
    await say(asked, frame(9999, 'last of one'), frame(12_100, 'two'));
    await asked.closed;
    await expect.poll(async () => (await logs.api.runs({ nimId: id }))[1]?.endedAt).toBe('2026-11-24T15:00:10.000Z');
    expect(await textsOf(first.id)).toEqual(['one', 'last of one']);
    const [run] = await logs.api.runs({ nimId: id });
    await untilLines(1, run!.id);
    expect(await textsOf(run!.id)).toEqual(['two']);
  });

  it('loses nothing of a run that was over before its start was noted', async () => {
    host.containers.get(id)!.State = { Running: false, StartedAt: startedAt, FinishedAt: stamp(480) };
    const ended = logs.ended(id, stamp(480));
    const asked = await host.logs();
    expect(sinceOf(asked)).toBeNull();
    await say(asked, frame(450, 'quick'));
    asked.response.end();
    await ended;
    expect(await tailTexts(id, 5)).toEqual(['quick']);
  });

  it('keeps its newest twenty runs', async () => {
    for (let run = 0; run < 23; run += 1) {
      const at = stamp(run * 10_000 + 500);
      const state = { Running: false, StartedAt: at, FinishedAt: stamp(run * 10_000 + 5000) };
      host.containers.get(id)!.State = state;
      const ended = logs.ended(id, state.FinishedAt);
      const asked = await host.logs();
      await say(asked, frame(run * 10_000 + 600, `run ${run}`));
      asked.response.end();
      await ended;
    }
    await expect.poll(() => readdirSync(join(deps.dataFolder, 'logs')).length).toBe(20);
    expect(await tailTexts(id, 1)).toEqual(['run 22']);
  });
});

describe('who listens', () => {
  it('to lines gets each once, without keys, with its number', async () => {
    const heard: LogLine[] = [];
    const stopListening = logs.onLines((containerId, lines) => {
      expect(containerId).toBe(id);
      heard.push(...lines);
    });
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'key nvapi-AbCdEfGhIjKlMnOp'), frame(700, 'b'));
    await untilLines(2);
    asked.reset();
    const again = await host.logs();
    await say(again, frame(600, 'key nvapi-AbCdEfGhIjKlMnOp'), frame(700, 'b'), frame(800, 'c'));
    await untilLines(3);
    expect(heard.map(({ line, text }) => [line, text])).toEqual([
      [0, 'key [redacted]'],
      [1, 'b'],
      [2, 'c'],
    ]);
    stopListening();
    await say(again, frame(900, 'd'));
    await untilLines(4);
    expect(heard).toHaveLength(3);
  });

  it('to a run that is forgotten is told so, and its files go', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    const run = await newestRun();
    const watching = (async () => {
      for await (const counts of logs.api.watch({ runId: run.id })) expect(counts.runId).toBe(run.id);
    })();
    await Promise.all([logs.forget(id), expect(watching).rejects.toMatchObject({ code: 'NOT_FOUND' })]);
    await asked.closed;
    expect(existsSync(join(deps.dataFolder, 'logs', run.id))).toBe(false);
    await expect(logs.api.read({ runId: run.id, from: 0, count: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await logs.api.runs({ nimId: id })).toEqual([]);
  });

  it('ends with core, and with its own signal', async () => {
    collect();
    const asked = await host.logs();
    await say(asked, frame(600, 'a'));
    await untilLines(1);
    const run = await newestRun();
    const leaving = new AbortController();
    for await (const counts of logs.api.watch({ runId: run.id }, { signal: leaving.signal })) {
      expect(counts.endLine).toBe(1);
      leaving.abort();
    }
    for await (const counts of logs.api.watch({ runId: run.id })) {
      expect(counts.endLine).toBe(1);
      await logs.close();
    }
  });
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogCounts } from '../../shared/contract/logs.ts';
import { createEngineService, type EngineService } from '../engine/service.ts';
import { createSettingsService } from '../settings/service.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import type { TestEngine } from '../testing/engine-host/host.ts';
import {
  cleanUp,
  describeOnEngines,
  dockerOf,
  imageReference,
  pull,
  withOwnEngine,
} from '../testing/engine-host/kit.ts';
import { runProgram } from '../testing/engine-host/processes.ts';
import { createLogsService, type LogsService } from './service.ts';

const label = 'io.nimdeck.test=logs';

interface Collected extends AsyncDisposable {
  logs: LogsService;
  engine: EngineService;
}

/** Engine and logs of core; opening them again on the same deps is a restart. */
async function openLogs(deps: TestDeps): Promise<Collected> {
  const engine = createEngineService(deps);
  const logs = await createLogsService(deps, engine, await createSettingsService(deps));
  await engine.settled();
  return {
    logs,
    engine,
    async [Symbol.asyncDispose]() {
      await logs.close();
      await engine.close();
    },
  };
}

/** Starts a container and tells the logs service of it as the service that watches the engine does. */
async function run(engine: TestEngine, script: string, isTty = false, logDriver = 'json-file') {
  const docker = dockerOf(engine);
  const container = await docker.createContainer({
    Image: imageReference('small'),
    Cmd: ['sh', '-c', script],
    Tty: isTty,
    Labels: { 'io.nimdeck.test': 'logs' },
    HostConfig: { LogConfig: { Type: logDriver, Config: {} } },
  });
  await container.start();
  const begin = async () => {
    const { State } = await container.inspect();
    return { id: container.id, startedAt: State.StartedAt, isTty };
  };
  return { container, begin, id: container.id };
}

async function until(logs: LogsService, id: string, isEnough: (counts: LogCounts) => boolean): Promise<LogCounts> {
  const [newest] = await logs.api.runs({ nimId: id });
  const signal = AbortSignal.timeout(90_000);
  for await (const counts of logs.api.watch({ runId: newest?.id ?? '' }, { signal }))
    if (isEnough(counts)) return counts;
  throw new Error('waited in vain');
}

async function allLines(logs: LogsService, id: string, runIndex = 0) {
  const runId = (await logs.api.runs({ nimId: id }))[runIndex]?.id ?? '';
  const lines = [];
  for (let from = 0; ;) {
    const { lines: window } = await logs.api.read({ runId, from, count: 2000 });
    const last = window.at(-1);
    if (last === undefined) return lines;
    lines.push(...window);
    from = last.line + 1;
  }
}

describeOnEngines('logs', (engine) => {
  let deps: TestDeps;
  beforeAll(async () => {
    await pull(engine, imageReference('small'));
    deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
  });
  afterAll(async () => {
    await cleanUp(engine, label, [imageReference('small')]);
    deps[Symbol.dispose]();
  });

  test('both outputs, long lines, odd characters, a last line without its end', async () => {
    await using opened = await openLogs(deps);
    const { logs } = opened;
    const script = [
      `echo "INFO 11-24 15:00:00 größe 🙂"`,
      `echo "ERROR: none" >&2`,
      `i=0; while [ $i -lt 3000 ]; do printf '0123456789abcdef ä---'; i=$((i+1)); done; echo`,
      String.raw`printf 'bad \377 byte\n\n10%%\r20%%\r30%%\n'`,
      `printf 'no end'`,
    ].join('\n');
    const { id, begin, container } = await run(engine, script);
    logs.collect(await begin());
    await container.wait();
    await logs.ended(id, new Date().toISOString());

    const lines = await allLines(logs, id);
    const stdout = lines.filter(({ output }) => output === 'stdout');
    expect(stdout.map(({ text, length }) => (length > 100 ? length : text))).toEqual([
      'INFO 11-24 15:00:00 größe 🙂',
      3000 * 21,
      'bad \ufffd byte',
      '',
      '10%\r20%\r30%',
      'no end',
    ]);
    expect(lines.filter(({ output }) => output === 'stderr').map(({ text, level }) => [text, level])).toEqual([
      ['ERROR: none', 'error'],
    ]);
    expect(lines.every(({ at }) => at !== null)).toBe(true);
    expect(await logs.firstErrorLine(id)).toBe('ERROR: none');
    const [{ id: runId, endedAt } = { id: '', endedAt: null }] = await logs.api.runs({ nimId: id });
    expect(endedAt).not.toBeNull();
    expect((await logs.api.search({ runId, query: 'GRÖSSE', from: 0, limit: 5 })).hits).toEqual([]);
    expect((await logs.api.search({ runId, query: 'größe', from: 0, limit: 5 })).hits).toHaveLength(1);
  });

  test('a terminal', async () => {
    await using opened = await openLogs(deps);
    const { logs } = opened;
    const script = `echo one; i=0; while [ $i -lt 3000 ]; do printf '0123456789abcdef----'; i=$((i+1)); done; echo; echo three`;
    const { id, begin, container } = await run(engine, script, true);
    logs.collect(await begin());
    await container.wait();
    await logs.ended(id, null);
    const lines = await allLines(logs, id);
    expect(lines.map(({ text, length }) => (length > 100 ? length : text))).toEqual(['one', 60_000, 'three']);
    expect(lines.every(({ at }) => at !== null)).toBe(true);
  });

  test('a log for each run of a container, also of a run that core did not see', async () => {
    await using opened = await openLogs(deps);
    const { logs } = opened;
    const { id, begin, container } = await run(
      engine,
      `touch /n; echo "begin $(cat /n)"; echo x >> /n; echo end; exit 3`,
    );
    logs.collect(await begin());
    await container.wait();
    await logs.ended(id, null);

    // Neither the start nor the end of the second run is said.
    await container.start();
    await container.wait();
    await logs.ended(id, null);
    await container.start();
    logs.collect(await begin());
    await container.wait();
    await logs.ended(id, null);

    expect(await logs.api.runs({ nimId: id })).toHaveLength(3);
    const texts = [2, 1, 0].map(async (index) => (await allLines(logs, id, index)).map(({ text }) => text.trimEnd()));
    expect(await Promise.all(texts)).toEqual([
      ['begin', 'end'],
      ['begin x', 'end'],
      ['begin x', 'x', 'end'],
    ]);
    await logs.forget(id);
    expect(await logs.api.runs({ nimId: id })).toEqual([]);
  });

  test('a log driver that keeps nothing is named, and its container is not waited for', async () => {
    await using opened = await openLogs(deps);
    const { logs } = opened;
    const { id, begin, container } = await run(engine, 'echo unheard; sleep 60', false, 'none');
    logs.collect(await begin());
    await expect.poll(async () => (await logs.api.runs({ nimId: id })).length).toBe(1);
    const counts = await until(logs, id, ({ failure }) => failure !== null);
    expect(counts).toMatchObject({ failure: { code: 'LOG_NOT_READABLE' }, isCollecting: false, endLine: 0 });
    await container.kill();
    await logs.ended(id, null);
    expect((await logs.api.runs({ nimId: id }))[0]?.endedAt).not.toBeNull();
  });

  test('a flood is collected whole, over a restart of core in its middle', async () => {
    const count = 60_000;
    const { id, begin, container } = await run(
      engine,
      `i=0; while [ $i -lt ${count} ]; do echo "INFO 11-24 15:00:00 [x.py:1] line $i"; i=$((i+1)); [ $((i%7)) = 0 ] && echo "e $i" >&2; done`,
    );
    const first = await openLogs(deps);
    first.logs.collect(await begin());
    await expect.poll(async () => (await first.logs.api.runs({ nimId: id })).length).toBe(1);
    await until(first.logs, id, ({ endLine }) => endLine > 5000);
    await first[Symbol.asyncDispose]();

    await using second = await openLogs(deps);
    second.logs.collect(await begin());
    await container.wait();
    await second.logs.ended(id, null);
    const lines = await allLines(second.logs, id);
    const numbers = (output: string) =>
      lines.filter((line) => line.output === output).map(({ text }) => Number(text.split(' ').at(-1)));
    expect(numbers('stdout')).toEqual(Array.from({ length: count }, (_each, index) => index));
    expect(numbers('stderr')).toEqual(Array.from({ length: Math.floor(count / 7) }, (_each, index) => (index + 1) * 7));
  });
});

describeOnEngines(
  'logs on a disk that fills up',
  (engine) => {
    test('the log says why it stands still, and is whole when there is room again', async () => {
      using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
      const folder = join(deps.dataFolder, 'logs');
      mkdirSync(folder, { recursive: true });
      await pull(engine, imageReference('small'));
      await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      try {
        await using opened = await openLogs(deps);
        const { logs } = opened;
        const { id, begin, container } = await run(
          engine,
          `i=0; while [ $i -lt 4000 ]; do echo "line $i ........................."; i=$((i+1)); done; sleep 60`,
        );
        logs.collect(await begin());
        await expect.poll(async () => (await logs.api.runs({ nimId: id })).length).toBe(1);
        const full = await until(logs, id, ({ failure }) => failure !== null);
        expect(full.failure).toMatchObject({ code: 'DISK_FULL' });
        expect(full.endLine).toBeLessThan(4000);
        await runProgram('mount', ['-o', 'remount,size=8m', folder]);
        const whole = await until(logs, id, ({ endLine }) => endLine >= 4000);
        expect(whole.failure).toBeNull();
        const texts = (await allLines(logs, id)).map(({ text }) => text.split(' ')[1]);
        expect(texts).toEqual(Array.from({ length: 4000 }, (_, n) => String(n)));
        await container.remove({ force: true });
      } finally {
        await runProgram('umount', ['--lazy', folder]);
        await cleanUp(engine, label, [imageReference('small')]);
      }
    });
  },
  ['overlay2-26.1'],
);

describeOnEngines('logs of an engine that goes away', ({ name }) => {
  describe.each(['SIGKILL', 'SIGTERM'] as const)('%s', (how) => {
    test('what was written is read when it is back, once', async () => {
      await withOwnEngine(name, async (own) => {
        await pull(own.engine, imageReference('small'));
        using deps = createTestDeps({ env: { DOCKER_HOST: own.engine.dockerHost } });
        await using opened = await openLogs(deps);
        const { logs, engine } = opened;
        const { id, begin, container } = await run(
          own.engine,
          `trap 'echo bye; exit 0' TERM; i=0; while true; do echo "line $i"; i=$((i+1)); [ $((i%500)) = 0 ] && sleep 0.05; done`,
        );
        logs.collect(await begin());
        await until(logs, id, ({ endLine }) => endLine > 2000);
        await own.end(how);
        await expect.poll(() => engine.state().status, { timeout: 20_000 }).toBe('unreachable');
        await own.start();
        await expect.poll(() => engine.state().status, { timeout: 20_000 }).toBe('connected');

        const { State } = await container.inspect();
        expect(State.Running).toBe(false);
        await logs.ended(id, State.FinishedAt);
        const texts = (await allLines(logs, id)).map(({ text }) => text);
        expect(texts.length).toBeGreaterThan(2000);
        // A killed engine loses what it had taken from the container and not written: its own word is the measure.
        const whole = await container.logs({ stdout: true, stderr: true });
        const kept: string[] = [];
        for (let at = 0; at < whole.length; at += 8 + whole.readUInt32BE(at + 4)) {
          kept.push(whole.subarray(at + 8, at + 8 + whole.readUInt32BE(at + 4)).toString());
        }
        expect(texts).toEqual(kept.join('').trimEnd().split('\n'));
      });
    });
  });
});

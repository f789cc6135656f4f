import { expect, it } from 'vitest';
import type { SettingsService } from '../settings/service.ts';
import { countCalls } from '../testing/count-calls.ts';
import { createTestDeps } from '../testing/deps.ts';
import { startScriptedEngine } from '../testing/scripted-engine.ts';
import { createLogsService } from './service.ts';

const id = 'ab'.repeat(32);
const startedAt = '2026-11-24T15:00:00.000000000Z';

function frame(line: number): Buffer {
  const body = Buffer.from(`2026-11-24T15:00:01.${String(line).padStart(9, '0')}Z INFO 11-24 line ${line}\n`);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

it('a log line passes each function on its way once', async () => {
  const count = 1000;
  using deps = createTestDeps();
  await using host = await startScriptedEngine();
  const Created = startedAt;
  host.containers.set(id, {
    Created,
    Config: { Tty: false },
    State: { Running: true, StartedAt: startedAt, FinishedAt: '0001-01-01T00:00:00Z' },
  });
  const settings = { get: () => ({ logCapMiB: 64 }) } as unknown as SettingsService;
  const logs = await createLogsService(deps, host.engine, settings);
  let batches = 0;
  let heard = 0;
  logs.onLines((_id, lines) => {
    batches += 1;
    heard += lines.length;
  });

  const calls = await countCalls(async () => {
    logs.collect({ id, startedAt, isTty: false });
    const asked = await host.logs();
    asked.response.writeHead(200);
    for (let line = 0; line < count; line += 100) {
      await asked.write(Buffer.concat(Array.from({ length: 100 }, (_each, index) => frame(line + index))));
    }
    asked.response.end();
    host.containers.get(id)!.State.Running = false;
    await logs.ended(id, null);
  });
  await logs.close();

  expect(heard).toBe(count);
  expect(calls('logs/collector.ts', 'startCollector')).toBe(1);
  expect(calls('lib/lines.ts', 'createAssembler'), 'one for each output').toBe(2);
  const eachLine = [
    ['lib/lines.ts', 'emit'],
    ['logs/parse-level.ts', 'parseLevel'],
    ['logs/record.ts', 'toRecord'],
  ] as const;
  for (const [file, name] of eachLine) expect(calls(file, name), name).toBe(count);
  expect(calls('logs/window.ts', 'toLogLines'), 'a batch at a time').toBe(batches);
});

import { expect, test } from 'vitest';
import type { NimEvent } from '../../shared/contract/nims.ts';
import type { EngineEvent } from '../engine/service.ts';
import { silentLogger } from '../lib/logger.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createRecord } from './record.ts';

const reference = 'nvcr.io/nim/meta/llama:2.0.6';
const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 15, 0, second)).toISOString();
const started = at(0);
const kindsOf = (events: readonly NimEvent[]) => events.map(({ kind, phase }) => phase ?? kind);

async function openRecord(store: Store) {
  const record = createRecord(store, silentLogger);
  await record.load();
  return record;
}

test('what happened is told once, in order, and stays over a restart of core', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const before = await openRecord(store);
  before.note('abc', `started ${started}`, { kind: 'started', at: started, by: 'nimdeck', startedAt: started });
  before.notePhase({ id: 'abc', reference }, started, 'WEIGHTS', at(10), 10000);
  before.notePhase({ id: 'abc', reference }, started, 'EXITED', at(11), 11000);
  // Told late: it was first.
  before.note('abc', 'created', { kind: 'created', at: at(-5) });
  before.note('abc', `started ${started}`, { kind: 'started', at: at(30), by: 'other', startedAt: started });
  before.notePhase({ id: 'abc', reference }, started, 'READY', at(40), 40000);
  await before.settled();
  const seen = await before.events('abc');
  expect(kindsOf(seen.get())).toEqual(['created', 'started', 'WEIGHTS', 'ready']);
  await store.close();

  const reopened = await openStore(deps);
  const after = await openRecord(reopened);
  expect(after.readySince('abc', started)).toBe(at(40));
  expect(after.readySince('abc', at(1)), 'another run').toBeNull();
  // Found ready again by a new core: it did not become so now.
  after.notePhase({ id: 'abc', reference }, started, 'READY', at(99), 99000);
  after.note('abc', `started ${started}`, { kind: 'started', at: started, startedAt: started });
  await after.settled();
  const events = (await after.events('abc')).get();
  expect(kindsOf(events)).toEqual(['created', 'started', 'WEIGHTS', 'ready']);
  expect(events[1]).toMatchObject({ by: 'nimdeck', at: started });
  expect(events[3]?.at).toBe(at(40));
  await reopened.close();
});

test('who watches sees what is added', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  const seen: string[][] = [];
  for await (const events of (await record.events('abc')).watch(AbortSignal.timeout(5_000))) {
    seen.push(kindsOf(events));
    if (events.length === 0) record.note('abc', 'created', { kind: 'created', at: at(0) });
    else break;
  }
  expect(seen).toEqual([[], ['created']]);
  await store.close();
});

test('how long the last start of an image took, phase by phase, also of a container that is gone', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  expect(await record.lastStart(reference)).toBeNull();
  record.notePhase({ id: 'abc', reference }, started, 'ENGINE_START', at(5), 5000);
  record.notePhase({ id: 'abc', reference }, started, 'WEIGHTS', at(15), 15000);
  record.notePhase({ id: 'abc', reference }, started, 'READY', at(60), 60000);
  await expect.poll(() => record.lastStart(reference)).not.toBeNull();
  record.forget('abc');
  await record.settled();
  expect((await record.events('abc')).get()).toEqual([]);
  expect(await record.lastStart(reference)).toEqual({
    startedAt: started,
    totalMs: 60_000,
    phases: [
      { phase: 'CREATED', ms: 5_000 },
      { phase: 'ENGINE_START', ms: 10_000 },
      { phase: 'WEIGHTS', ms: 45_000 },
    ],
  });
  expect(await record.lastStart('nvcr.io/nim/meta/other:1')).toBeNull();
  await store.close();
});

test('a start is told of the container whose it was, where one is asked about', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  record.notePhase({ id: 'first', reference }, started, 'READY', at(7), 7_000);
  await expect.poll(() => record.lastStart(reference)).toMatchObject({ totalMs: 7_000 });
  expect(await record.lastStart(reference, 'first')).toMatchObject({ totalMs: 7_000 });
  expect(await record.lastStart(reference, 'failed')).toBeNull();
  await record.settled();
  await store.close();
});

test('a clock that is set during a start makes it neither longer nor shorter', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  for (const [id, hours] of [
    ['later', 3],
    ['earlier', -3],
  ] as const) {
    const container = { id, reference: `${reference}-${id}` };
    record.notePhase(container, started, 'WEIGHTS', at(10 + 3600 * hours), 10_000);
    record.notePhase(container, started, 'READY', at(60 + 3600 * hours), 60_000);
    await expect.poll(() => record.lastStart(container.reference)).toMatchObject({ totalMs: 60_000 });
    const took = await record.lastStart(container.reference);
    for (const { ms } of took?.phases ?? []) expect(ms).toBeLessThanOrEqual(60_000);
    expect(record.readySince(id, started)).toBe(at(60 + 3600 * hours));
  }
  await record.settled();
  await store.close();
});

test('readiness that was lost and came back counts from its return', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  record.notePhase({ id: 'abc', reference }, started, 'READY', at(10), 10000);
  await expect.poll(() => record.lastStart(reference)).not.toBeNull();
  record.noteHealth('abc', started, 'lost', at(20));
  expect(record.readySince('abc', started)).toBe(at(10));
  record.noteHealth('abc', started, 'back', at(25));
  await record.settled();
  expect((await openRecord(store)).readySince('abc', started)).toBe(at(25));
  expect((await record.lastStart(reference))?.totalMs, 'the start took as long as it took').toBe(10_000);
  await store.close();
});

test('engine events: signals by name, whatever the engine writes, pauses and names', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  const event = (action: string, second: number, attributes: Record<string, string> = {}): EngineEvent => ({
    type: 'container',
    action,
    id: 'abc',
    attributes,
    timeNano: BigInt(Date.parse(at(second))) * 1_000_000n,
  });
  record.noteEngineEvent(event('kill', 1, { signal: '15' }), 'other', started);
  record.noteEngineEvent(event('kill', 2, { signal: 'SIGKILL' }), 'nimdeck', started);
  record.noteEngineEvent(event('pause', 3), 'other', started);
  record.noteEngineEvent(event('rename', 4, { name: 'new' }), 'other', started);
  record.noteEngineEvent(event('die', 5, { exitCode: '1' }), null, started);
  await record.settled();
  expect((await record.events('abc')).get().map(({ kind, text, by }) => [kind, text, by])).toEqual([
    ['signal', 'SIGTERM', 'other'],
    ['signal', 'SIGKILL', 'nimdeck'],
    ['paused', null, 'other'],
    ['renamed', 'new', 'other'],
  ]);
  await store.close();
});

test('containers that an engine lost while nobody looked are forgotten; those of other engines stay', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  for (const [engine, id] of [
    ['one', 'here'],
    ['one', 'gone'],
    ['other', 'elsewhere'],
    [null, 'nameless'],
  ] as const) {
    record.setEngine(engine);
    record.note(id, 'created', { kind: 'created', at: started });
  }
  record.setEngine('one');
  record.forgetMissing(new Set(['here']));
  await record.settled();
  const left = (await store.all('SELECT container_id FROM nim_events ORDER BY id')).map((row) => row['container_id']);
  expect(left).toEqual(['here', 'elsewhere', 'nameless']);
  await store.close();
});

test('keeps the newest 500 of a container', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const record = await openRecord(store);
  for (let index = 0; index < 510; index += 1)
    record.note('abc', `health ${index}`, { kind: 'health-lost', at: at(index) });
  await record.settled();
  const rows = await store.all('SELECT at FROM nim_events ORDER BY id');
  expect([rows.length, rows[0]?.['at']]).toEqual([500, at(10)]);
  await store.close();
});

test('a store that fails costs the history, nothing else', async () => {
  const broken: Store = {
    all: () => Promise.reject(new Error('broken')),
    run: () => Promise.reject(new Error('broken')),
    removeBackUps: async () => {},
    hasFullText: false,
    notices: [],
    close: async () => {},
  };
  const record = createRecord(broken, silentLogger);
  record.notePhase({ id: 'abc', reference }, started, 'READY', at(1), 1000);
  await record.settled();
  expect(record.readySince('abc', started)).toBe(at(1));
  await expect(record.events('abc')).rejects.toThrow('broken');
});

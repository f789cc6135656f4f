import { expect, test } from 'vitest';
import type { NimStatus } from '../../shared/contract/nims.ts';
import { type ContainerFacts, toFacts } from './container.ts';
import { exitOf, type Situation, statusBegan, statusOf } from './status.ts';

const started = '2026-11-24T10:00:00.123Z';
const finished = '2026-11-24T10:05:00.000Z';

/** As `docker inspect` answers, with what these tests do not look at left out. */
const inspected = (state: object, more: { Config?: object; [field: string]: unknown } = {}) => ({
  Id: 'abc',
  Name: '/llama',
  Created: '2026-11-24T09:59:59.999999999Z',
  HostConfig: { PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8001' }] } },
  NetworkSettings: { Ports: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8001' }] } },
  ...more,
  Config: { Image: 'img', Labels: { 'io.nimdeck.managed': 'true' }, Tty: false, Env: [], ...more.Config },
  State: {
    Running: false,
    StartedAt: '0001-01-01T00:00:00Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    ExitCode: 0,
    OOMKilled: false,
    ...state,
  },
});

const running = toFacts(inspected({ Running: true, StartedAt: '2026-11-24T10:00:00.123456789Z' }));
const ended = toFacts(inspected({ StartedAt: '2026-11-24T10:00:00.123456789Z', FinishedAt: finished, ExitCode: 3 }));
const created = toFacts(inspected({}));

test('what the engine says becomes facts: never is null, nanoseconds become instants, the name has no slash', () => {
  expect(created).toMatchObject({ name: 'llama', startedAt: null, finishedAt: null, port: null, reservedPort: 8001 });
  expect(running).toMatchObject({ startedAt: started, port: 8001, isManaged: true, gpus: { kind: 'none' } });
  const offset = toFacts(inspected({ StartedAt: '2026-11-24T11:00:00.123+01:00' }));
  expect(offset.startedAt, 'Podman writes the machine’s offset').toBe(started);
});

test('labels are read, and what nobody of us wrote counts as not said', () => {
  const labels = {
    'io.nimdeck.managed': 'true',
    'io.nimdeck.reference': 'nvcr.io/nim/meta/x:1',
    'io.nimdeck.gpus': '{"kind":"devices","ids":["GPU-1"]}',
    'io.nimdeck.profile': 'p',
    'com.nvidia.nim.version': '2.0.6',
  };
  expect(toFacts(inspected({}, { Config: { Labels: labels } }))).toMatchObject({
    reference: 'nvcr.io/nim/meta/x:1',
    gpus: { kind: 'devices', ids: ['GPU-1'] },
    profile: 'p',
    nimVersion: '2.0.6',
  });
  expect(toFacts(inspected({}, { Config: { Labels: null } }))).toMatchObject({ isManaged: false, reference: 'img' });
  expect(toFacts(inspected({}, { Config: { Labels: { 'io.nimdeck.gpus': '{"kind":' } } })).gpus).toEqual({
    kind: 'none',
  });
});

test('that there is a key is a fact, the key is none', () => {
  const facts = toFacts(inspected({}, { Config: { Env: ['NGC_API_KEY=nvapi-secret'] } }));
  expect(facts.hasKey).toBe(true);
  expect(JSON.stringify(facts)).not.toContain('nvapi');
  expect(toFacts(inspected({}, { Config: { Env: ['NGC_API_KEY='] } })).hasKey).toBe(false);
});

const frozen = toFacts(inspected({ Running: true, Paused: true }));

const situation = (change: Partial<Situation>): Situation => ({
  isKnown: true,
  facts: running,
  task: null,
  readiness: 'waiting',
  isStopped: false,
  ...change,
});

test.each<[string, Partial<Situation>, NimStatus]>([
  ['runs, has not answered yet', {}, 'starting'],
  ['answers', { readiness: 'ready' }, 'ready'],
  ['answered once', { readiness: 'lost' }, 'not-answering'],
  ['is being stopped', { readiness: 'ready', task: { kind: 'stopping' } }, 'stopping'],
  ['ended by itself', { facts: ended }, 'exited'],
  ['was stopped', { facts: ended, isStopped: true }, 'stopped'],
  ['has ended while it was being stopped', { facts: ended, isStopped: true, task: { kind: 'stopping' } }, 'stopped'],
  ['was never started', { facts: created }, 'stopped'],
  ['is about to be started', { facts: created, task: { kind: 'starting', startedBefore: null } }, 'starting'],
  ['is about to be started again', { facts: ended, task: { kind: 'starting', startedBefore: started } }, 'starting'],
  ['ended while we waited', { facts: ended, task: { kind: 'starting', startedBefore: null } }, 'exited'],
  ['somebody froze', { facts: frozen, readiness: 'ready' }, 'paused'],
  ['was frozen and is being stopped', { facts: frozen, task: { kind: 'stopping' } }, 'stopping'],
  ['nobody can tell', { readiness: 'ready', isKnown: false }, 'unknown'],
])('a container that %s', (_what, change, status) => {
  expect(statusOf(situation(change))).toBe(status);
});

test('an end has its code and time; a stop has none', () => {
  expect(exitOf('exited', ended, 'ERROR x')).toEqual({
    code: 3,
    at: finished,
    isOutOfMemory: false,
    firstErrorLine: 'ERROR x',
  });
  expect(exitOf('stopped', ended, null)).toBeNull();
  expect(exitOf('unknown', ended, null)).toBeNull();
});

test.each<[NimStatus, ContainerFacts, string | null]>([
  ['exited', ended, finished],
  ['stopped', ended, finished],
  ['stopped', created, created.createdAt],
  ['starting', running, started],
  ['ready', running, null],
])('%s began when the engine says so, where it can', (status, facts, expected) => {
  expect(statusBegan(status, facts)).toBe(expected);
});

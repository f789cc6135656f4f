import { expect, it } from 'vitest';
import { beginOfRun, type RunFacts } from './run-begin.ts';

const at = (seconds: number) => `2026-11-24T15:00:${String(seconds).padStart(2, '0')}.000000000Z`;
const never = '0001-01-01T00:00:00Z';
const facts = (change: Partial<RunFacts>, container: Partial<RunFacts['container']> = {}): RunFacts => ({
  startedAt: at(30),
  before: null,
  container: { created: at(0), isRunning: true, startedAt: at(30), finishedAt: never, ...container },
  ...change,
});

it.each<[string, RunFacts, string | null, string | null]>([
  ['the first run, started long after its creation', facts({}), at(29), null],
  ['the first run, started at once', facts({}, { created: at(29) }), null, null],
  ['a running one with a run before it', facts({}, { finishedAt: at(20) }), at(25), at(20)],
  [
    'the same, after a crash of core in the run before',
    facts({ before: { endedAt: null } }, { finishedAt: at(20) }),
    at(25),
    at(20),
  ],
  [
    'one that is over: its end is not that of a run before',
    facts({}, { isRunning: false, finishedAt: at(29), created: at(28) }),
    null,
    null,
  ],
  [
    'one that is over, with a run before that is known',
    facts({ before: { endedAt: at(10) } }, { isRunning: false, finishedAt: at(40) }),
    at(20),
    at(10),
  ],
  [
    'one that is over, with a run before whose end is not known',
    facts({ before: { endedAt: null } }, { isRunning: false, created: at(28) }),
    at(29),
    null,
  ],
  [
    'one while the next is under way',
    facts({}, { startedAt: at(50), finishedAt: at(20), created: at(25) }),
    null,
    null,
  ],
  ['what is no time', facts({ startedAt: 'now' }), null, null],
])('%s', (_name, run, from, earlierEnd) => {
  expect(beginOfRun(run)).toEqual({ from, earlierEnd });
});

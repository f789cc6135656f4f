// Measures beside their comparators, in the same run, as one JSON line each. `--smoke`: one round, small, numbers mean
// nothing; `--save`: into docs/measurements as well; a name or more: only these.
import { type TestHost, testHost, testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';
import { answersMeasure } from './answers.ts';
import type { Bench, Prepared } from './bench.ts';
import { boardMeasure } from './board.ts';
import { chatMeasure } from './chat.ts';
import { chatsMeasure } from './chats.ts';
import { firstTokenMeasure } from './first-token.ts';
import { idleMeasure } from './idle.ts';
import { logsMeasure } from './logs.ts';
import { describeMachine, saveResults } from './machine.ts';
import { compare } from './measure.ts';
import { numbersMeasure } from './numbers.ts';
import { pullMeasure } from './pull.ts';
import { startMeasure } from './start.ts';

const onEngines: Record<string, (bench: Bench) => Promise<Prepared>> = {
  pull: pullMeasure,
  logs: logsMeasure,
  chat: chatMeasure,
};
const alone: Record<string, (isSmoke: boolean) => Promise<Prepared>> = {
  chats: chatsMeasure,
  start: startMeasure,
  idle: idleMeasure,
  board: boardMeasure,
  answers: answersMeasure,
  numbers: numbersMeasure,
  'first-token': firstTokenMeasure,
};
const names = [...Object.keys(onEngines), ...Object.keys(alone)];

const isSmoke = process.argv.includes('--smoke');
const isSaved = process.argv.includes('--save') && !isSmoke;
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  process.exit(2);
}
const isWanted = (name: string) => only.length === 0 || only.includes(name);

async function run(name: string, engine: Bench['engine'] | null, prepare: () => Promise<Prepared>): Promise<void> {
  await using prepared = await prepare();
  const machine = await describeMachine(engine);
  const results = [];
  for (const measure of prepared.measures) {
    const result = await compare(measure, isSmoke ? 1 : prepared.rounds, isSmoke ? 0 : prepared.warmUps);
    results.push(result);
    console.log(JSON.stringify(result));
  }
  if (isSaved) saveResults(name, machine, results);
}

async function runOnEngines(host: TestHost | null): Promise<void> {
  const engine = host?.engines.find((candidate) => candidate.name === 'overlay2-26.1');
  if (host === null || engine === undefined) throw new Error('the test host has no engine');
  for (const [name, prepare] of Object.entries(onEngines)) {
    if (isWanted(name)) await run(name, engine, () => prepare({ engine, host, isSmoke }));
  }
}

for (const [name, prepare] of Object.entries(alone)) {
  if (isWanted(name)) await run(name, null, () => prepare(isSmoke));
}
if (Object.keys(onEngines).some(isWanted)) {
  const started = await startTestHost();
  if ('missing' in started) {
    console.error(`These benches need the test engines: ${started.missing}`);
    process.exit(3);
  }
  try {
    process.env[testHostVariable] = started.descriptionFile;
    await runOnEngines(testHost());
  } finally {
    await started.stop();
  }
}

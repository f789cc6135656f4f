// Measures beside their comparators, in the same run, as one JSON line each. `--smoke`: one round, small, numbers mean
// nothing; `--save`: into docs/measurements as well; a name or more: only these.
import { testHost, testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';
import { chatMeasure } from './chat.ts';
import { logsMeasure } from './logs.ts';
import { describeMachine, saveResults } from './machine.ts';
import { compare } from './measure.ts';
import { pullMeasure } from './pull.ts';

const measures = { pull: pullMeasure, logs: logsMeasure, chat: chatMeasure };
const isSmoke = process.argv.includes('--smoke');
const isSaved = process.argv.includes('--save') && !isSmoke;
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = only.filter((name) => !Object.hasOwn(measures, name));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.`);
  process.exit(2);
}

const started = await startTestHost();
if ('missing' in started) {
  console.error(`The benches need the test engines: ${started.missing}`);
  process.exit(3);
}
try {
  process.env[testHostVariable] = started.descriptionFile;
  const host = testHost();
  const engine = host?.engines.find((candidate) => candidate.name === 'overlay2-26.1');
  if (host === null || engine === undefined) throw new Error('the test host has no engine');

  for (const [name, prepare] of Object.entries(measures)) {
    if (only.length > 0 && !only.includes(name)) continue;
    await using prepared = await prepare({ engine, host, isSmoke });
    const machine = await describeMachine(engine);
    const results = [];
    for (const measure of prepared.measures) {
      const result = await compare(measure, isSmoke ? 1 : prepared.rounds, isSmoke ? 0 : prepared.warmUps);
      results.push(result);
      console.log(JSON.stringify(result));
    }
    if (isSaved) saveResults(name, machine, results);
  }
} finally {
  await started.stop();
}

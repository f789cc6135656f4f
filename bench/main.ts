// Measures beside their comparators, in the same run, as one JSON line each. `--smoke`: one round, small, numbers mean nothing.
import { createServices } from '../core/index.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { testHost, testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';
import { chatMeasure } from './chat.ts';
import { logsMeasure } from './logs.ts';
import { compare } from './measure.ts';
import { pullMeasure } from './pull.ts';

const isSmoke = process.argv.includes('--smoke');
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const host = await startTestHost();
if ('missing' in host) {
  console.error(`The benches need the test engines: ${host.missing}`);
  process.exit(3);
}
process.env[testHostVariable] = host.descriptionFile;
const description = testHost();
const engine = description?.engines.find((candidate) => candidate.name === 'overlay2-26.1');
if (description === null || engine === undefined) throw new Error('the test host has no engine');

using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
const core = await createServices(deps);
try {
  const bench = { api: core.api, engine, host: description, isSmoke };
  for (const [name, prepare] of Object.entries({ pull: pullMeasure, logs: logsMeasure, chat: chatMeasure })) {
    if (only.length > 0 && !only.includes(name)) continue;
    await using prepared = await prepare(bench);
    for (const measure of prepared.measures)
      console.log(JSON.stringify(await compare(measure, isSmoke ? 1 : prepared.rounds)));
  }
} finally {
  await core.close();
  await host.stop();
}

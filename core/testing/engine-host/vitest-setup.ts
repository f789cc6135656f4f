import { missingReasonVariable, noEnginesVariable, testHostVariable } from './host.ts';
import { startTestHost, type StartedTestHost } from './start.ts';

let host: StartedTestHost | null = null;

const isRequired = (): boolean => (process.env['NIMDECK_REQUIRE'] ?? '').split(',').includes('engine');

/** Starts engines and registry for a run of engine tests, unless whoever started the run has them already. */
export async function setup(): Promise<void> {
  // Whoever set the second one has tried, said why there are none, and counts it.
  if (process.env[testHostVariable] !== undefined || process.env[noEnginesVariable] !== undefined) return;
  const started = await startTestHost();
  if ('missing' in started) {
    if (isRequired()) throw new Error(`engine tests are required, but ${started.missing}`);
    process.env[missingReasonVariable] = started.missing;
    process.stderr.write(`engine tests are skipped: ${started.missing}\n`);
    return;
  }
  host = started;
  process.env[testHostVariable] = started.descriptionFile;
}

export async function teardown(): Promise<void> {
  await host?.stop();
}

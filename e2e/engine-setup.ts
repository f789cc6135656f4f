import { testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';

/** Starts the test engines when the specs are run by themselves; `npm test` has started them already. */
export default async function engineSetup(): Promise<(() => Promise<void>) | void> {
  if (process.env[testHostVariable] !== undefined || process.env['NIMDECK_NO_ENGINES'] !== undefined) return;
  const host = await startTestHost();
  if ('missing' in host) {
    process.stdout.write(`engine: ${host.missing}\n`);
    return;
  }
  process.env[testHostVariable] = host.descriptionFile;
  return () => host.stop();
}

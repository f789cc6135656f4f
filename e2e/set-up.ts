import { testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';
import { buildPagesIfNeeded, buildShellIfNeeded } from '../scripts/build.ts';

/** Builds what the stories start, and starts the test engines; `npm test` has done both already. */
export default async function setUp(): Promise<(() => Promise<void>) | void> {
  await buildPagesIfNeeded();
  await buildShellIfNeeded();
  if (process.env[testHostVariable] !== undefined || process.env['NIMDECK_NO_ENGINES'] !== undefined) return;
  const host = await startTestHost();
  if ('missing' in host) {
    process.stdout.write(`engine: ${host.missing}\n`);
    return;
  }
  process.env[testHostVariable] = host.descriptionFile;
  return () => host.stop();
}

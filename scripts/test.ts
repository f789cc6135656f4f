// All tests, in two lanes. What this machine lacks (engine, browser, captures) is skipped, counted and said;
// with NIMDECK_REQUIRE=engine,browser,captures a skip is a failure, and a test that fails gets one second try.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { testHostVariable } from '../core/testing/engine-host/host.ts';
import { startTestHost } from '../core/testing/engine-host/start.ts';
import { buildShellIfNeeded } from './build.ts';
import { readPlaywright, readVitest, type Results } from './results.ts';
import { secondTriesVariable } from './second-tries.ts';
import { type Counts, printTimes, root, run, stage } from './stages.ts';

/**
 * Where a whole run decides, real engines and browsers on a busy machine get a second try; by hand a failure stays one.
 * What needed it is named at the end, so that it is mended and not forgotten.
 */
const tries = process.env['NIMDECK_REQUIRE'] === undefined ? 0 : 1;
const secondTries: string[] = [];
/** Named at the end, too: what printed them lies far above it then, or is cut off. */
const failures: string[] = [];
/** Where to begin when a whole run takes too long. */
const longest: Results['times'] = [];

const required = new Set((process.env['NIMDECK_REQUIRE'] ?? '').split(',').filter((name) => name !== ''));
const scratch = mkdtempSync(join(tmpdir(), 'nimdeck-results-'));
// Hundreds of programs are started from here, most of them the same few: Node compiles each of their files once.
process.env['NODE_COMPILE_CACHE'] = join(scratch, 'compiled');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

/** A runner that ends badly without a failed test (it could not start, a hook failed) counts as one failure. */
function addResults(name: string, file: string, exitCode: number, read: (text: string) => Results): void {
  const nothing = { counts: { passed: 0, failed: 0, skipped: 0 }, failed: [], flaky: [], times: [] };
  const { counts, failed, flaky, times } = existsSync(file) ? read(readFileSync(file, 'utf8')) : nothing;
  if (exitCode !== 0 && counts.failed === 0) {
    counts.failed = 1;
    failures.push(`${name}, which ended with ${exitCode}`);
  }
  add(counts);
  failures.push(...failed);
  secondTries.push(...flaky);
  longest.push(...times);
}

async function vitest(project: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const file = join(scratch, `${project}.json`);
  const flakyFile = join(scratch, `${project}-second-tries`);
  // By itself vitest leaves one processor free, which on two is half of the machine.
  const workers = Math.min(availableParallelism(), 4);
  const args = [
    'run',
    '--project',
    project,
    `--maxWorkers=${workers}`,
    `--retry=${tries}`,
    '--reporter=dot',
    '--reporter=./scripts/second-tries.ts',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const exitCode = await run('vitest', args, { ...env, [secondTriesVariable]: flakyFile });
  if (existsSync(flakyFile)) secondTries.push(...readFileSync(flakyFile, 'utf8').split('\0').filter(Boolean));
  addResults(project, file, exitCode, readVitest);
}

async function playwright(projects: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const name = projects.join('-');
  const file = join(scratch, `${name}.json`);
  const chosen = projects.map((project) => `--project=${project}`);
  // Folders of their own: one run clears its own at its start, and two may go on at once.
  const exitCode = await run(
    'playwright',
    ['test', ...chosen, `--retries=${tries}`, '--reporter=line,json', `--output=test-results/${name}`],
    {
      ...env,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    },
  );
  addResults(name, file, exitCode, readPlaywright);
}

function missing(what: 'engine' | 'browser' | 'captures', reason: string): void {
  console.log(`${what}: ${reason}`);
  if (required.has(what)) add({ passed: 0, failed: 1, skipped: 0 });
}

async function all(): Promise<void> {
  if (!existsSync(join(root, '../shared/captures'))) missing('captures', '../shared/captures is not there');
  const build = async () => {
    const exitCode = await run('npm', ['run', '--silent', 'build']);
    await buildShellIfNeeded();
    return exitCode;
  };
  if ((await stage('build', build)) !== 0) {
    add({ passed: 0, failed: 1, skipped: 0 });
    return;
  }
  const host = await stage('start of the test engines', startTestHost);
  const isHost = !('missing' in host);
  if (!isHost) missing('engine', host.missing);
  const env = isHost ? { [testHostVariable]: host.descriptionFile } : { NIMDECK_NO_ENGINES: '1' };
  const hasBrowser = existsSync(process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium');
  if (!hasBrowser) missing('browser', 'no Chromium at /usr/bin/chromium (NIMDECK_CHROMIUM names another one)');

  const test = (name: string, work: () => Promise<void>) => () => stage(name, work);
  const browserTest = (name: string, projects: readonly string[]) =>
    hasBrowser ? [test(name, () => playwright(projects, env))] : [];
  // Two lanes side by side: engines are mostly waited for, and the rest keeps the processors busy meanwhile. Each lane is
  // in the order of speed; what is left belongs to the first that has nothing more to do.
  const onEngines = [
    test('engine tests', () => vitest('engine', env)),
    ...browserTest('browser tests on engines', ['headless', 'desktop-engine']),
  ];
  const withoutEngines = [
    test('unit tests', () => vitest('unit')),
    test('component tests', () => vitest('component')),
    test('packages', () => vitest('package')),
    ...browserTest('browser tests in practice mode', ['practice']),
  ];
  const left = browserTest('browser tests of the desktop', ['desktop']);
  const drive = async (lane: readonly (() => Promise<void>)[]) => {
    for (const next of lane) await next();
    for (let next = left.shift(); next !== undefined; next = left.shift()) await next();
  };
  try {
    await Promise.all([drive(onEngines), drive(withoutEngines)]);
  } finally {
    if (isHost) await stage('end of the test engines', () => host.stop());
  }
}

try {
  await all();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
printTimes();
console.log('\nthe slowest files and browser tests');
for (const { name, seconds } of longest.toSorted((one, other) => other.seconds - one.seconds).slice(0, 20)) {
  console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
}
for (const name of secondTries) console.log(`passed at the second try: ${name}`);
for (const name of failures) console.log(`failed: ${name}`);
if (total.skipped > 0 && required.size > 0)
  console.log(`${total.skipped} skipped where everything is required: a failure`);
if (total.failed > 0 || (total.skipped > 0 && required.size > 0)) process.exitCode = 1;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

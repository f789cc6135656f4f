import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Counts, root } from './stages.ts';

/** What a runner's own report says. */
export interface Results {
  counts: Counts;
  /** Names, each with what was wrong in its next line. */
  failed: string[];
  /** The same of those that failed at first. */
  flaky: string[];
  times: { name: string; seconds: number }[];
}

/** A test's name, and below it how its first failure begins: expectation and reality are in its first few lines. */
export function withReason(name: string, message = 'no message'): string {
  const lines = stripVTControlCharacters(message).split('\n');
  const said = lines.filter((line) => line.trim() !== '').slice(0, 6);
  return [name, ...said.map((line) => `  ${line.slice(0, 200)}`)].join('\n');
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    /** Of the file: `failed` without a failed test where it could not be loaded. */
    status: string;
    /** In ms since 1970. */
    startTime: number;
    endTime: number;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Its report does not say what passed at the second try. */
export function readVitest(text: string): Results {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- vitest's own JSON report
  const { testResults, ...numbers } = JSON.parse(text) as VitestReport;
  const failed: string[] = [];
  const times: Results['times'] = [];
  for (const { name, status, startTime, endTime, assertionResults } of testResults) {
    const file = relative(root, name);
    times.push({ name: file, seconds: (endTime - startTime) / 1000 });
    const tests = assertionResults.filter((each) => each.status === 'failed');
    if (status === 'failed' && tests.length === 0) failed.push(`${file}, which could not be run`);
    failed.push(...tests.map((test) => withReason(`${file} > ${test.fullName}`, test.failureMessages[0])));
  }
  const counts = {
    passed: numbers.numPassedTests,
    failed: numbers.numFailedTests,
    skipped: numbers.numPendingTests + numbers.numTodoTests,
  };
  return { counts, failed, flaky: [], times };
}

interface PlaywrightSuite {
  /** Of a file's own suite; of one inside it the file that holds its test, which may be shared by several. */
  file: string;
  suites?: PlaywrightSuite[];
  specs: {
    title: string;
    /** One for each project; of its tries each has a result, in ms. */
    tests: { projectName: string; status: string; results: { duration: number; errors: { message?: string }[] }[] }[];
  }[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  suites: PlaywrightSuite[];
}

export function readPlaywright(text: string): Results {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Playwright's own JSON report
  const { stats, suites } = JSON.parse(text) as PlaywrightReport;
  const counts = { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  const results: Results = { counts, failed: [], flaky: [], times: [] };
  const add = (file: string, { suites: inner = [], specs }: PlaywrightSuite) => {
    for (const { title, tests } of specs) {
      for (const { projectName, status, results: tries } of tests) {
        const name = `e2e/${file} (${projectName}) > ${title}`;
        results.times.push({ name, seconds: tries.reduce((total, { duration }) => total + duration, 0) / 1000 });
        const first = tries[0]?.errors[0]?.message;
        if (status === 'unexpected') results.failed.push(withReason(name, first));
        if (status === 'flaky') results.flaky.push(withReason(name, first));
      }
    }
    for (const suite of inner) add(file, suite);
  };
  for (const suite of suites) add(suite.file, suite);
  return results;
}

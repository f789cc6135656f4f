import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/** The file that this run writes each test's name into that passed at its second try. */
export const secondTriesVariable = 'NIMDECK_SECOND_TRIES';

// vitest loads a reporter by its default export.
// oxlint-disable import/no-default-export
/** A test that fails first and passes then is counted as passed, and never silently: its name and first failure are said. */
export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const diagnostic = test.diagnostic();
    if (diagnostic?.flaky !== true) return;
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    const first = test.result().errors?.[0]?.message ?? 'no message';
    console.log(`\npassed at the second try: ${name}\n  first: ${first}`);
    const file = process.env[secondTriesVariable];
    if (file !== undefined) appendFileSync(file, `${name}\n`);
  }
}

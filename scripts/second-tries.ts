import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';
import { withReason } from './results.ts';

/** The file that this run writes into what passed at its second try, and what was wrong at the first. */
export const secondTriesVariable = 'NIMDECK_SECOND_TRIES';

// vitest loads a reporter by its default export.
// oxlint-disable import/no-default-export
/** A test that fails first and passes then is counted as passed, and never silently: its name and first failure are said. */
export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const diagnostic = test.diagnostic();
    if (diagnostic?.flaky !== true) return;
    const said = withReason(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors?.[0]?.message);
    console.log(`\npassed at the second try: ${said}`);
    const file = process.env[secondTriesVariable];
    if (file !== undefined) appendFileSync(file, `${said}\0`);
  }
}

import { expect, test } from '@playwright/test';
import { collectProblems } from './app.ts';
import { onFarSides } from './far-side.ts';
import { doMainJob } from './main-job.ts';
import { allEngines } from './test-engines.ts';

onFarSides((side) => {
  test('key, pull, run with a GPU request, ready, log, chat, stop, remove: in the browser', async ({ page }) => {
    await using place = await side.createPlace();
    await using shell = await place.startShell();
    const problems = collectProblems(page);
    await page.goto(shell.address);
    await doMainJob(page, place);
    expect(shell.printed()).not.toContain(place.rightKey);
    expect(problems).toEqual([]);
  });
}, allEngines);

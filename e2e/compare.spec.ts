import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { ServedRecord } from '../sandbox/nim/state.ts';
import type { CompareRound } from '../shared/contract/compare.ts';
import { collectProblems, openApp, openPage } from './app.ts';
import { settled } from './layout.ts';
import { createPracticePlace } from './practice-place.ts';

/** What the stand-in itself saw of its answers, newest last. */
async function recordOf(address: string): Promise<ServedRecord[]> {
  const state = (await (await fetch(new URL('/__sandbox/state', address))).json()) as { record: ServedRecord[] };
  return state.record;
}

async function chooseTarget(page: Page, dialog: Locator, column: string, name: string): Promise<void> {
  await dialog
    .getByRole('group', { name: column, exact: true })
    .getByRole('button', { name: /^Choose who answers/ })
    .click();
  const list = page.getByRole('dialog').last();
  await list.getByRole('button', { name: new RegExp(`^${name} `) }).click();
}

/** What is typed makes the list shorter, and the dialog around it stays as tall as it was. */
async function chooseByKeys(page: Page, dialog: Locator, column: string, name: string): Promise<void> {
  const group = dialog.getByRole('group', { name: column, exact: true });
  await group.getByRole('button', { name: /^Choose who answers/ }).press('Enter');
  const list = page.getByRole('dialog', { name: 'Who answers' });
  await expect(list.getByLabel('Find a model')).toBeFocused();
  await settled(page);
  const before = await list.boundingBox();
  await page.keyboard.type(name);
  await settled(page);
  expect(await list.boundingBox()).toEqual(before);
  await page.keyboard.press('ArrowDown');
  await expect(list.getByRole('button', { name: new RegExp(`^${name} `) })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(group.getByRole('button', { name: `Who answers: ${name}` })).toBeFocused();
}

test.describe('comparisons', { tag: '@practice' }, () => {
  test('two columns, one prompt: the numbers are the server’s own; a vote, a tally, a file', async ({ page }) => {
    await using place = await createPracticePlace({ isFree: true, hasLayers: true });
    await using shell = await place.startShell();
    const problems = collectProblems(page);
    await openApp(page, shell);
    const run = await place.nimdeck(['run', place.nim, '--name', 'first', '--env', 'NIMDECK_SANDBOX_SPEED=80']);
    expect(run.exitCode, run.printed).toBe(0);
    const nims = JSON.parse((await place.nimdeck(['ps', '--json'])).printed) as { name: string; address: string }[];

    await openPage(page, 'Compare');
    await page.getByRole('button', { name: 'New comparison' }).click();
    const dialog = page.getByRole('dialog', { name: 'New comparison' });
    await chooseTarget(page, dialog, 'Column A', 'first');
    await chooseByKeys(page, dialog, 'Column B', 'first');
    await dialog.getByRole('radio', { name: /^In turn/ }).click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { name: 'first, first (2)' })).toBeVisible();
    await expect(page.getByLabel('Prompt for all columns')).toBeFocused();

    await page.getByLabel('Prompt for all columns').fill('/tokens 60 hello');
    await page.keyboard.press('Enter');
    const columns = [
      page.getByRole('region', { name: 'A · first' }),
      page.getByRole('region', { name: 'B · first (2)' }),
    ];
    await expect(page.getByRole('button', { name: 'A is best' })).toBeVisible();

    // Most of a low window is for the answers.
    const usual = page.viewportSize();
    await page.setViewportSize({ width: 900, height: 700 });
    for (const name of ['A · first', 'B · first (2)']) {
      const answer = page.getByRole('group', { name: `Answer of ${name}` });
      await expect.poll(async () => (await answer.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(240);
    }
    if (usual !== null) await page.setViewportSize(usual);

    const save = async (item: string) => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: /^More actions for/ }).click();
      await page.getByRole('menuitem', { name: item }).click();
      return readFileSync(await (await download).path(), 'utf8');
    };
    const kept = JSON.parse(await save('Save as JSON')) as { rounds: CompareRound[] };
    const record = await recordOf(nims.find(({ name }) => name === 'first')?.address ?? '');
    for (const [index, column] of columns.entries()) {
      const served = record.at(index - columns.length);
      if (served === undefined) throw new Error('it was not asked');
      const timing = kept.rounds[0]?.answers[index]?.timing;
      expect(timing?.completionTokens).toBe(served.completionTokens);
      expect(timing?.promptTokens).toBe(served.promptTokens);
      // A busy machine takes its time between two processes; `bench/` holds the times themselves to 5 ms and 1 %.
      expect(Math.abs((timing?.ttftMs ?? 0) - (served.ttftMs ?? 0))).toBeLessThan(300);
      const rate = served.tokensPerSecond ?? 0;
      expect(Math.abs((timing?.tokensPerSecond ?? 0) - rate) / rate).toBeLessThan(0.1);
      // What stands under the column is what was measured.
      await expect(column).toContainText(`${Math.round(timing?.ttftMs ?? 0)} ms`);
      await expect(column).toContainText(`${(timing?.tokensPerSecond ?? 0).toFixed(1)} tokens/s`);
      await expect(column).toContainText(`${served.completionTokens} tokens`);
      await expect(column).toContainText('in turn');
    }

    await page.getByRole('heading', { name: 'first, first (2)' }).focus();
    await page.keyboard.press('b');
    await expect(page.getByRole('button', { name: 'B is best' })).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('button', { name: /^More actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Votes …' }).click();
    const votes = page.getByRole('table', { name: 'Votes' });
    await expect(votes.getByRole('row', { name: /^first \(2\) 1 0 0 0/ })).toBeVisible();
    await page.keyboard.press('Escape');
    expect(await save('Save as CSV')).toContain('/tokens 60 hello');
    expect(await save('Save as one HTML page')).toContain('first (2)');
    await openPage(page, 'Compare');
    await expect(page.getByRole('link', { name: 'first, first (2)' })).toBeVisible();
    expect(problems).toEqual([]);
  });
});

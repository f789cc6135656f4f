import { expect, type Page } from '@playwright/test';
import { expectAnswered, openImageDialog, openPage, openTray, runDialog } from './app.ts';
import type { Place } from './far-side.ts';

/** Every page, and what opens over it; `look` is called on each. */
export async function visitAll(
  page: Page,
  { nimdeck, nim }: Place,
  look: (where: string) => Promise<void>,
): Promise<void> {
  await openPage(page, 'Home');
  await expect(page.getByRole('heading', { name: 'Run AI models on this machine' })).toBeVisible();
  await look('Home, for who is new');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Search and commands' }).getByRole('option').first()).toBeVisible();
  await look('Command palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await look('Keyboard shortcuts');
  await page.keyboard.press('Escape');
  await openPage(page, 'Models');
  // All rows are alike, and axe looks at each of their texts.
  await page.getByLabel('Search models').fill('mixtral');
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBeLessThan(10);
  await look('Models');
  await openPage(page, 'Running');
  await expect(page.getByText('No NIM is here yet')).toBeVisible();
  await look('Running, empty');
  await openPage(page, 'Hardware');
  // With GPUs or without: a board or the reason why there is none.
  await expect(page.getByRole('tabpanel', { name: 'Board' }).getByRole('heading').first()).toBeVisible();
  await look('Hardware, Board');
  await page.getByRole('tab', { name: 'MIG' }).click();
  await expect(page.getByRole('button', { name: 'One more 1g.10gb', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'One more 3g.40gb', exact: true }).click();
  await expect(page.getByText('Before you begin')).toBeVisible();
  await look('Hardware, MIG');
  await page.getByRole('tab', { name: 'Checks' }).click();
  await expect(page.getByRole('button', { name: 'Check all again' })).toBeEnabled();
  await page
    .getByRole('button', { name: /^What was seen/ })
    .first()
    .click();
  await look('Hardware, Checks');
  await openPage(page, 'Chat');
  await expect(page.getByRole('heading', { name: 'No NIM is ready' })).toBeVisible();
  await look('Chat, no NIM');
  await openPage(page, 'Settings');
  await expect(page.getByLabel('NGC API key')).toBeVisible();
  await look('Settings');
  await (await openImageDialog(page, nim)).getByRole('button', { name: 'Run …' }).click();
  await runDialog(page).getByText('More options').click();
  await runDialog(page).getByRole('button', { name: 'Add variable' }).click();
  await look('Run dialog');
  await page.keyboard.press('Escape');
  await expect(runDialog(page)).toBeHidden();
  await visitWithNim(page, { nimdeck, nim }, look);
}

async function visitWithNim(
  page: Page,
  { nimdeck, nim }: Pick<Place, 'nimdeck' | 'nim'>,
  look: (where: string) => Promise<void>,
): Promise<void> {
  const run = await nimdeck(['run', nim, '--name', 'shown', '--env', 'NIMDECK_SANDBOX_SPEED=200']);
  expect(run.exitCode, run.printed).toBe(0);
  await openPage(page, 'Home');
  await expect(page.getByRole('region', { name: 'Your NIMs' }).getByText('Ready', { exact: true })).toBeVisible();
  await look('Home');
  await openPage(page, 'Running');
  await expect(page.getByRole('main').getByText('Ready', { exact: true })).toBeVisible();
  await look('Running');
  await openTray(page);
  await expect(page.getByRole('dialog', { name: 'Jobs' }).getByText('Done', { exact: true })).toBeVisible();
  await look('Jobs');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'shown', exact: true }).click();
  const tabs = page.getByRole('tab');
  await expect(tabs.first()).toBeVisible();
  for (const name of await tabs.allTextContents()) {
    await page.getByRole('tab', { name, exact: true }).click();
    await expect(page.getByRole('tabpanel', { name, exact: true })).toBeVisible();
    await expect(page.getByRole('main').getByText('Loading', { exact: true })).toHaveCount(0);
    await look(`NIM, ${name}`);
  }
  await page.getByRole('main').getByRole('link', { name: 'Chat' }).click();
  await expect(page.getByRole('heading', { name: 'Ask something' })).toBeVisible();
  await look('Chat, empty');
  await page.getByLabel('Message', { exact: true }).fill('/prose /list /code /table /maths');
  await page.getByRole('button', { name: 'Send' }).click();
  await expectAnswered(page);
  await look('Chat');
  await visitCompare(page, look);
}

async function visitCompare(page: Page, look: (where: string) => Promise<void>): Promise<void> {
  await openPage(page, 'Compare');
  await expect(page.getByRole('heading', { name: 'No comparison yet' })).toBeVisible();
  await look('Compare, empty');
  await page.getByRole('button', { name: 'New comparison' }).click();
  const dialog = page.getByRole('dialog', { name: 'New comparison' });
  for (const column of ['Column A', 'Column B']) {
    await dialog.getByRole('group', { name: column }).getByRole('button', { name: 'Choose who answers' }).click();
    await page
      .getByRole('dialog')
      .last()
      .getByRole('button', { name: /^shown / })
      .click();
  }
  await look('Compare, set-up');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByLabel('Prompt for all columns').fill('/prose /code /table');
  await page.getByRole('button', { name: 'Send to all' }).click();
  await expect(page.getByRole('button', { name: 'A is best' })).toBeVisible({ timeout: 60_000 });
  await look('Compare, answers');
  await page.getByRole('button', { name: 'Results', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Results by round' })).toBeVisible();
  await look('Compare, results');
}

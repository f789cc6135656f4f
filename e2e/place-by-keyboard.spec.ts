import { expect, type Page, test } from '@playwright/test';
import { openApp, openPage, runDialog } from './app.ts';
import { createPracticePlace } from './practice-place.ts';

const bar = (page: Page) => page.getByRole('region', { name: 'Practice mode' });
const board = (page: Page) => page.getByRole('tabpanel', { name: 'Board' });

async function chooseMachine(page: Page, name: string): Promise<void> {
  await bar(page).getByRole('combobox', { name: 'Machine' }).click();
  await page.getByRole('option', { name }).click();
}

test.describe('the placement board', { tag: '@practice' }, () => {
  test('a model is put onto a slice by keyboard, runs there, and a lost GPU stays in sight', async ({ page }) => {
    await using place = await createPracticePlace({ isFree: true, hasLayers: true });
    const shell = await place.startShell();
    await openApp(page, shell);
    await chooseMachine(page, 'A100 in mixed slices');
    await openPage(page, 'Hardware');
    const slices = board(page).getByRole('list', { name: /^Slices of GPU 0: NVIDIA A100/ });
    await expect(slices.getByRole('meter')).toHaveCount(4);
    await expect(board(page)).toContainText('not measurable with MIG');

    await test.step('picked up: every slice says whether it fits, and the focus is on the first', async () => {
      await board(page)
        .getByRole('button', { name: /^Place chat-8b/ })
        .focus();
      await page.keyboard.press('Enter');
      await expect(board(page).getByText('Where shall chat-8b run?')).toBeVisible();
      await expect(slices.getByRole('button', { name: /^Run here …: chat-8b on GPU 0, slice 3g\.40gb/ })).toBeFocused();
      await expect(slices.getByText('Looking whether it fits …')).toHaveCount(0);
    });
    await test.step('put down on the second one, which the run dialog then has chosen', async () => {
      await page.keyboard.press('ArrowDown');
      await expect(slices.getByRole('button', { name: /chat-8b on GPU 0, slice 2g\.20gb \(1\)/ })).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(runDialog(page).getByRole('checkbox', { name: /2g\.20gb/ })).toBeChecked();
      await expect(runDialog(page).getByRole('checkbox', { name: /3g\.40gb/ })).not.toBeChecked();
      await runDialog(page).getByLabel('Name').fill('placed');
      await page.keyboard.press('Enter');
      await expect(runDialog(page)).toBeHidden();
    });
    await test.step('its block lies on that slice', async () => {
      await openPage(page, 'Hardware');
      const lane = slices.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '2g.20gb (1)' }) });
      await expect(lane.getByRole('link', { name: /^placed/ })).toContainText(/holds \d/, { timeout: 60_000 });
      await expect(slices.getByRole('link', { name: /^placed/ })).toHaveCount(1);
    });
    await test.step('the plan for other slices names where these lie, and what removes them', async () => {
      await page.getByRole('tab', { name: 'MIG' }).click();
      await expect(page.getByText('3g.40gb at slots 4 to 7').first()).toBeAttached();
      await page.getByRole('button', { name: 'One more 7g.80gb' }).click();
      await expect(page.getByText('sudo nvidia-smi mig -i 0 -cgi 0:0 -C')).toBeVisible();
    });
    await test.step('the GPU falls off the bus: it is shown as lost, with the time', async () => {
      await page.getByRole('tab', { name: 'Board' }).click();
      await bar(page)
        .getByRole('button', { name: /^(Make something go wrong|Going wrong)/ })
        .click();
      await page.getByRole('menuitemcheckbox', { name: 'A GPU falls off the bus' }).click();
      await page.keyboard.press('Escape');
      const lost = board(page).getByRole('region', { name: /^GPU 0: NVIDIA A100/ });
      await expect(lost.getByText('Lost', { exact: true })).toBeVisible();
      await expect(lost).toContainText(/It was last read on .*\d:\d\d/);
    });
  });
});

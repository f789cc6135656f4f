import { expect, type Locator, type Page, test } from '@playwright/test';
import { expectAnswered, openApp, type PageName, railLink, runDialog } from './app.ts';
import { onFarSides } from './far-side.ts';

/** Goes on with Tab until the control has the focus: whoever has no mouse must reach it, and see where they are. */
async function tabTo(page: Page, control: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      const outline = await control.evaluate((element) => getComputedStyle(element).outlineStyle);
      // Inside of the composer the frame around it shows the focus.
      expect(outline === 'none' && !(await control.evaluate((element) => element.matches('textarea')))).toBe(false);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach ${control.toString()}`);
}

async function press(page: Page, control: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press(key);
}

async function go(page: Page, name: PageName): Promise<void> {
  await press(page, railLink(page, name));
  await expect(railLink(page, name)).toHaveAttribute('aria-current', 'page');
}

onFarSides((side) => {
  test('the main job without a mouse', async ({ page }) => {
    await using place = await side.createPlace({ hasLayers: true });
    await using shell = await place.startShell();
    await openApp(page, shell);
    const dialog = runDialog(page);
    const imageDialog = page.getByRole('dialog', { name: 'Pull or run any image' });

    await test.step('sign in', async () => {
      await go(page, 'Settings');
      await tabTo(page, page.getByLabel('NGC API key'));
      await page.keyboard.type(place.rightKey);
      await page.keyboard.press('Enter');
      await expect(page.getByText('Signed in', { exact: true })).toBeVisible();
      await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeFocused();
      const last = page.getByRole('main').getByRole('heading', { level: 2 }).last();
      await page.keyboard.press('End');
      await expect(last).toBeInViewport();
      await page.keyboard.press('Home');
      await expect(last).not.toBeInViewport();
      await page.keyboard.press('PageDown');
      await expect(page.getByRole('main').getByRole('heading', { level: 2 }).first()).not.toBeInViewport();
    });

    await test.step('pull', async () => {
      await go(page, 'Models');
      await press(page, page.getByRole('button', { name: 'Another image …' }));
      await tabTo(page, page.getByLabel('Image reference'));
      await page.keyboard.type(place.nim);
      await press(page, imageDialog.getByRole('button', { name: 'Pull', exact: true }));
      await expect(page.getByText(`${place.nim} is pulled`).first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog', { name: 'Jobs' })).toBeHidden();
    });

    await test.step('run', async () => {
      await press(page, page.getByRole('button', { name: 'Another image …' }));
      await tabTo(page, page.getByLabel('Image reference'));
      await page.keyboard.type(place.nim);
      await press(page, imageDialog.getByRole('button', { name: 'Run …' }));
      await tabTo(page, dialog.getByLabel('Name'));
      await page.keyboard.type('hands');
      // Arrows choose; and back, since the NIM is to see all GPUs.
      await tabTo(page, dialog.getByRole('radio', { name: /All GPUs/ }));
      await page.keyboard.press('ArrowDown');
      await expect(dialog.getByRole('radio', { name: /No GPU/ })).toBeChecked();
      await page.keyboard.press('ArrowUp');
      await expect(dialog.getByRole('radio', { name: /All GPUs/ })).toBeChecked();
      await press(page, dialog.getByRole('button', { name: 'More options' }));
      await press(page, dialog.getByRole('button', { name: 'Add variable' }));
      await tabTo(page, dialog.getByRole('textbox', { name: 'Variable' }), 'Shift+Tab');
      await page.keyboard.type('NIMDECK_SANDBOX_SPEED');
      await page.keyboard.press('Tab');
      await page.keyboard.type('200');
      await page.keyboard.press('Enter');
      await expect(dialog).toBeHidden();
      await expect(page.getByText('Ready', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    });

    await test.step('log', async () => {
      await press(page, page.getByRole('link', { name: 'hands', exact: true }));
      await tabTo(page, page.getByRole('tab', { name: 'Overview' }));
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(/#\/running\/[0-9a-f]+\/log$/);
      await expect(page.getByText('Application startup complete.').first()).toBeVisible();
    });

    await test.step('chat', async () => {
      await press(page, page.getByRole('main').getByRole('link', { name: 'Chat' }));
      await expect(page.getByLabel('Message', { exact: true })).toBeFocused();
      await page.keyboard.type('/tokens 40 hello');
      await page.keyboard.press('Enter');
      await expectAnswered(page);
    });

    await test.step('stop and remove', async () => {
      await go(page, 'Running');
      await press(page, page.getByRole('button', { name: 'Stop', exact: true }));
      await expect(page.getByText('Stopped', { exact: true }).first()).toBeVisible();
      await press(page, page.getByRole('button', { name: 'More actions for hands' }));
      const remove = page.getByRole('menuitem', { name: 'Remove …' });
      await expect(remove).toBeVisible();
      await expect(async () => {
        await page.keyboard.press('ArrowDown');
        await expect(remove).toBeFocused({ timeout: 100 });
      }).toPass();
      await page.keyboard.press('Enter');
      const question = page.getByRole('alertdialog');
      await expect(question.getByRole('button', { name: 'Keep it' })).toBeFocused();
      await press(page, question.getByRole('button', { name: 'Remove', exact: true }));
      await expect(page.getByText('No NIM is here yet')).toBeVisible();
    });
  });
});

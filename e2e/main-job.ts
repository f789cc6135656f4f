import { expect, type Page, test } from '@playwright/test';
import { expectAnswered } from './app.ts';
import type { Place } from './far-side.ts';

/** The story that everything is for, in whichever shell this page lies: key, pull, run, log, chat, stop, remove. */
export async function doMainJob(page: Page, place: Pick<Place, 'rightKey' | 'nim' | 'docker'>): Promise<void> {
  const rail = page.getByRole('navigation', { name: 'Pages' });

  await test.step('sign in with a key', async () => {
    await rail.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('NGC API key').fill(place.rightKey);
    await page.getByRole('button', { name: 'Check and keep' }).click();
    await expect(page.getByText('Signed in', { exact: true })).toBeVisible();
  });

  await test.step('pull, by hand, with progress', async () => {
    await rail.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('button', { name: 'Another image …' }).click();
    await page.getByLabel('Image reference').fill(place.nim);
    await page.getByRole('dialog').getByRole('button', { name: 'Pull', exact: true }).click();
    await expect(page.getByText(`${place.nim} is pulled`).first()).toBeVisible({ timeout: 90_000 });
  });

  await test.step('run with a GPU request until ready', async () => {
    await page.getByRole('button', { name: 'Another image …' }).click();
    await page.getByLabel('Image reference').fill(place.nim);
    await page.getByRole('dialog').getByRole('button', { name: 'Run …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('stage');
    await expect(dialog.getByRole('radio', { name: /All GPUs/ })).toBeChecked();
    await dialog.getByText('More options').click();
    await dialog.getByRole('button', { name: 'Add variable' }).click();
    await dialog.getByRole('textbox', { name: 'Variable' }).fill('NIMDECK_SANDBOX_SPEED');
    await dialog.getByRole('textbox', { name: 'Value' }).fill('100');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await rail.getByRole('link', { name: 'Running' }).click();
    await expect(page.getByText('Ready', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    const inspected = await place.docker.getContainer('stage').inspect();
    expect(inspected.HostConfig.DeviceRequests).toHaveLength(1);
    expect(inspected.Config.Env.some((entry) => entry === `NGC_API_KEY=${place.rightKey}`)).toBe(true);
  });

  await test.step('read its log', async () => {
    await page.getByRole('link', { name: 'stage' }).first().click();
    await page.getByRole('tab', { name: 'Log' }).click();
    await expect(page).toHaveURL(/#\/running\/[0-9a-f]+\/log$/);
    await expect(page.getByText('Application startup complete.').first()).toBeVisible();
  });

  await test.step('chat', async () => {
    await rail.getByRole('link', { name: 'Chat' }).click();
    await page.getByLabel('Message', { exact: true }).fill('/tokens 40 hello');
    await page.getByRole('button', { name: 'Send' }).click();
    await expectAnswered(page);
  });

  await test.step('stop and remove', async () => {
    await rail.getByRole('link', { name: 'Running' }).click();
    await page.getByRole('button', { name: /^Stop/ }).first().click();
    await expect(page.getByText('Stopped', { exact: true }).first()).toBeVisible();
    await page.getByRole('button', { name: /More actions for stage/ }).click();
    await page.getByRole('menuitem', { name: 'Remove …' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('No NIM is here yet')).toBeVisible();
    const left = await place.docker.listContainers({ all: true, filters: { name: ['stage'] } });
    expect(left).toEqual([]);
  });

  expect((await page.content()).includes(place.rightKey)).toBe(false);
}

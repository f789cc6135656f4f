import { expect, test } from '@playwright/test';
import { expectErrorCard, jobInTray, openApp, openImageDialog, openPage, openTray, runDialog, signIn } from './app.ts';
import { onFarSides, type Place } from './far-side.ts';

// What a NIM whose key is refused does: it says so, tries for some seconds, and ends as if all were well.
const asRefused = { NIMDECK_SANDBOX_FAILURE: 'bad-key', NIMDECK_SANDBOX_SPEED: '5' };
const lastWords = 'Error downloading manifest: Authentication Error';

async function secondsAfterEnd({ docker }: Place, name: string, saidAt: string): Promise<number> {
  const { State: state } = await docker.getContainer(name).inspect();
  expect(state).toMatchObject({ Status: 'exited', ExitCode: 0 });
  return (Date.parse(saidAt) - Date.parse(state.FinishedAt)) / 1000;
}

onFarSides((side) => {
  test('a NIM that ends with code 0 in its start has failed: in the browser', async ({ page }) => {
    await using place = await side.createPlace({ hasLayers: true });
    await using shell = await place.startShell();
    await openApp(page, shell);
    await signIn(page, place.rightKey);
    await expect(page.getByText('Signed in', { exact: true })).toBeVisible();

    await (await openImageDialog(page, place.nim)).getByRole('button', { name: 'Run …' }).click();
    const dialog = runDialog(page);
    await dialog.getByLabel('Name').fill('refused');
    await dialog.getByText('More options').click();
    for (const [index, [name, value]] of Object.entries(asRefused).entries()) {
      await dialog.getByRole('button', { name: 'Add variable' }).click();
      await dialog.getByRole('textbox', { name: 'Variable' }).nth(index).fill(name);
      await dialog.getByRole('textbox', { name: 'Value' }).nth(index).fill(value);
    }
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(dialog).toBeHidden();

    await openTray(page);
    const job = jobInTray(page, 'refused');
    await expect(job.getByText('Failed', { exact: true })).toBeVisible({ timeout: 40_000 });
    const endedAt = await job.locator('time').first().getAttribute('datetime');
    const late = await secondsAfterEnd(place, 'refused', endedAt ?? '');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1);
    await expect(job).toContainText('refused ended with exit code 0');
    await expect(job.locator('pre').filter({ hasText: lastWords })).toBeVisible();
    await expectErrorCard(job, 'NGC_KEY_REJECTED', 'Check that the whole key was pasted');

    await job.getByRole('link', { name: 'Open log' }).click();
    await expect(page.getByText(lastWords).first()).toBeVisible();
    await openPage(page, 'Running');
    const row = page.getByRole('listitem').filter({ hasText: 'refused' });
    await expect(row).toContainText('Exited');
    await expect(row).toContainText('code 0');
  });

  test('a NIM that ends with code 0 in its start has failed: in the terminal', async () => {
    await using place = await side.createPlace({ hasLayers: true });
    expect(await place.nimdeck(['login'], `${place.rightKey}\n`)).toMatchObject({ exitCode: 0 });
    const variables = Object.entries(asRefused).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const run = await place.nimdeck(['run', place.nim, '--name', 'refused', ...variables]);
    expect(run.exitCode, run.printed).toBe(4);
    expect(run.printed).toContain('NGC_KEY_REJECTED');
    expect(run.printed).toMatch(new RegExp(String.raw`^ {2}\| .*${lastWords}$`, 'm'));
    expect(run.printed).not.toContain(place.rightKey);

    const list = await place.nimdeck(['ps']);
    expect(list.printed).toMatch(/^refused\s+Exited \(0\),/m);
    expect((await place.nimdeck(['logs', 'refused'])).printed).toContain(lastWords);
  });
});

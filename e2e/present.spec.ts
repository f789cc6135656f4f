import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openApp, openPage } from './app.ts';
import { layoutFaults, settled } from './layout.ts';
import { createPracticePlace } from './practice-place.ts';

/** From the smallest window at 200 % to 4K, and what axe says. */
async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  const usual = page.viewportSize();
  for (const [width, height] of [
    [450, 350],
    [900, 700],
    [3840, 2160],
  ] as const) {
    await page.setViewportSize({ width, height });
    await settled(page);
    found.push(...(await layoutFaults(page)).map((fault) => `${width} px: ${fault}`));
  }
  if (usual !== null) await page.setViewportSize(usual);
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return [
    ...found,
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`),
  ];
}

test.describe('presenting, and models that give numbers', { tag: '@practice' }, () => {
  test('two prompts by their keys, a clean screen for the next ones, and away', async ({ page }) => {
    await using place = await createPracticePlace({ isFree: true, hasLayers: true });
    const shell = await place.startShell();
    // Practice begins with its first page.
    await openApp(page, shell);
    const run = await place.nimdeck(['run', place.nim, '--name', 'stage', '--env', 'NIMDECK_SANDBOX_SPEED=200']);
    expect(run.exitCode, run.printed).toBe(0);
    await openPage(page, 'Chat');
    await page.getByRole('link', { name: 'Present', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'stage' })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Pages' })).toHaveCount(0);

    await page.getByRole('button', { name: 'Prepare', exact: true }).click();
    const drawer = page.getByRole('dialog', { name: 'Prepare' });
    for (const [at, text] of ['/prose first of all', '/list of the second'].entries()) {
      await drawer.getByRole('button', { name: 'Add a prompt' }).click();
      await drawer.getByLabel(`Prompt ${at + 1}`, { exact: true }).fill(text);
    }
    await drawer.getByRole('button', { name: 'Save' }).click();
    await expect(drawer).toBeHidden();

    const talk = page.getByRole('region', { name: 'Conversation' });
    await page.keyboard.press('1');
    await expect(talk.getByRole('article', { name: 'Answer' })).toHaveCount(1, { timeout: 30_000 });
    // While the first answer is written, or after: the second waits for it.
    await page.keyboard.press('2');
    await expect(talk.getByRole('article', { name: 'Answer' })).toHaveCount(2, { timeout: 60_000 });
    await expect(talk.getByText(/tokens\/s/)).toHaveCount(2, { timeout: 60_000 });
    expect(await faults(page)).toEqual([]);
    const usual = page.viewportSize();
    const field = page.getByLabel('Question', { exact: true }).and(page.locator('textarea'));
    await page
      .getByRole('radio', { name: 'A, largest' })
      .or(page.getByRole('button', { name: 'A, largest' }))
      .click();
    for (const [width, height] of [
      [1280, 720],
      [1920, 1080],
      [2560, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      await settled(page);
      await expect(field, `${width} x ${height}`).toBeInViewport({ ratio: 1 });
      await expect(page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
    }
    if (usual !== null) await page.setViewportSize(usual);

    // The one who answers dies: its name stays, the speaker is told why, and nothing that is written is lost.
    const [container] = await place.docker.listContainers({ filters: { name: ['stage'] } });
    await place.docker.getContainer(container?.Id ?? '').kill();
    await expect(page.getByText(/^stage is not ready/)).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'stage' })).toBeVisible();
    await field.fill('What is left?');
    await field.press('Enter');
    await expect(field).toHaveValue('What is left?');
    await expect(field).toBeFocused();
    await page.getByRole('button', { name: 'Start stage' }).click();
    await expect(page.getByRole('button', { name: 'Start stage' })).toBeHidden();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('What is left?');
    await page.getByRole('link', { name: 'Present', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Prepare', exact: true })).toBeVisible();

    await page.keyboard.press('Alt+Shift+N');
    await expect(talk).toHaveCount(0);
    await expect(page.getByText('Ask stage')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  });

  test('an embedding model: from its row to what is alike', async ({ page }) => {
    await using place = await createPracticePlace({ isFree: true });
    const shell = await place.startShell();
    // Practice begins with its first page.
    await openApp(page, shell);
    const signedIn = await place.nimdeck(['login'], `${place.rightKey}\n`);
    expect(signedIn.exitCode, signedIn.printed).toBe(0);
    const reference = 'nvcr.io/nim/example/embed-1b:1.13.0';
    const run = await place.nimdeck(['run', reference, '--name', 'numbers', '--env', 'NIMDECK_SANDBOX_SPEED=200']);
    expect(run.exitCode, run.printed).toBe(0);
    await openPage(page, 'Running');
    await page.getByRole('main').getByRole('link', { name: 'Try it' }).click();
    await page.getByLabel('Texts', { exact: true }).fill('the cat sleeps\nthe cat naps\npaged attention');
    await page.getByRole('button', { name: 'Embed', exact: true }).click();
    const rows = page.getByRole('table', { name: 'Nearest texts' }).getByRole('row');
    await expect(rows.nth(1)).toContainText('the cat naps');
    await expect(page.getByRole('table', { name: 'Similarity' }).getByRole('cell')).toHaveCount(9);
    expect(await faults(page)).toEqual([]);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { collectProblems, openApp, openImageDialog, openPage, openTray, runDialog } from './app.ts';
import { onFarSides, type Place } from './far-side.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds in light and in dark, a line each. */
async function findings(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settled(page);
    // In the page itself: there are no frames, for whose sake it would be summed up in another page.
    const results = await new AxeBuilder({ page }).withTags(tags).setLegacyMode().analyze();
    // A rule that axe leaves out unless it is asked for: without it "WCAG 2.2 AA" would be an empty word.
    const ran = [...results.passes, ...results.violations, ...results.incomplete, ...results.inapplicable];
    expect(ran.map(({ id }) => id)).toContain('target-size');
    for (const { id, help, nodes } of results.violations) {
      found.push(`${where}, ${colorScheme}: ${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    }
  }
  return found;
}

/** A colour in the middle of its change has a contrast that nobody is asked to read. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Two frames: the first one begins the transitions that the change of scheme brings.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  });
}

/** Every page, and what opens over it; `look` is called on each. */
async function visitAll(page: Page, { nimdeck, nim }: Place, look: (where: string) => Promise<void>): Promise<void> {
  // All rows are alike, and axe looks at each of their texts.
  await page.getByLabel('Search models').fill('mixtral');
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  await expect.poll(() => page.getByRole('main').getByRole('listitem').count()).toBeLessThan(10);
  await look('Models');
  await openPage(page, 'Running');
  await expect(page.getByText('No NIM is here yet')).toBeVisible();
  await look('Running, empty');
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

  const run = await nimdeck(['run', nim, '--name', 'shown', '--env', 'NIMDECK_SANDBOX_SPEED=200']);
  expect(run.exitCode, run.printed).toBe(0);
  await openPage(page, 'Running');
  await expect(page.getByText('Ready', { exact: true })).toBeVisible();
  await look('Running');
  await openTray(page);
  await expect(page.getByRole('dialog', { name: 'Jobs' }).getByText('Done', { exact: true })).toBeVisible();
  await look('Jobs');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'shown', exact: true }).click();
  await expect(page.getByText('Use it from a terminal')).toBeVisible();
  await look('NIM, Overview');
  await page.getByRole('tab', { name: 'Log' }).click();
  await expect(page.getByText('Application startup complete.').first()).toBeVisible();
  await look('NIM, Log');
  await page.getByRole('main').getByRole('link', { name: 'Chat' }).click();
  await expect(page.getByRole('heading', { name: 'Ask something' })).toBeVisible();
  await look('Chat, empty');
  await page.getByLabel('Message', { exact: true }).fill('/prose /list /code /table /maths');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText(/tokens\/s/)).toBeVisible({ timeout: 60_000 });
  await look('Chat');
}

onFarSides((side) => {
  test('every page, light and dark: nothing for axe to say, nothing against the policy', async ({ page }) => {
    await using place = await side.createPlace({ hasLayers: true, isFree: true });
    await using shell = await place.startShell();
    const problems = collectProblems(page);
    await openApp(page, shell);
    const found: string[] = [];
    await visitAll(page, place, async (where) => {
      await test.step(where, async () => found.push(...(await findings(page, where))));
    });
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('a page can ask no other address than its own', async ({ page }) => {
    await using place = await side.createPlace();
    await using shell = await place.startShell();
    await openApp(page, shell);
    let asked = 0;
    const other = createServer((_request, response) => {
      asked += 1;
      response.setHeader('Access-Control-Allow-Origin', '*').end('here');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const outcome = await page.evaluate(async (address) => {
      const violation = new Promise<string>((resolve) => {
        const onViolation = (event: SecurityPolicyViolationEvent) =>
          resolve(`${event.effectiveDirective} ${event.blockedURI} ${event.disposition}`);
        document.addEventListener('securitypolicyviolation', onViolation, { once: true });
      });
      const answer = await fetch(address).then(
        () => 'answered',
        () => 'refused',
      );
      return answer === 'refused' ? `refused: ${await violation}` : answer;
    }, `http://127.0.0.1:${port}/`);
    expect(outcome).toBe(`refused: connect-src http://127.0.0.1:${port}/ enforce`);
    expect(asked).toBe(0);
    // The server does answer whoever may ask: only the policy stood between.
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here');
    other.close();
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openApp, openPage } from './app.ts';
import { createWorld, nimdeck, startBrowserShell } from './shell.ts';

const row = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** What is good or waits is behind a line. */
async function unfold(page: Page, group: string): Promise<void> {
  const lines = page
    .getByRole('region', { name: group })
    .getByRole('button', { name: /not needed$|is mended$/, expanded: false });
  while ((await lines.count()) > 0) await lines.first().click();
}

test.describe('the checks', { tag: '@practice' }, () => {
  test('a driver that was renewed: the broken link first, the rest waits; another machine, and a container sees its GPU', async ({
    page,
  }) => {
    // Two commands of the terminal, each a program that begins anew, and two looks at a whole machine.
    test.slow();
    using world = createWorld({
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
      NIMDECK_PRACTICE: JSON.stringify({
        machine: 'driver-broken',
        speed: 300,
        images: { 'nvcr.io/nim/example/chat-8b:2.0.6': [1_000_000] },
      }),
    });
    await using shell = await startBrowserShell(world, ['--practice']);
    await openApp(page, shell);

    await test.step('Home leads to the checks', async () => {
      await openPage(page, 'Home');
      // What is found out moves the link: a click in that moment goes beside it.
      await expect(page.getByText('Not working', { exact: true })).toBeVisible();
      await page.getByRole('link', { name: 'All checks' }).click();
      await expect(page.getByRole('tab', { name: 'Checks' })).toHaveAttribute('aria-selected', 'true');
    });
    await test.step('what to mend first', async () => {
      await expect(page.getByText('Broken: Driver and library agree.')).toBeVisible();
      const broken = row(page, 'Driver and library agree');
      await expect(broken).toContainText('Mend this first');
      await expect(broken).toContainText('Restart the machine');
      await broken.getByRole('button', { name: /^What was seen/ }).click();
      await expect(broken).toContainText('/proc/driver/nvidia/version');
      await unfold(page, 'From the card to the container');
      await expect(row(page, 'MIG slices')).toContainText('Waits for: Driver and library agree');
      await expect(row(page, 'Card on the bus')).toContainText('Good');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    });
    await test.step('the terminal says the same, and ends so that a script sees it', async () => {
      const said = await nimdeck(world, ['--practice', 'doctor']);
      expect(said.exitCode).toBe(1);
      expect(said.printed).toContain('Driver/library version mismatch');
      expect(said.printed).toContain('Broken: Driver and library agree.');
    });
    await test.step('mended: looked at again, and proven by a container', async () => {
      const bar = page.getByRole('region', { name: 'Practice mode' });
      await bar.getByRole('combobox', { name: 'Machine' }).click();
      await page.getByRole('option', { name: 'Two RTX 6000 Ada' }).click();
      expect((await nimdeck(world, ['--practice', 'pull', 'nvcr.io/nim/example/chat-8b:2.0.6'])).exitCode).toBe(0);
      await page.getByRole('button', { name: 'Check all again' }).click();
      await expect(row(page, 'Driver and library agree')).toContainText('Good');
      await expect(page.getByText(/^Mend this first/)).toHaveCount(0);
      const probe = row(page, 'A container sees the GPU');
      await probe.getByRole('button', { name: 'Try a container' }).click();
      await expect(probe).toContainText('Good');
      await unfold(page, 'From the card to the container');
      await expect(row(page, 'Engine knows the GPU')).toContainText('Good');
    });
  });
});

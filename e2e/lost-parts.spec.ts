import { expect, type Page, test } from '@playwright/test';
import { openApp, openPage, railLink } from './app.ts';
import { createWorld, startBrowserShell } from './shell.ts';

const scripts = '**/assets/*.js';

/** The next ones are lost on their way, as where a network interface comes or goes meanwhile. Answers how many were. */
async function lose(page: Page, which: string, count: number): Promise<() => number> {
  let lost = 0;
  await page.route(which, async (route) => {
    if (lost >= count) return await route.fallback();
    lost += 1;
    return await route.abort('connectionaborted');
  });
  return () => lost;
}

test.describe('parts of the app that are lost on their way', { tag: '@practice' }, () => {
  test('are asked for again; a page that cannot be had says so, and the rest goes on', async ({ page }) => {
    using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    await using shell = await startBrowserShell(world);

    await test.step('the whole app, at its start', async () => {
      const lost = await lose(page, '**/assets/start-app-*.js', 2);
      await openApp(page, shell);
      expect(lost()).toBe(2);
    });

    await test.step('a page, when it is opened', async () => {
      const lost = await lose(page, scripts, 1);
      await openPage(page, 'Hardware');
      await expect(page.getByRole('heading', { level: 1, name: 'Hardware' })).toBeVisible();
      expect(lost()).toBe(1);
      await page.unroute(scripts);
    });

    await test.step('a page that cannot be had: said in its place, until it is loaded again', async () => {
      await lose(page, scripts, Infinity);
      await openPage(page, 'Chat');
      const alert = page.getByRole('main').getByRole('alert');
      await expect(alert).toContainText('This page could not be shown');
      await openPage(page, 'Models');
      await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible();
      await openPage(page, 'Chat');
      await page.unroute(scripts);
      await alert.getByRole('button', { name: 'Load the page again' }).click();
      await expect(page.getByRole('link', { name: 'New chat' })).toBeVisible();
      await expect(railLink(page, 'Chat')).toHaveAttribute('aria-current', 'page');
    });
  });
});

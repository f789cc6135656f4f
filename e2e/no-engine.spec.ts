import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openApp, openPage, pageNames, statusStrip } from './app.ts';
import { createWorld, nimdeck, startBrowserShell } from './shell.ts';
import { onEngines, oneEngine } from './test-engines.ts';

const remedy = 'Start Docker (or Docker Desktop, or Podman) and check again.';

onEngines((engine) => {
  test('without an engine the page says so, and looks again when asked', async ({ page }) => {
    using world = createWorld({});
    const socket = join(world.folder, 'docker.sock');
    world.env['DOCKER_HOST'] = `unix://${socket}`;
    await using shell = await startBrowserShell(world);
    await openApp(page, shell);
    await expect(statusStrip(page)).toContainText('No engine');
    for (const name of pageNames) {
      await openPage(page, name);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    }
    for (const name of ['Models', 'Running'] as const) {
      await openPage(page, name);
      const card = page.getByRole('main').getByRole('alert').filter({ hasText: 'No container engine answers' });
      await expect(card).toContainText(remedy);
      await expect(card).toContainText(`unix://${socket}`);
    }

    const recheck = page.getByRole('main').getByRole('button', { name: 'Check again' });
    await recheck.click();
    await expect(recheck).toHaveAttribute('aria-busy', 'false');
    await expect(recheck).toBeVisible();
    for (const args of [['ps'], ['pull', 'test/shell:1'], ['run', 'test/shell:1']]) {
      const refused = await nimdeck(world, args);
      expect(refused.exitCode, refused.printed).toBe(3);
      expect(refused.printed).toContain('ENGINE_UNREACHABLE');
      expect(refused.printed).toContain(remedy);
    }

    symlinkSync(engine.socketPath, socket);
    // It looks by itself once a second, too: whoever is first, the button has then done its work.
    await expect(async () => {
      if (await recheck.isVisible()) await recheck.click({ timeout: 500 });
      await expect(statusStrip(page)).toContainText('Docker 26.1', { timeout: 500 });
    }).toPass();
    await expect(page.getByText('No NIM is here yet')).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect((await nimdeck(world, ['ps'])).exitCode).toBe(0);
  });
}, oneEngine);

import { expect, test } from '@playwright/test';
import { openApp, openPage, pageNames, statusStrip } from './app.ts';
import { onFarSides } from './far-side.ts';
import { oneEngine } from './test-engines.ts';

// An engine that was seen once is lost first, and called away after half a minute.
const lostForMs = 45_000;

const remedy = 'Start Docker (or Docker Desktop, or Podman) and check again.';

onFarSides((side) => {
  test('without an engine the page says so, and looks again when asked', async ({ page }) => {
    await using place = await side.createPlace();
    await place.engineLine.cut();
    await using shell = await place.startShell();
    await openApp(page, shell);
    await expect(statusStrip(page)).toContainText('No engine');
    for (const name of pageNames) {
      await openPage(page, name);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    }
    for (const name of ['Models', 'Running'] as const) {
      await openPage(page, name);
      const card = page.getByRole('main').getByRole('alert').filter({ hasText: 'No container engine answers' });
      await expect(card).toContainText(remedy, { timeout: lostForMs });
      await expect(card).toContainText(place.engineLine.address());
    }

    const recheck = page.getByRole('main').getByRole('button', { name: 'Check again' });
    await recheck.click();
    await expect(recheck).toHaveAttribute('aria-busy', 'false');
    await expect(recheck).toBeVisible();
    for (const args of [['ps'], ['pull', 'test/shell:1'], ['run', 'test/shell:1']]) {
      const refused = await place.nimdeck(args);
      expect(refused.exitCode, refused.printed).toBe(3);
      expect(refused.printed).toContain('ENGINE_UNREACHABLE');
      expect(refused.printed).toContain(remedy);
    }

    await place.engineLine.restore();
    // It looks by itself once a second, too: whoever is first, the button has then done its work.
    await expect(async () => {
      if (await recheck.isVisible()) await recheck.click({ timeout: 500 });
      await expect(statusStrip(page)).toContainText(/Docker \d+\.\d/, { timeout: 500 });
    }).toPass();
    await expect(page.getByText('No NIM is here yet')).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect((await place.nimdeck(['ps'])).exitCode).toBe(0);
  });
}, oneEngine);

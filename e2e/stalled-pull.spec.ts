import { expect, test } from '@playwright/test';
import { jobInTray, openApp, openTray, statusStrip } from './app.ts';
import { startBrowserShell, startNimdeck } from './shell.ts';
import { createPlace, onEngines, oneEngine } from './test-engines.ts';

onEngines((engine, host) => {
  test('a pull that stands still says so, and since when, and goes on by itself', async ({ page }) => {
    await using place = await createPlace(engine, host, {
      repositories: {},
      behaviour: { bytesPerSecond: 350_000, stallAfterBytes: 700_000 },
    });
    await using shell = await startBrowserShell(place.world);
    await openApp(page, shell);
    await using pull = startNimdeck(place.world, ['pull', place.small]);
    await expect.poll(async () => (await place.gate.state()).isStalled).toBe(true);
    const stalledAt = Date.now();

    await openTray(page);
    const job = jobInTray(page, place.small);
    // Not yet: a line that pauses for a moment is no stall.
    await expect(job).toContainText(/Pulling \d+ %/);
    await expect(job).toContainText('Nothing arrives', { timeout: 25_000 });
    const shown = /nothing for (\d+) s/.exec(await job.innerText());
    const secondsSince = (Date.now() - stalledAt) / 1000;
    expect(Number(shown?.[1])).toBeGreaterThanOrEqual(15);
    expect(Math.abs(Number(shown?.[1]) - secondsSince)).toBeLessThan(3);
    await expect(job).not.toContainText(/B\/s| left/);
    await expect(statusStrip(page)).toContainText('Nothing arrives');
    await pull.prints(/Stalled {2}\d{3} kB of 1\.06 MB.*nothing for 1\d s/);
    expect((await place.gate.state()).openBlobs).toBe(1);

    await place.gate.resume();
    await expect(job.getByText('Done', { exact: true })).toBeVisible();
    expect(await pull.ended, pull.printed()).toBe(0);
  });
}, oneEngine);

import { expect, test } from '@playwright/test';
import { jobInTray, openApp, openTray, statusStrip } from './app.ts';
import { onFarSides } from './far-side.ts';

onFarSides((side) => {
  test('a pull that stands still says so, and since when, and goes on by itself', async ({ page }) => {
    await using place = await side.createPlace({ isFree: true, bytesPerSecond: 350_000, stalls: true });
    await using shell = await place.startShell();
    await openApp(page, shell);
    await using pull = place.startNimdeck(['pull', place.small]);
    await expect.poll(place.line.isStalled).toBe(true);
    const stalledAt = Date.now();

    await openTray(page);
    const job = jobInTray(page, place.small);
    // Not yet: a line that pauses for a moment is no stall.
    await expect(job).toContainText(/Pulling \d+ %/);
    await expect(job).toContainText('Stalled', { timeout: 25_000 });
    const shown = /nothing for (\d+) s/.exec(await job.innerText());
    const secondsSince = (Date.now() - stalledAt) / 1000;
    expect(Number(shown?.[1])).toBeGreaterThanOrEqual(15);
    expect(Math.abs(Number(shown?.[1]) - secondsSince)).toBeLessThan(3);
    await expect(job).not.toContainText(/B\/s| left/);
    await expect(statusStrip(page)).toContainText('Stalled');
    await pull.prints(/Stalled {2}\d{3} kB of 1\.06 MB.*nothing for 1\d s/);
    if (place.gate !== null) expect((await place.gate.state()).openBlobs).toBe(1);

    await place.line.resume();
    await expect(job.getByText('Done', { exact: true })).toBeVisible();
    expect(await pull.ended, pull.printed()).toBe(0);
  });
});

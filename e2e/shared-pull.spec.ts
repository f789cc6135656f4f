import { expect, test } from '@playwright/test';
import { jobInTray, openApp, openPage, openTray } from './app.ts';
import { onFarSides, type PlaceOptions } from './far-side.ts';
import { startBrowserShell, startNimdeck } from './shell.ts';
import { createPlace, onEngines, oneEngine } from './test-engines.ts';

// The line stands still in the middle of the one layer, so that both sides can be looked at for as long as it takes.
// Not at full speed until then: engines say ten times a second how far they are, and not once more when it stops.
const halfway: PlaceOptions = { isFree: true, bytesPerSecond: 350_000, stalls: true };
const someOfIt = /\d{3} kB of 1\.06 MB/;

onFarSides((side) => {
  test('a pull that the terminal starts shows in the open page and ends there', async ({ page }) => {
    await using place = await side.createPlace(halfway);
    await using shell = await place.startShell();
    await openApp(page, shell);
    await using pull = place.startNimdeck(['pull', place.small]);

    await openTray(page);
    const job = jobInTray(page, place.small);
    await expect(job).toContainText(someOfIt);
    await expect(job.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[1-9]\d/);
    await pull.prints(someOfIt);

    await place.line.resume();
    await expect(job.getByText('Done', { exact: true })).toBeVisible();
    expect(await pull.ended, pull.printed()).toBe(0);
    expect((await place.docker.getImage(place.small).inspect()).RepoTags).toContain(place.small);
    // One layer and one description of the image: nobody fetched anything a second time.
    if (place.gate !== null) expect((await place.gate.state()).requests['blob-host']).toBe(2);
  });
}, oneEngine);

// About whose process is whose, which practice mode has no say in: it never runs in a terminal.
onEngines((engine, host) => {
  test('a page that comes later joins the pull of a terminal, and keeps its end', async ({ page }) => {
    await using place = await createPlace(engine, host, {
      repositories: {},
      behaviour: { bytesPerSecond: 350_000, stallAfterBytes: 700_000 },
    });
    await using pull = startNimdeck(place.world, ['pull', place.small]);
    await pull.prints(someOfIt);
    await using shell = await startBrowserShell(place.world);
    await openApp(page, shell);
    await openPage(page, 'Settings');
    await expect(page.getByText(`a terminal, process ${pull.child.pid}`)).toBeVisible();
    await openTray(page);
    const job = jobInTray(page, place.small);
    await expect(job).toContainText(someOfIt);

    await place.gate.resume();
    expect(await pull.ended, pull.printed()).toBe(0);
    // The terminal's core has ended with it: from here on it is the browser shell's, with the same history.
    await expect(job.getByText('Done', { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByText(`the browser shell (nimdeck serve), process ${shell.child.pid}`)).toBeVisible();
    await openTray(page);
    await expect(jobInTray(page, place.small).getByText('Done', { exact: true })).toBeVisible();
  });
}, oneEngine);

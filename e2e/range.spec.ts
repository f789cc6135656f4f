import { expect, type Page, test } from '@playwright/test';
import { openApp } from './app.ts';
import { onFarSides } from './far-side.ts';
import { layoutFaults, settled } from './layout.ts';
import { visitAll } from './visit-all.ts';

/** A browser's zoom of 200 % halves the CSS pixels of its window; of the narrowest one 450 are left. */
const windows = [
  { what: '900 px', width: 900, height: 600 },
  { what: '1280 px', width: 1280, height: 800 },
  { what: '3840 px', width: 3840, height: 2160 },
  { what: '1280 px at 200 %', width: 640, height: 400 },
  { what: '900 px at 200 %', width: 450, height: 350 },
];

/** Five lines of an answer, in a window of 1280 × 800 at 200 %. */
const readableHeight = 120;
const leastHeight = 400;

/** Popups follow their window a frame later, and what moves has come to rest by then. */
async function restingFaults(page: Page): Promise<string[]> {
  await settled(page);
  let faults = await layoutFaults(page);
  for (let tries = 0; faults.length > 0 && tries < 5; tries += 1) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    faults = await layoutFaults(page);
  }
  return faults;
}

onFarSides((side) => {
  test('no layout breaks from 900 px to 4K, nor at 200 %', async ({ page }) => {
    // Seventeen pages and popups, each looked at several times.
    test.slow();
    await using place = await side.createPlace({ hasLayers: true, isFree: true });
    await using shell = await place.startShell();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openApp(page, shell);
    const found: string[] = [];
    const usual = page.viewportSize();
    await visitAll(page, place, async (where) => {
      for (const { what, width, height } of windows) {
        await page.setViewportSize({ width, height });
        for (const fault of await restingFaults(page)) found.push(`${where}, ${what}: ${fault}`);
        if (where === 'Chat' && height >= leastHeight) {
          const { height: room = 0 } = (await page.getByRole('region', { name: 'Messages' }).boundingBox()) ?? {};
          if (room < readableHeight) found.push(`${what}: ${room} px are left for a conversation`);
        }
      }
      if (usual !== null) await page.setViewportSize(usual);
    });
    expect(found).toEqual([]);
  });

  test('a layout that breaks is found', async ({ page }) => {
    await page.setContent(`
      <main style="overflow: auto; width: 300px; height: 100px"><p style="width: 500px">wide</p></main>
      <button style="position: absolute; top: 200px; left: 10px">Under</button>
      <div style="position: absolute; top: 190px; left: 0; width: 200px; height: 60px; background: white">over</div>
      <div style="width: 5000px; height: 1px"></div>
    `);
    expect(await layoutFaults(page)).toEqual([
      expect.stringMatching(/^the page is 50\d\d px wide$/),
      'main “wide” is scrolled sideways: 500 px in 300',
      'button “Under” lies under div “over”',
    ]);
  });
});

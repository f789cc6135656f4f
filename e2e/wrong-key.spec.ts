import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectErrorCard, openApp, signIn } from './app.ts';
import { onFarSides } from './far-side.ts';
import type { World } from './shell.ts';

/** Every file below the data folder that holds the text. */
function filesWith({ folder }: World, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

onFarSides((side) => {
  test('a wrong key is refused, and nothing of it is kept', async ({ page }) => {
    await using place = await side.createPlace();
    const { wrongKey } = place;
    await using shell = await place.startShell();
    await openApp(page, shell);
    await signIn(page, wrongKey);
    await expectErrorCard(page, 'NGC_KEY_REJECTED', 'Check that the whole key was pasted');
    await expect(page.getByText('Not signed in', { exact: true })).toBeVisible();
    expect((await page.content()).includes(wrongKey)).toBe(false);

    await page.reload();
    await expect(page.getByText('Not signed in', { exact: true })).toBeVisible();
    await expect(page.getByLabel('NGC API key')).toHaveValue('');
    expect((await page.content()).includes(wrongKey)).toBe(false);
    const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    expect(stored).not.toContain(wrongKey);

    const refused = await place.nimdeck(['login'], `${wrongKey}\n`);
    expect(refused.exitCode, refused.printed).toBe(4);
    expect(refused.printed).toContain('NGC_KEY_REJECTED');
    expect(refused.printed).not.toContain(wrongKey);
    const pull = await place.nimdeck(['pull', place.nim]);
    expect(pull.exitCode, pull.printed).not.toBe(0);

    expect(await shell.end()).toBe(0);
    expect(shell.printed()).not.toContain(wrongKey);
    // The log is there to be looked into: an empty folder would prove nothing.
    expect(filesWith(place.world, 'browser-shell.start')).toEqual([expect.stringMatching(/nimdeck\.log$/)]);
    expect(filesWith(place.world, wrongKey)).toEqual([]);
    if (place.gate !== null) expect((await place.gate.state()).tokens).toMatchObject({ signedIn: 0 });
  });
});

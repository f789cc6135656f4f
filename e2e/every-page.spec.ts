import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { collectProblems, openApp } from './app.ts';
import { onFarSides } from './far-side.ts';
import { settled } from './layout.ts';
import { visitAll } from './visit-all.ts';

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

onFarSides((side) => {
  test('every page, light and dark: nothing for axe to say, nothing against the policy', async ({ page }) => {
    // Seventeen pages and popups, each looked at several times.
    test.slow();
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

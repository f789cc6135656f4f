import { expect, type Locator, type Page, test } from '@playwright/test';
import { collectProblems, openApp, openPage } from './app.ts';
import { createPracticePlace } from './practice-place.ts';

const count = 600;
const messages = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });
/** Not the items of lists in the answers. */
const items = (page: Page): Locator => messages(page).locator('li[aria-setsize]');
/** Counted from 1. To look for a text in all of them takes a second each time. */
const itemAt = (page: Page, place: number): Locator => messages(page).locator(`li[aria-posinset="${place}"]`);

/** About 300,000 tokens, as a server is sent them. */
function longChat(): string {
  const sentence = 'A block of the cache holds the keys and values of sixteen tokens, and no more than that. ';
  const answer = (index: number) =>
    `## Answer ${index}\n\n${sentence.repeat(14)}\n\n- one **part**\n- another\n\n${sentence.repeat(28)}\n\nEnd of answer ${index}.`;
  return JSON.stringify({
    title: 'A long chat',
    messages: Array.from({ length: count }, (_, index) =>
      index % 2 === 0
        ? { role: 'user', content: index === 100 ? 'What of the axolotl?' : `Question ${index}` }
        : { role: 'assistant', content: answer(index) },
    ),
  });
}

/** Goes up bit by bit, a bit a frame: by how many pixels any of the bits was longer or shorter for what stood in view. */
const worstBit = (page: Page): Promise<number> =>
  messages(page).evaluate(async (scroller) => {
    const bit = 250;
    const box = scroller.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    let worst = 0;
    for (let done = 0; done < 40; done += 1) {
      const item = document.elementFromPoint(x, y)?.closest('li[aria-setsize]') ?? null;
      const before = item?.getBoundingClientRect().top ?? 0;
      scroller.scrollTop -= bit;
      await frame();
      await frame();
      if (item !== null) worst = Math.max(worst, Math.abs(item.getBoundingClientRect().top - before - bit));
    }
    return worst;
  });

test.describe('a chat of 300,000 tokens', { tag: '@practice' }, () => {
  test('opens at its end, is scrolled, gone through by keys, found in and copied from', async ({ page }) => {
    const problems = collectProblems(page);
    await using place = await createPracticePlace();
    await using shell = await place.startShell();
    await openApp(page, shell);
    await openPage(page, 'Chat');

    await test.step('imported, its end is seen, and little more is drawn', async () => {
      await page.getByLabel(/^A file with chats/).setInputFiles({
        name: 'long.json',
        mimeType: 'application/json',
        buffer: Buffer.from(longChat()),
      });
      await expect(page.getByText(`End of answer ${count - 1}.`)).toBeInViewport();
      await expect(items(page).first()).toHaveAttribute('aria-setsize', String(count));
      expect(await messages(page).getByRole('button', { name: 'Copy answer' }).count()).toBeLessThan(20);
    });

    await test.step('what is read stays where it is, and earlier ones come by themselves', async () => {
      const held = await items(page).count();
      // At once, and not by a key: what the browser moves softly would still move in the first bits.
      await messages(page).evaluate((scroller) => {
        scroller.scrollTop -= 200;
      });
      await expect(page.getByRole('button', { name: 'Go to the newest' })).toBeVisible();
      expect(await worstBit(page)).toBeLessThan(3);
      await messages(page).evaluate((scroller) => {
        scroller.scrollTop = 1_000;
      });
      await expect.poll(() => items(page).count()).toBeGreaterThan(held);
    });

    await test.step('keys lead to its first and its last message', async () => {
      await messages(page).focus();
      await page.keyboard.press('Home');
      await expect(itemAt(page, 1)).toBeInViewport();
      await expect(items(page)).toHaveCount(count);
      await page.keyboard.press('PageDown');
      await expect(itemAt(page, 1)).not.toBeInViewport();
      await page.keyboard.press('End');
      await expect(itemAt(page, count).getByText(`End of answer ${count - 1}.`)).toBeInViewport();
      await expect(page.getByRole('button', { name: 'Go to the newest' })).toBeHidden();
      expect(await messages(page).getByRole('button', { name: 'Copy answer' }).count()).toBeLessThan(100);
    });

    await test.step('a hit of a search is gone to', async () => {
      await page.getByRole('searchbox', { name: 'Search chats' }).fill('axolotl');
      await page.getByRole('list', { name: 'Found in chats' }).getByRole('link').click();
      const hit = items(page).filter({ hasText: 'axolotl' });
      await expect(hit).toBeFocused();
      await expect(hit.getByRole('button', { name: 'Copy message' })).toBeInViewport();
    });

    await test.step('a selection over several messages is copied as it is seen', async () => {
      const selected = await messages(page).evaluate((scroller) => {
        const all = [...scroller.querySelectorAll('li[aria-setsize]')];
        const at = all.findIndex((item) => item.textContent.includes('axolotl'));
        const [from, to] = [all[at], all[at + 2]];
        if (from === undefined || to === undefined) return '';
        document.getSelection()?.setBaseAndExtent(from, 0, to, to.childNodes.length);
        return document.getSelection()?.toString() ?? '';
      });
      expect(selected).toContain('What of the axolotl?');
      expect(selected).toContain('End of answer 101.');
      expect(selected).toContain('Question 102');
    });
    expect(problems).toEqual([]);
  });
});

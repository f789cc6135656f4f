import { expect, type Locator, type Page, test } from '@playwright/test';
import type { NimState } from '../sandbox/nim/state.ts';
import { openApp, openPage } from './app.ts';
import { onFarSides, type Place } from './far-side.ts';

/** A NIM that is ready, and how it sees itself. */
async function runNim({ nimdeck, nim, docker }: Place): Promise<() => Promise<NimState>> {
  const run = await nimdeck(['run', nim, '--name', 'talker', '--env', 'NIMDECK_SANDBOX_SPEED=500']);
  expect(run.exitCode, run.printed).toBe(0);
  const { NetworkSettings: network } = await docker.getContainer('talker').inspect();
  const port = Object.values(network.Ports).flatMap((bindings) => bindings ?? [])[0]?.HostPort;
  return async () => {
    const response = await fetch(`http://127.0.0.1:${port}/__sandbox/state`);
    return (await response.json()) as NimState;
  };
}

async function send(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** The last words are drawn some frames after the answer is said to have ended. */
async function lastText(locator: Locator): Promise<string> {
  let text = '';
  const isStill = async () => {
    const before = text;
    text = await locator.innerText();
    return text === before;
  };
  await expect.poll(isStill, { intervals: [300] }).toBe(true);
  return text;
}

const answer = (page: Page) => page.getByRole('article', { name: 'Answer' });
const numbers = Array.from({ length: 120 }, (_, index) => `word${index + 1}`).join(' ');

onFarSides((side) => {
  test('an answer goes on without its page, and Esc ends one for good', async ({ page, context }) => {
    await using place = await side.createPlace({ hasLayers: true, isFree: true });
    await using shell = await place.startShell();
    const stateOfNim = await runNim(place);
    await openApp(page, shell);
    await openPage(page, 'Chat');

    await test.step('a page that is closed in mid-answer', async () => {
      await send(page, `/rate 60 /echo ${numbers}`);
      await expect(answer(page)).toContainText('word5');
      await expect(answer(page)).not.toContainText('word120');
      const conversation = page.url();
      await page.close();
      expect((await stateOfNim()).running).toBe(1);
      await expect.poll(stateOfNim).toMatchObject({ running: 0, finished: 1, aborted: 0 });

      const later = await context.newPage();
      await openApp(later, shell);
      await openPage(later, 'Chat');
      const link = later.getByRole('complementary', { name: 'Conversations' }).getByRole('listitem').getByRole('link');
      await link.click();
      expect(new URL(later.url()).hash).toBe(new URL(conversation).hash);
      await expect(answer(later).getByRole('paragraph').first()).toHaveText(numbers);
      await expect(answer(later)).toHaveAttribute('aria-busy', 'false');
      await later.close();
    });

    await test.step('an answer that is stopped with Esc', async () => {
      const other = await context.newPage();
      await openApp(other, shell);
      await openPage(other, 'Chat');
      await send(other, `/rate 30 /echo begin ${numbers} ${numbers}`);
      await expect(answer(other)).toContainText('word3');
      await other.keyboard.press('Escape');
      await expect(answer(other)).toHaveAttribute('aria-busy', 'false');
      await expect(answer(other).getByText('Stopped', { exact: true })).toBeVisible();
      await expect.poll(stateOfNim).toMatchObject({ running: 0, finished: 1, aborted: 1 });

      const kept = await lastText(answer(other).getByRole('paragraph').first());
      expect(kept).toContain('begin word1 word2 word3');
      expect(kept).not.toContain('word120');
      await other.reload();
      await expect(answer(other).getByRole('paragraph').first()).toHaveText(kept);
    });
  });
});

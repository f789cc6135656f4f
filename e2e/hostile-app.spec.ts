import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { openApp, openPage } from './app.ts';
import { hostileLines } from './hostile-cases.ts';
import { hostileCalls, startHostileServer } from './hostile-far-side.ts';
import { fill, first, joinCore, svg } from './hostile-fill.ts';
import { intruders, watchPage } from './hostile-watch.ts';
import { createWorld, startBrowserShell } from './shell.ts';

const go = (page: Page, hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
const nothingIn = async (page: Page) => expect(await page.evaluate(intruders)).toEqual([]);
const dialogOf = (page: Page) => page.getByRole('dialog').last();

async function lookIn(page: Page, open: () => Promise<void>, see: () => Promise<void>): Promise<void> {
  await open();
  await see();
  await nothingIn(page);
  await page.keyboard.press('Escape');
}

test.describe('names and texts that nobody trusts', { tag: '@practice' }, () => {
  test('of models, files, chats, folders, tools, prompts and comparisons do nothing', async ({ page }, testInfo) => {
    using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    await using server = await startHostileServer();
    await using shell = await startBrowserShell(world);
    await using core = await joinCore(world);
    const { chats, comparisonId, html } = await fill(core.api, server);
    const origin = new URL(shell.address).origin;
    const seen = watchPage(page, origin);
    await openApp(page, shell);
    const main = page.getByRole('main');

    await test.step('the list of chats, its folders, and what is found in it', async () => {
      await openPage(page, 'Chat');
      const list = page.getByRole('complementary', { name: 'Conversations' });
      await expect(list.getByRole('link').nth(5)).toBeVisible();
      await nothingIn(page);
      await list.getByLabel('Search chats').fill('hostile');
      await expect(list.getByText(/places?$/)).toBeVisible();
      await nothingIn(page);
      await list.getByLabel('Search chats').fill('');
    });

    await test.step('chats: files, tools, formats, failures', async () => {
      await go(page, `#/chat/${chats.texts}`);
      await expect(main.getByText(`${first}.svg`).first()).toBeAttached();
      await nothingIn(page);
      await go(page, `#/chat/${chats.tools}`);
      await expect(main.getByRole('region', { name: /^Call of / })).not.toHaveCount(0);
      await expect(main.getByText('Asked with')).toHaveCount(hostileCalls.length);
      await nothingIn(page);
      await go(page, `#/chat/${chats.format}`);
      await expect(main.getByText('Not what the format asks for')).toBeVisible();
      await nothingIn(page);
      for (const id of [chats.refuse, chats.page, chats.broken]) {
        await go(page, `#/chat/${id}`);
        await expect(main.getByRole('alert').or(main.getByText('Details')).first()).toBeVisible();
        await nothingIn(page);
      }
    });

    await test.step('what opens over a chat', async () => {
      await go(page, `#/chat/${chats.tools}`);
      const answer = main.getByRole('article', { name: 'Answer' });
      await lookIn(
        page,
        () => main.getByRole('button', { name: /^Who answers/ }).click(),
        () =>
          expect(
            dialogOf(page)
              .getByText(server.models[3] ?? '')
              .first(),
          ).toBeAttached(),
      );
      await lookIn(
        page,
        () => main.getByRole('button', { name: 'Parameters' }).click(),
        () => expect(dialogOf(page).getByLabel('System prompt')).not.toHaveValue(''),
      );
      await lookIn(
        page,
        () => main.getByRole('button', { name: 'Tools and format' }).click(),
        () => expect(dialogOf(page).getByRole('checkbox', { name: 'mine' })).toBeAttached(),
      );
      await answer.getByRole('button', { name: 'More about this answer' }).click();
      await lookIn(
        page,
        () => page.getByRole('menuitem', { name: 'Request and response …' }).click(),
        () =>
          expect(
            dialogOf(page)
              .getByText(/\/v1\/chat\/completions/)
              .first(),
          ).toBeVisible(),
      );
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        main.getByRole('button', { name: 'Attach a picture or a text file' }).click(),
      ]);
      const buffer = Buffer.from(hostileLines.join('\n'));
      const files = hostileLines
        .slice(0, 20)
        .map((line) => ({ name: line.replaceAll('/', ':'), mimeType: 'text/html', buffer }));
      await chooser.setFiles([
        ...files,
        { name: `${first.replaceAll('/', ':')}.svg`, mimeType: 'image/svg+xml', buffer: svg },
      ]);
      await expect(main.getByRole('button', { name: /^Remove / })).not.toHaveCount(0);
      await nothingIn(page);
    });

    await test.step('before an audience', async () => {
      await go(page, `#/present/${chats.tools}`);
      await expect(page.getByRole('list', { name: 'Prepared prompts' })).toBeVisible();
      await nothingIn(page);
      await lookIn(
        page,
        () => page.getByRole('button', { name: 'Prepare', exact: true }).click(),
        () => expect(dialogOf(page).getByLabel('Prompt 1', { exact: true })).not.toHaveValue(''),
      );
    });

    await test.step('comparisons', async () => {
      await go(page, '#/compare');
      await expect(main.getByRole('link').nth(5)).toBeVisible();
      await nothingIn(page);
      await go(page, `#/compare/${comparisonId}`);
      await expect(main.getByRole('region', { name: /^A · / })).toBeVisible();
      await expect(main.getByLabel('Note on this round')).not.toHaveValue('');
      await nothingIn(page);
      const menu = async (item: string) => {
        await main.getByRole('button', { name: /^More actions for/ }).click();
        await page.getByRole('menuitem', { name: item }).click();
      };
      await lookIn(
        page,
        () => menu('Votes …'),
        () => expect(dialogOf(page).getByRole('table')).toBeVisible(),
      );
      await lookIn(
        page,
        () => menu('Differences …'),
        () => expect(dialogOf(page).getByLabel('From').first()).toBeVisible(),
      );
      await main.getByRole('button', { name: 'Prompt set …' }).click();
      const rows = [
        'prompt,name',
        ...hostileLines.map((line) => `"${line.replaceAll('"', '""')}","${first.replaceAll('"', '""')}"`),
      ];
      const name = `${first.replaceAll('/', ':')}.csv`;
      await page
        .getByLabel('A file with prompts')
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
      await lookIn(
        page,
        async () => {},
        () => expect(dialogOf(page).getByText(`${hostileLines.length} prompts in`)).toBeVisible(),
      );
      await main.getByRole('button', { name: 'Results' }).click();
      await expect(main.getByRole('table', { name: 'Results by round' })).toBeVisible();
      await nothingIn(page);
    });

    expect(seen).toEqual([]);

    await test.step('a comparison as one file, opened from the disk, with its policy and without', async () => {
      const bare = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
      expect(bare).not.toBe(html);
      for (const [name, text] of Object.entries({ 'kept.html': html, 'bare.html': bare })) {
        const path = testInfo.outputPath(name);
        writeFileSync(path, text);
        const opened = await page.context().newPage();
        const found = watchPage(opened, pathToFileURL(path).href);
        await opened.goto(pathToFileURL(path).href);
        await expect(opened.getByRole('heading', { name: 'Rounds' })).toBeVisible();
        await nothingIn(opened);
        expect(await opened.evaluate('document.querySelectorAll("script, img, a, [src], [href]").length')).toBe(0);
        expect(found).toEqual([]);
        await opened.close();
      }
      expect(readFileSync(testInfo.outputPath('kept.html'), 'utf8')).toContain("default-src 'none'");
    });
  });
});

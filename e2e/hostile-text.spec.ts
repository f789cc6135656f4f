import { copyFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { loadBuiltPages, pageHeaders } from '../core/host/built-pages.ts';
import { buildExtraPages } from '../scripts/build-extra-pages.ts';
import { hostileCases } from './hostile-cases.ts';
import { watchPage } from './hostile-watch.ts';

let server: Server;
let address: string;

test.beforeAll(async () => {
  const folder = await buildExtraPages('hostile', ['answers'], false);
  copyFileSync(join(folder, 'answers.html'), join(folder, 'index.html'));
  const pages = loadBuiltPages(folder);
  server = createServer(({ url = '/' }, response) => {
    const page = pages.get(new URL(url, 'http://localhost').pathname);
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { ...pageHeaders(), ...page.headers }).end(page.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What an element of an answer may be; run in the page. */
const strangers = `[...document.querySelectorAll('.prose *')].flatMap((element) => {
  const found = [];
  const tag = element.tagName.toLowerCase();
  const isFormula = element.closest('.katex') !== null;
  const usual = /^(div|p|span|em|strong|del|code|pre|br|hr|h3|blockquote|a|small|sup|aside|ul|ol|li|input|figure|figcaption|button|output|table|thead|tbody|tr|th|td|svg|path|rect|line)$/;
  const maths = /^(math|semantics|annotation|m[a-z]+)$/;
  if (!usual.test(tag) && !(isFormula && maths.test(tag))) found.push('element ' + tag);
  for (const { name, value } of element.attributes) {
    if (/^on/i.test(name) || /^(src|srcset|srcdoc|action|formaction|data|poster|background|xlink:href|http-equiv)$/i.test(name)) found.push(tag + ' ' + name + '=' + value);
    if (name === 'style' && (!isFormula || /url|fixed|expression/i.test(value))) found.push(tag + ' style=' + value);
    if (name === 'href' && (tag !== 'a' || !value.startsWith('https://') || element.rel !== 'noopener noreferrer nofollow' || element.target !== '_blank')) found.push(tag + ' href=' + value);
    if (/javascript:|data:/i.test(value) && name !== 'title' && name !== 'aria-label') found.push(tag + ' ' + name + '=' + value);
  }
  return found;
})`;

const show = (page: Page, texts: readonly string[], isOpen: boolean) =>
  page.evaluate(`showAnswers(${JSON.stringify(texts)}, ${isOpen})`);

test.describe('texts that nobody trusts', { tag: '@practice' }, () => {
  test(`${hostileCases.length} hostile answers run nothing, load nothing and send nothing`, async ({ page }) => {
    expect(hostileCases.length).toBeGreaterThanOrEqual(200);
    const seen = watchPage(page, address);
    await page.goto(`${address}/answers.html?seconds=0`);
    await expect.poll(() => page.evaluate(`typeof showAnswers`)).toBe('function');
    await test.step('while they are being written, cut anywhere', async () => {
      const texts = hostileCases.map(({ text }, index) =>
        text.slice(0, Math.ceil((text.length * ((index % 9) + 1)) / 10)),
      );
      await show(page, texts, true);
      expect(await page.evaluate(strangers)).toEqual([]);
    });
    await test.step('complete, with colours and formulas drawn', async () => {
      await show(
        page,
        hostileCases.map(({ text }) => text),
        false,
      );
      await expect(page.locator('.prose')).toHaveCount(hostileCases.length);
      await expect(page.locator('.prose [class^=code-]').first()).toBeAttached({ timeout: 60_000 });
      await expect(page.locator('.prose .katex').first()).toBeAttached({ timeout: 60_000 });
      // The last one that was asked for is the last one drawn: the draftsman takes one after the other.
      const last = hostileCases.length;
      await show(page, [...hostileCases.map(({ text }) => text), 'The end: $e_{n_d}$'], false);
      await expect(page.locator('.prose').nth(last).locator('.katex')).toBeAttached({ timeout: 60_000 });
      expect(await page.evaluate(strangers)).toEqual([]);
      expect(await page.evaluate('window.hostile')).toBeUndefined();
      expect(await page.evaluate('document.querySelectorAll("script").length')).toBe(1);
    });
    await test.step('nor when somebody points at them and presses keys in them', async () => {
      for (const place of await page
        .locator('.prose [tabindex="0"]')
        .all()
        .then((all) => all.slice(0, 20))) {
        await place.focus();
        await page.keyboard.press('Enter');
      }
    });
    expect(seen).toEqual([]);
  });

  test('a text that does something is found', async ({ page }) => {
    const seen = watchPage(page, address);
    await page.goto(`${address}/answers.html?seconds=0`);
    await page.evaluate(`
      const answer = document.createElement('div');
      answer.className = 'prose';
      answer.innerHTML = '<img src="https://evil.example/x.png"><p style="color:red" onclick="x()">a</p><a href="javascript:1">b</a>';
      document.body.append(answer);
      setTimeout(() => alert('ran'));
    `);
    await expect.poll(() => seen.join('\n')).toMatch(/evil\.example/);
    await expect.poll(() => seen.join('\n')).toMatch(/dialog: ran/);
    expect(await page.evaluate(strangers)).toEqual(
      expect.arrayContaining(['element img', 'p onclick=x()', 'a href=javascript:1']),
    );
  });
});

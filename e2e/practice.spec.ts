import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { openApp, openImageDialog, openPage, openTray, jobInTray, railLink, runDialog, statusStrip } from './app.ts';
import { createPracticePlace, treeOf } from './practice-place.ts';
import { createWorld, nimdeck, startBrowserShell } from './shell.ts';

const bar = (page: Page) => page.getByRole('region', { name: 'Practice mode' });

/** A real engine that writes down what it is asked, and has nothing. */
async function startWitness(socket: string): Promise<{ asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { asked, server };
}

async function provoke(page: Page, fault: string): Promise<void> {
  await bar(page)
    .getByRole('button', { name: /^(Make something go wrong|Going wrong)/ })
    .click();
  await page
    .getByRole('menuitemcheckbox', { name: fault })
    .or(page.getByRole('menuitem', { name: fault }))
    .click();
  await page.keyboard.press('Escape');
}

async function run(page: Page, reference: string, name: string): Promise<void> {
  await (await openImageDialog(page, reference)).getByRole('button', { name: 'Run …' }).click();
  await runDialog(page).getByLabel('Name').fill(name);
  await runDialog(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(runDialog(page)).toBeHidden();
}

test.describe('practice mode', { tag: '@practice' }, () => {
  test('a newcomer with nothing: one click, a key, a model, why a second one does not start, and back', async ({
    page,
  }) => {
    using world = createWorld({ NIMDECK_PRACTICE: '{"speed":300}' });
    const socket = join(world.folder, 'real.sock');
    world.env['DOCKER_HOST'] = `unix://${socket}`;
    await using shell = await startBrowserShell(world);
    await shell.prints(/Practice mode works without one/);
    await openApp(page, shell);
    await openPage(page, 'Running');
    await page.getByRole('main').getByRole('button', { name: 'Try it in practice mode' }).click();
    await expect(bar(page)).toContainText('Nothing here is real');
    await expect(page).toHaveTitle(/^Practice: /);
    // From here on the real thing is watched: practice must not ask it for anything.
    const { asked, server } = await startWitness(socket);

    await test.step('what it is, in three sentences, once', async () => {
      await expect(bar(page).getByText('Nothing of it is real')).toBeVisible();
      await bar(page).getByRole('button', { name: 'Got it' }).click();
    });
    await test.step('sign in with the key that is shown', async () => {
      await openPage(page, 'Settings');
      await page.getByRole('button', { name: 'Fill it in' }).click();
      await expect(page.getByLabel('NGC API key')).toBeFocused();
      await page.getByRole('button', { name: 'Check and keep' }).click();
      await expect(page.getByText('Signed in', { exact: true })).toBeVisible();
    });
    await test.step('a model from the list', async () => {
      await openPage(page, 'Models');
      await page.getByLabel('Search models').fill('llama-3.1-8b-instruct');
      await page.getByRole('button', { name: /^Run Llama-3\.1-8B-Instruct$/i }).click();
      await runDialog(page).getByLabel('Name').fill('first');
      await runDialog(page).getByRole('button', { name: 'Run', exact: true }).click();
      await openPage(page, 'Running');
      await expect(page.getByText('Ready', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    });
    await test.step('a second one does not fit, and the page says who is in the way', async () => {
      await run(page, 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5', 'second');
      await openTray(page);
      const job = jobInTray(page, 'second');
      await expect(job.getByText('Failed', { exact: true })).toBeVisible({ timeout: 60_000 });
      await expect(job).toContainText('Free memory on device');
      const holders = job.getByRole('list', { name: 'Who holds the GPU’s memory' });
      await expect(holders).toContainText('first');
      await expect(holders).toContainText(/1[23]\.\d GiB/);
      await page.keyboard.press('Escape');
    });
    await test.step('back: nothing of it is there', async () => {
      await bar(page).getByRole('button', { name: 'Back to the real thing' }).click();
      await expect(bar(page)).toHaveCount(0);
      await expect(page).not.toHaveTitle(/^Practice: /);
      await openPage(page, 'Settings');
      await expect(page.getByText('Not signed in', { exact: true })).toBeVisible();
      const jobs = await nimdeck(world, ['ps', '--json']);
      expect(jobs.printed).not.toContain('first');
      await openTray(page);
      await expect(page.getByRole('dialog', { name: 'Jobs' })).not.toContainText('second');
    });
    // The real core looks for its engine as ever; nothing of practice reached it.
    expect(asked.filter((line) => !line.startsWith('GET ') || !line.includes('/_ping'))).toEqual([]);
    server.close();
  });

  test('asks nothing of any other machine, and of the real engine nothing at all', async ({ page }) => {
    using world = createWorld({ NIMDECK_PRACTICE: '{"speed":300}' });
    const seen = join(world.folder, 'outside');
    const socket = join(world.folder, 'real.sock');
    const { asked, server } = await startWitness(socket);
    const hook = new URL('count-outside.mjs', import.meta.url).href;
    Object.assign(world.env, {
      DOCKER_HOST: `unix://${socket}`,
      NGC_API_KEY: `nvapi-${'k'.repeat(60)}`,
      // The stand-ins are given no other variable of ours than this one.
      NODE_OPTIONS: `--import=${hook}?${seen}`,
    });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).host));
    {
      await using shell = await startBrowserShell(world, ['--practice']);
      await openApp(page, shell);
      for (const name of ['Home', 'Models', 'Running', 'Hardware', 'Chat', 'Settings'] as const)
        await openPage(page, name);
      await page.getByRole('button', { name: 'Fill it in' }).click();
      await page.getByRole('button', { name: 'Check and keep' }).click();
      await expect(page.getByText('Signed in', { exact: true })).toBeVisible();
      // Another registry's image, too, whose sizes would be asked for at its own address.
      await nimdeck(world, ['--practice', 'pull', 'docker.io/library/alpine:3']);
      await nimdeck(world, ['--practice', 'pull', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5']);
      expect(new Set(requests)).toEqual(new Set([new URL(shell.address).host]));
      expect(await shell.end()).toBe(0);
    }
    const lines = readFileSync(seen, 'utf8').trim().split('\n');
    expect(lines.filter((line) => line !== 'loaded')).toEqual([]);
    // The shell, its stand-ins, and two commands have all been looked at.
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(asked).toEqual([]);
    server.close();
  });

  test('a lost GPU is said where it was used, another machine ends what runs, a reset begins anew', async ({
    page,
  }) => {
    await using place = await createPracticePlace({ isFree: true, hasLayers: true });
    const shell = await place.startShell();
    await openApp(page, shell);
    expect(await place.nimdeck(['run', place.nim, '--name', 'victim'])).toMatchObject({ exitCode: 0 });
    await openPage(page, 'Running');
    const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'victim' });
    await expect(row).toContainText('Ready');

    await provoke(page, 'A GPU falls off the bus');
    await expect(row).toContainText('GPU lost');
    await expect(bar(page).getByRole('button', { name: 'Going wrong: 1' })).toBeVisible();
    expect((await place.nimdeck(['gpus'])).exitCode).not.toBe(0);
    await provoke(page, 'A GPU falls off the bus');
    await expect(bar(page).getByRole('button', { name: 'Make something go wrong' })).toBeVisible();
    expect(await place.nimdeck(['restart', 'victim'])).toMatchObject({ exitCode: 0 });
    await expect(row).toContainText('Ready');
    await expect(row).not.toContainText('GPU lost');

    await bar(page).getByRole('combobox', { name: 'Machine' }).click();
    await page.getByRole('option', { name: 'H100 in seven slices' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('victim');
    await question.getByRole('button', { name: 'Pull them out' }).click();
    await expect(row).toContainText('Exited');
    await expect.poll(async () => (await place.nimdeck(['gpus'])).printed).toContain('MIG 1g.10gb');
    await expect(statusStrip(page)).toContainText('GiB');

    await bar(page).getByRole('button', { name: 'More of practice mode' }).click();
    await page.getByRole('menuitem', { name: 'Reset …' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reset', exact: true }).click();
    await expect(railLink(page, 'Home')).toHaveAttribute('aria-current', 'page');
    await expect(bar(page).getByRole('combobox', { name: 'Machine' })).toContainText('RTX 4090');
    await openPage(page, 'Running');
    await expect(page.getByText('No NIM is here yet')).toBeVisible();
    expect((await place.nimdeck(['ps', '--json'])).printed.trim()).toBe('[]');
  });

  test('a shell that is killed takes its stand-ins with it', async () => {
    await using place = await createPracticePlace();
    const { control, dockerHost } = treeOf(place.world);
    const isThere = () =>
      fetch(control.address).then(
        () => true,
        () => false,
      );
    expect(await isThere()).toBe(true);
    const shell = await place.startShell();
    await shell.end('SIGKILL');
    await expect.poll(isThere).toBe(false);
    await expect.poll(() => existsSync(dockerHost.replace('unix://', ''))).toBe(false);
    const refused = await place.nimdeck(['ps']);
    expect(refused.printed).toContain('PRACTICE_NOT_RUNNING');
  });
});

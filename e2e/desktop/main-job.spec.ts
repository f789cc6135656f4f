import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import Docker from 'dockerode';
import { practiceVariable } from '../../core/host/practice-core.ts';
import type { Announcement } from '../../sandbox/practice/tree.ts';
import { collectProblems, statusStrip } from '../app.ts';
import { doMainJob } from '../main-job.ts';
import { createWorld } from '../shell.ts';
import { onEngines, oneEngine, createPlace, rightKey } from '../test-engines.ts';
import { openDesktop } from './desktop.ts';

const connected = (page: Page) =>
  expect(statusStrip(page).getByText('Connected to Nimdeck', { exact: true })).toBeVisible();

test('the main job in practice mode, with nothing but the desktop itself', async ({ context }) => {
  const nim = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5';
  using world = createWorld({
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    [practiceVariable]: JSON.stringify({ speed: 200, images: {} }),
  });
  await using desktop = await openDesktop(context, world);
  const { page } = desktop;
  await page.getByRole('button', { name: 'Try it in practice mode' }).first().click();
  await connected(page);
  if (desktop.standin !== null) {
    const { standin } = desktop;
    // Both cores are there, and the tray tells them apart.
    await expect.poll(() => standin.tray().labels).toContain('Practice: No NIM runs');
    expect(standin.tray().labels[0]).toBe('The engine cannot be asked');
  }
  const problems = collectProblems(page);
  const file = join(world.folder, 'data/practice/tree.json');
  const tree = JSON.parse(readFileSync(file, 'utf8')) as Announcement;
  const docker = new Docker({ socketPath: tree.dockerHost.replace(/^unix:\/\//, '') });
  await doMainJob(page, { nim, docker, rightKey: tree.key });
  expect(problems).toEqual([]);
  expect(desktop.printed()).not.toContain(tree.key);
  expect(await desktop.end()).toBe(0);
  // The stand-ins end with it, and leave nothing.
  await expect(docker.ping()).rejects.toThrow();
});

onEngines((engine, host) => {
  test('the main job on a real engine', async ({ context }) => {
    await using place = await createPlace(engine, host);
    await using desktop = await openDesktop(context, place.world);
    const { page } = desktop;
    await connected(page);
    const problems = collectProblems(page);
    await doMainJob(page, { ...place, rightKey });
    expect(problems).toEqual([]);
    expect(desktop.printed()).not.toContain(rightKey);
  });
}, oneEngine);

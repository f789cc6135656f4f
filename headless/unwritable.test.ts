import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCore } from '../core/host/open-core.ts';
import { joinPracticeCore, openPracticeCore } from '../core/host/practice-core.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { scriptedTree } from '../core/testing/scripted-tree.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { startHeadless } from './main.ts';

const isRoot = process.platform === 'linux' && process.geteuid?.() === 0;
const mount = (...args: string[]) => spawnSync('mount', args).status === 0;

/** A disk of its own, of one megabyte; null where this machine gives none. */
function mountDisk(): string | null {
  const deps = createTestDeps();
  const folder = join(deps.dataFolder, 'disk');
  mkdirSync(folder, { recursive: true });
  const isMounted = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  onTestFinished(() => {
    if (isMounted) spawnSync('umount', [folder]);
    deps[Symbol.dispose]();
  });
  return isMounted ? folder : null;
}

const fill = (disk: string) => {
  const { bfree, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'fill'), Buffer.alloc(bfree * bsize));
};

/** What a page sees of a browser shell with this data folder, from its start to its end. */
async function visit<T>(dataFolder: string, look: (api: Api) => Promise<T>): Promise<T> {
  const headless = await startHeadless({
    port: 0,
    dataFolder,
    shouldOpen: false,
    env: { NIMDECK_SECRETS: 'file', DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    pages: { servePage: () => (_, response) => response.end('page') },
  });
  try {
    await headless.ready;
    const url = new URL(headless.address);
    const port = await openWebSocketPort(`ws://${url.host}/rpc`, url.hash.slice('#token='.length));
    if (port === 'refused') throw new Error('The page was not let in.');
    const seen = await look(connect(port, contract));
    port.close();
    return seen;
  } finally {
    await headless.close();
  }
}

async function foldersOf(api: Api): Promise<string[]> {
  for await (const { folders } of api.chat.watch({})) return folders.map(({ name }) => name);
  throw new Error('The chats are not told.');
}

const noticesOf = async (api: Api) => (await api.app.info({})).notices;

/** What was saved is there, what is new is there until the end, and both are said. */
async function worksWithoutSaving(api: Api, code: string, kept: readonly string[]): Promise<void> {
  expect(await noticesOf(api)).toEqual([{ code, message: expect.stringContaining('kept in memory') as string }]);
  expect(await foldersOf(api)).toEqual(kept);
  await api.chat.createFolder({ name: 'new' });
  expect(await foldersOf(api)).toEqual([...kept, 'new']);
  await expect(api.settings.update({ theme: 'dark' })).rejects.toMatchObject({ code });
  for await (const state of api.engine.watch({})) if (state.status === 'unreachable') break;
}

describe.skipIf(!isRoot)(
  `a data folder that cannot be written${isRoot ? '' : ' (skipped: only root may mount disks)'}`,
  () => {
    test(
      'is read on a disk that was made read-only, and nothing of it is lost',
      { timeout: 60_000 },
      async (context) => {
        const disk = mountDisk() ?? context.skip('this machine gives no disk');
        const data = join(disk, 'data');
        await visit(data, async (api) => {
          await api.chat.createFolder({ name: 'kept' });
          expect(await noticesOf(api)).toEqual([]);
        });
        const before = readdirSync(data);
        expect(mount('-o', 'remount,ro', disk)).toBe(true);
        await visit(data, (api) => worksWithoutSaving(api, 'STORE_NOT_WRITABLE', ['kept']));
        expect(readdirSync(data)).toEqual(before);
        expect(mount('-o', 'remount,rw', disk)).toBe(true);
        await visit(data, async (api) => {
          expect(await noticesOf(api)).toEqual([]);
          expect(await foldersOf(api)).toEqual(['kept']);
        });
      },
    );

    test('need not be there at a first start in a read-only home', { timeout: 60_000 }, async (context) => {
      const disk = mountDisk() ?? context.skip('this machine gives no disk');
      expect(mount('-o', 'remount,ro', disk)).toBe(true);
      const data = join(disk, '.local/share/nimdeck');
      await visit(data, async (api) => {
        expect((await noticesOf(api))[0]?.message).toContain('read-only file system');
        await worksWithoutSaving(api, 'STORE_NOT_WRITABLE', []);
      });
    });

    test('says of a full disk that it is full, at a first start and later', { timeout: 60_000 }, async (context) => {
      const disk = mountDisk() ?? context.skip('this machine gives no disk');
      const [old, data] = [join(disk, 'old'), join(disk, 'data')];
      await visit(old, (api) => api.chat.createFolder({ name: 'kept' }));
      fill(disk);
      await visit(data, (api) => worksWithoutSaving(api, 'DISK_FULL', []));
      await visit(old, (api) => worksWithoutSaving(api, 'DISK_FULL', ['kept']));
      rmSync(join(disk, 'fill'));
      await visit(data, async (api) => expect([await noticesOf(api), await foldersOf(api)]).toEqual([[], []]));
      await visit(old, async (api) => expect([await noticesOf(api), await foldersOf(api)]).toEqual([[], ['kept']]));
    });

    test('does not keep practice mode from running, in a place that goes with it', async (context) => {
      const disk = mountDisk() ?? context.skip('this machine gives no disk');
      const data = join(disk, 'data');
      mkdirSync(data);
      expect(mount('-o', 'remount,ro', disk)).toBe(true);
      const elsewhere = mkdtempSync(join(tmpdir(), 'nimdeck-test-'));
      onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
      using deps = createTestDeps({
        dataFolder: data,
        startSandbox: scriptedTree().start,
        env: { TMPDIR: elsewhere },
      });
      const core = await openPracticeCore(deps);
      const api = connect(await core.newPort(), contract);
      const { dataFolder, notices } = await api.app.info({});
      expect(dataFolder.startsWith(elsewhere)).toBe(true);
      expect(notices).toEqual([]);
      await api.settings.update({ theme: 'dark' });
      const second = await joinPracticeCore(deps, undefined);
      expect(second.isOwner).toBe(false);
      await second.close();
      await core.close();
      expect(existsSync(dataFolder)).toBe(false);
    });

    test(
      'is told to a second shell, which finds the first once there is room',
      { timeout: 60_000 },
      async (context) => {
        const disk = mountDisk() ?? context.skip('this machine gives no disk');
        const data = join(disk, 'data');
        await visit(data, noticesOf);
        fill(disk);
        await visit(data, async () => {
          using deps = createTestDeps({ dataFolder: data });
          const begin = performance.now();
          await expect(openCore(deps)).rejects.toMatchObject({
            code: 'DISK_FULL',
            message: expect.stringMatching(/^Another Nimdeck uses .* could not write there .*ENOSPC/) as string,
          });
          expect(performance.now() - begin).toBeLessThan(15_000);
          rmSync(join(disk, 'fill'));
          const second = await openCore(deps);
          expect(second.isOwner).toBe(false);
          await second.close();
        });
      },
    );
  },
);

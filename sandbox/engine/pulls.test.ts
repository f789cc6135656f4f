import { describe, expect, it } from 'vitest';
import type { StoreMode } from './engine.ts';
import { type ImageRecipe, layersOf } from './image.ts';
import { allLines, cancelAt, key, type Line, nim, other, pack, start } from './testing-engine.ts';

const idsOf = (recipe: ImageRecipe) => layersOf(recipe).map(({ digest }) => digest.slice(7, 19));
const kinds = (all: readonly Line[]) => [
  ...new Set(all.map(({ status = '' }) => status.replace(/[\d:].*$| from .*$/, '').trim())),
];

describe('a pull', () => {
  it.each<[StoreMode, string[]]>([
    [
      'overlay2',
      [
        'Pulling',
        'Pulling fs layer',
        'Waiting',
        'Downloading',
        'Verifying Checksum',
        'Download complete',
        'Extracting',
        'Pull complete',
        'Digest',
        'Status',
      ],
    ],
    ['containerd-26', ['Pulling', 'Pulling fs layer', 'Downloading', 'Download complete', 'Digest', 'Status']],
    [
      'containerd-29',
      [
        'Pulling',
        'Pulling fs layer',
        'Downloading',
        'Download complete',
        'Extracting',
        'Pull complete',
        'Digest',
        'Status',
      ],
    ],
    ['podman', ['Pulling fs layer', 'Downloading', 'Download complete']],
  ])('speaks as %s does', async (store, wanted) => {
    const { docker } = await start({ store });
    const all = await allLines(docker, pack);
    expect(kinds(all).toSorted()).toEqual(wanted.toSorted());
    const named = new Set(all.filter(({ progressDetail }) => progressDetail !== undefined).map(({ id }) => id));
    for (const id of idsOf(pack)) expect(named).toContain(id);
    const downloading = all.filter(({ status }) => status === 'Downloading');
    expect(downloading.every(({ progress }) => (progress === undefined) === (store === 'containerd-29'))).toBe(true);
  });

  it('of containerd counts in mebibytes, of overlay2 extracts in order', async () => {
    const [old, containerd] = await Promise.all([start(), start({ store: 'containerd-26' })]);
    const [first, second] = await Promise.all([allLines(old.docker, pack), allLines(containerd.docker, pack)]);
    const complete = first.filter(({ status }) => status === 'Pull complete').map(({ id }) => id);
    expect(complete).toEqual(idsOf(pack));
    for (const { status, progressDetail } of second) {
      if (status !== 'Downloading' || progressDetail?.current === progressDetail?.total) continue;
      expect((progressDetail?.current ?? 1) % 1024 ** 2).toBe(0);
    }
  });

  it('that is cancelled leaves nothing with overlay2, and what it has with containerd', async () => {
    const isSecond = ({ status, progressDetail }: Line) =>
      status === 'Downloading' && (progressDetail?.current ?? 0) > 4_000_000;
    for (const store of ['overlay2', 'containerd-29'] as const) {
      const { docker } = await start({ store, pace: { bytesPerSecond: 40e6, speed: 100 } });
      await cancelAt(docker, pack, isSecond);
      await expect(docker.getImage(pack.reference).inspect()).rejects.toMatchObject({ statusCode: 404 });
      const again = await allLines(docker, pack);
      const [small] = idsOf(pack);
      const first = again.find(({ status }) => status === 'Downloading')?.progressDetail?.current ?? 0;
      expect(again.find(({ id }) => id === small)?.status).toBe(
        store === 'overlay2' ? 'Pulling fs layer' : 'Already exists',
      );
      if (store === 'overlay2') expect(first).toBeLessThan(4_000_000);
      else expect(first).toBeGreaterThanOrEqual(3_000_000);
    }
  });

  it('that is taken up again names what is kept, also while nothing comes', async () => {
    const { engine, docker } = await start({ store: 'containerd-29' });
    engine.provoke('next-pull-stalls');
    const leaving = new AbortController();
    const stream = await docker.pull(pack.reference, { abortSignal: leaving.signal });
    // It ends by being left.
    stream.on('error', () => {});
    stream.resume();
    await expect.poll(() => engine.provoked()).toEqual([{ fault: 'next-pull-stalls', hasHappened: true }]);
    leaving.abort();
    const kept = new Map<string, number>();
    await cancelAt(docker, pack, ({ status, id = '', progressDetail }) => {
      if (status === 'Downloading') kept.set(id, progressDetail?.current ?? 0);
      return kept.size === 3;
    });
    // A pull stalls after a third of it.
    expect([...kept.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(19_000_000);
    expect(engine.provoked()).toEqual([{ fault: 'next-pull-stalls', hasHappened: true }]);
  });

  it('shares layers with an image of the same base, and its bytes with a second one who asks', async () => {
    const { docker } = await start({ pace: { bytesPerSecond: 80e9, speed: 300 } });
    const [one, two] = await Promise.all([allLines(docker, nim, key), allLines(docker, nim, key)]);
    expect(one.at(-1)?.status).toMatch(/^Status: Downloaded newer image/);
    expect(two.at(-1)).toEqual(one.at(-1));
    const next = await allLines(docker, other, key);
    expect(next.filter(({ status }) => status === 'Already exists')).toHaveLength(nim.layers.length - 3);
    expect((await allLines(docker, nim, key)).at(-1)?.status).toBe(`Status: Image is up to date for ${nim.reference}`);
  });

  it.each<[StoreMode, string, string]>([
    [
      'overlay2',
      'Head "https://nvcr.io/v2/nim/example/small-8b-instruct/manifests/2.0.6": unauthorized',
      'unauthorized',
    ],
    ['containerd-26', 'failed to fetch anonymous token', 'failed to fetch oauth token'],
    ['podman', 'unauthorized', 'unauthorized'],
  ])(
    'of %s is refused without the key and with a wrong one, and the key is nowhere in the words',
    async (store, none, wrong) => {
      const { docker } = await start({ store });
      await expect(allLines(docker, nim)).rejects.toMatchObject({
        statusCode: 500,
        message: expect.stringContaining(none),
      });
      const refused = await allLines(docker, nim, 'nvapi-wrong').catch((error: unknown) => String(error));
      expect(refused).toContain(wrong);
      expect(refused).not.toContain('nvapi-wrong');
      // A key that is wrong breaks the pull of what needs none, too (ngc facts 2.1).
      await expect(allLines(docker, pack, 'nvapi-wrong')).rejects.toMatchObject({ statusCode: 500 });
    },
  );

  it('that breaks counts down and goes on: overlay2 names the rest only', async () => {
    const { engine, docker } = await start({ pace: { bytesPerSecond: 60e6, speed: 20 } });
    engine.provoke('next-pull-breaks');
    const all = await allLines(docker, pack);
    const [, id] = idsOf(pack);
    const retries = all
      .filter((line) => line.id === id && line.status?.startsWith('Retrying'))
      .map(({ status }) => status);
    expect(retries).toEqual([
      'Retrying in 5 seconds',
      'Retrying in 4 seconds',
      'Retrying in 3 seconds',
      'Retrying in 2 seconds',
      'Retrying in 1 second',
    ]);
    const totals = new Set(
      all
        .filter((line) => line.id === id && line.status === 'Downloading')
        .map(({ progressDetail }) => progressDetail?.total),
    );
    expect(totals.size).toBe(2);
    expect(Math.max(...[...totals].map(Number))).toBe(20_000_000);
    expect(all.at(-1)?.status).toMatch(/^Status: Downloaded/);
    expect(engine.provoked()).toEqual([]);
  });

  it('that dies or finds the disk full says so in its last line, and has pulled nothing', async () => {
    const { engine, docker } = await start();
    for (const [fault, text] of [
      ['next-pull-dies', 'connection refused'],
      ['next-pull-fills-disk', 'no space left on device'],
    ] as const) {
      engine.provoke(fault);
      const last = (await allLines(docker, pack)).at(-1);
      expect(last).toMatchObject({ error: expect.stringContaining(text), errorDetail: { message: last?.error } });
      expect(await docker.listImages()).toEqual([]);
    }
    expect((await allLines(docker, pack)).at(-1)?.status).toMatch(/^Status/);
  });

  it('ends for want of space while the disk is nearly full, one after the other', async () => {
    const { engine, docker } = await start();
    engine.provoke('disk-is-nearly-full');
    for (let round = 0; round < 2; round += 1) {
      expect((await allLines(docker, pack)).at(-1)?.error).toContain('no space left on device');
      expect(await docker.listImages()).toEqual([]);
    }
    engine.undo('disk-is-nearly-full');
    expect((await allLines(docker, pack)).at(-1)?.status).toMatch(/^Status/);
  });

  it('that stalls says nothing until it may go on', async () => {
    const { engine, docker } = await start();
    engine.provoke('next-pull-stalls');
    expect(engine.provoked()).toEqual([{ fault: 'next-pull-stalls', hasHappened: false }]);
    const happened = new Promise<void>((resolve) => {
      const stop = engine.onChange(() => {
        if (!engine.provoked().some(({ hasHappened }) => hasHappened)) return;
        stop();
        resolve();
      });
    });
    const pulling = allLines(docker, pack);
    await happened;
    expect(await docker.listImages()).toEqual([]);
    engine.undo('next-pull-stalls');
    expect((await pulling).at(-1)?.status).toMatch(/^Status: Downloaded/);
  });
});

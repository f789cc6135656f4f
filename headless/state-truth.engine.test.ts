import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { startHeadless } from './main.ts';
import { type Api, contract } from '../shared/contract/index.ts';
import type { EngineState } from '../shared/contract/engine.ts';
import type { LocalImage } from '../shared/contract/images.ts';
import type { Nim, NimList } from '../shared/contract/nims.ts';
import { median } from '../shared/median.ts';
import { connect } from '../shared/rpc/connect.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { readTextLines, toReadable } from '../core/engine/text-lines.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { describeOnEngines, dockerOf, imageReference, pull, withOwnEngine } from '../core/testing/engine-host/kit.ts';

/** What is promised, for the median of several: one late look on a busy machine is not a lie. */
const bars = { event: 500, loss: 500, back: 1_000 };
/** For each. */
const hardLimitMs = 5_000;
const rounds = 3;

/** What a page has been told, and when: the values that it draws, over the connection that it has. */
interface Shown {
  at: number;
  nims: NimList | null;
  images: LocalImage[] | null;
  engine: EngineState | null;
}

function followAsPage(api: Api, signal: AbortSignal) {
  const told: Shown[] = [{ at: Date.now(), nims: null, images: null, engine: null }];
  let news = Promise.withResolvers<void>();
  const take = (change: Partial<Shown>) => {
    told.push({ ...(told.at(-1) ?? { nims: null, images: null, engine: null }), ...change, at: Date.now() });
    news.resolve();
    news = Promise.withResolvers();
  };
  const follow = async <T>(items: AsyncIterable<T>, toChange: (item: T) => Partial<Shown>) => {
    for await (const item of items) take(toChange(item));
  };
  const following = Promise.allSettled([
    follow(api.nims.watch({}, { signal }), (nims) => ({ nims })),
    follow(api.images.watch({}, { signal }), (images) => ({ images })),
    follow(api.engine.watch({}, { signal }), (engine) => ({ engine })),
  ]);
  return {
    following,
    now: () => told.at(-1),
    /** When the page first showed it after `from` was noted; it must not have shown it then. */
    async when(from: number, isShown: (shown: Shown) => boolean): Promise<number> {
      const deadline = Date.now() + 20_000;
      for (let next = from; ;) {
        for (; next < told.length; next += 1) {
          const shown = told[next];
          if (shown !== undefined && isShown(shown)) return shown.at;
        }
        if (Date.now() > deadline) throw new Error(`waited in vain; last shown: ${JSON.stringify(told.at(-1))}`);
        await Promise.race([news.promise, delay(1_000)]);
      }
    },
    mark: () => told.length,
  };
}

/** The engine's own word, heard by another client: each event with the engine's time, and when the socket closed. */
async function hearEngine(docker: Docker) {
  const events: { action: string; id: string; at: number }[] = [];
  const stream = toReadable(await docker.getEvents());
  const closed = (async () => {
    try {
      for await (const line of readTextLines(stream)) {
        const { Action, Actor, timeNano } = JSON.parse(line) as {
          Action: string;
          Actor: { ID: string };
          timeNano: number;
        };
        events.push({ action: Action, id: Actor.ID, at: timeNano / 1e6 });
      }
    } catch {
      // Cut: that is what is waited for.
    }
    return Date.now();
  })();
  return {
    closed,
    async timeOf(action: string, id: string, from: number): Promise<number> {
      const find = () => events.slice(from).find((event) => event.action === action && event.id.includes(id));
      await expect.poll(find, { timeout: 20_000, interval: 10 }).toBeDefined();
      return find()?.at ?? 0;
    },
    mark: () => events.length,
  };
}

describeOnEngines(
  'what a page shows is what the engine says',
  ({ name }) => {
    test('soon after each event, the loss and the return of the engine', async () => {
      await withOwnEngine(name, async (own) => {
        const small = imageReference('small');
        await pull(own.engine, small);
        const docker = dockerOf(own.engine);
        using deps = createTestDeps();
        const headless = await startHeadless({
          port: 0,
          dataFolder: deps.dataFolder,
          shouldOpen: false,
          pages: { servePage: () => (_, response) => response.end() },
          env: { HOME: deps.home, DOCKER_HOST: own.engine.dockerHost, NIMDECK_SECRETS: 'file' },
        });
        const leaving = new AbortController();
        const took = new Map<string, number[]>();
        try {
          const token = new URL(headless.address).hash.replace('#token=', '');
          const port = await openWebSocketPort(`ws://127.0.0.1:${headless.port}/rpc`, token);
          if (port === 'refused') throw new Error('The page was not let in.');
          const page = followAsPage(connect(port, contract), leaving.signal);
          await page.when(0, ({ nims, images }) => nims?.isKnown === true && images !== null);
          let engine = await hearEngine(docker);

          const note = (what: string, ms: number) => took.set(what, [...(took.get(what) ?? []), Math.round(ms)]);
          /** From the engine's time of the event to the page's value. */
          const measure = async (
            what: string,
            id: string,
            act: () => Promise<unknown>,
            isShown: (shown: Shown) => boolean,
            event = what,
          ) => {
            const before = page.now();
            expect(before !== undefined && isShown(before), `${what}: shown before it happened`).toBe(false);
            const [from, heard] = [page.mark(), engine.mark()];
            await act();
            const [said, shown] = [await engine.timeOf(event, id, heard), await page.when(from, isShown)];
            note(what, shown - said);
          };
          const nimOf = ({ nims }: Shown, id: string): Nim | undefined => nims?.nims.find((nim) => nim.id === id);
          const isStatus = (id: string, status: Nim['status']) => (shown: Shown) => nimOf(shown, id)?.status === status;
          const has = (reference: string) => (shown: Shown) =>
            shown.images?.some(({ references }) => references.includes(reference)) === true;
          const hasNot = (reference: string) => (shown: Shown) => shown.images !== null && !has(reference)(shown);
          const make = (script: string) =>
            docker.createContainer({
              Image: small,
              Cmd: ['sh', '-c', script],
              Labels: { 'io.nimdeck.managed': 'true' },
            });
          const stays = `trap 'exit 0' TERM; while true; do sleep 0.1; done`;

          for (let round = 0; round < rounds; round += 1) {
            const one = await make(stays);
            await measure('start', one.id, () => one.start(), isStatus(one.id, 'starting'));
            await measure('pause', one.id, () => one.pause(), isStatus(one.id, 'paused'));
            await measure('unpause', one.id, () => one.unpause(), isStatus(one.id, 'starting'));
            await measure(
              'rename',
              one.id,
              () => one.rename({ name: `renamed-${round}` }),
              (shown) => nimOf(shown, one.id)?.name === `renamed-${round}`,
            );
            await measure(
              'kill',
              one.id,
              () => one.kill(),
              // Somebody asked for it.
              isStatus(one.id, 'stopped'),
              'die',
            );
            await measure(
              'destroy',
              one.id,
              () => one.remove(),
              (shown) => shown.nims !== null && nimOf(shown, one.id) === undefined,
            );
            const two = await make('sleep 0.5; exit 3');
            await two.start();
            await page.when(page.mark() - 1, isStatus(two.id, 'starting'));
            await measure(
              'die',
              two.id,
              () => two.wait(),
              (shown) => isStatus(two.id, 'exited')(shown) && nimOf(shown, two.id)?.exit?.code === 3,
            );
            await two.remove();
            const tag = { repo: 'example/outside', tag: `r${round}` };
            const tagged = `${tag.repo}:${tag.tag}`;
            await measure('tag', '', () => docker.getImage(small).tag(tag), has(tagged));
            await measure('untag', '', () => docker.getImage(tagged).remove(), hasNot(tagged));
            await measure('delete', '', () => docker.getImage(small).remove(), hasNot(small));
            await measure('pull', '', () => pull(own.engine, small), has(small));
          }

          const left = await make(stays);
          await left.start();
          await page.when(page.mark() - 1, isStatus(left.id, 'starting'));
          for (const how of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
            const from = page.mark();
            const ended = own.end(how);
            const [closedAt, shownAt] = await Promise.all([
              engine.closed,
              page.when(from, ({ nims, images, engine: state }) => {
                const isUnknown = nims?.isKnown === false && nims.nims.every(({ status }) => status === 'unknown');
                return isUnknown && images === null && state?.status === 'unreachable';
              }),
            ]);
            note('loss', shownAt - closedAt);
            await ended;
            const back = page.mark();
            await own.start();
            const answeredAt = Date.now();
            const backAt = await page.when(
              back,
              ({ nims, images, engine: state }) =>
                nims?.isKnown === true && images !== null && state?.status === 'connected',
            );
            note('back', backAt - answeredAt);
            const inspected = await left.inspect();
            expect(inspected.State.Running).toBe(false);
            const shownBack = page.now()?.nims?.nims ?? [];
            expect(shownBack.map(({ id }) => id)).toEqual([left.id]);
            // Nobody asked for an end when the engine was killed; an orderly stop sends each container a signal.
            expect(how === 'SIGKILL' ? ['exited'] : ['stopped', 'exited']).toContain(shownBack[0]?.status);
            engine = await hearEngine(docker);
            await left.start();
            await page.when(page.mark() - 1, isStatus(left.id, 'starting'));
          }
          leaving.abort();
          await page.following;
          port.close();
        } finally {
          await headless.close();
        }

        const lines = [...took].map(([what, all]) => `${what}: ${all.join(', ')} ms`);
        process.stdout.write(`from the engine's word to the page (${name}): ${lines.join('; ')}\n`);
        expect(took.size).toBe(13);
        const events = [...took].filter(([what]) => what !== 'loss' && what !== 'back');
        for (const [what, all] of took) for (const ms of all) expect(ms, what).toBeLessThan(hardLimitMs);
        expect(median(events.flatMap(([, all]) => all))).toBeLessThan(bars.event);
        for (const [what, all] of events) expect(median(all), what).toBeLessThan(bars.event);
        expect(median(took.get('loss') ?? []), 'loss').toBeLessThan(bars.loss);
        expect(median(took.get('back') ?? []), 'back').toBeLessThan(bars.back);
      });
    });
  },
  ['overlay2-26.1'],
);

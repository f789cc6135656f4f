import { renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { managedFilter } from '../../core/nims/labels.ts';
import type { FireWorld } from './fire-world.ts';
import type { SoakModel } from './model.ts';
import type { Random } from './random.ts';
import { becomes } from './report.ts';

export const strikeNames = [
  'engine killed',
  'engine killed',
  'engine stopped',
  'registry cut',
  'registry stalls',
  'registry gone',
  'registry answers 503',
  'core killed',
  'core killed',
  'container killed',
  'container removed',
  'socket gone',
  'client cut',
  'disk full',
  'model cut',
] as const;
export type Strike = (typeof strikeNames)[number];

/** What one strike did beside what it is called. */
export interface Struck {
  /** Of core, by `performance.now()`. */
  killedAt: number | null;
  /** How long core took to open again, in ms. */
  openedMs: number | null;
  /** The containers that it ended or took away. */
  containers: string[];
  /** When the engine was gone and when it answered again, by `performance.now()`. */
  engine: { goneAt: number; backAt: number } | null;
}

const nothing: Struck = { killedAt: null, openedMs: null, containers: [], engine: null };

/** 0.7 to 11 s, mostly short. */
const awayMs = (random: Random): number => Math.round(700 + 10_300 * random.next() ** 3);
const pauseMs = (random: Random): number => 300 + random.below(2_200);

/** Does it, and undoes it: when this resolves nothing is broken any more but what broke by it. */
export async function strike(
  what: Strike,
  world: FireWorld,
  model: Pick<SoakModel, 'cut'>,
  random: Random,
): Promise<Struck> {
  const { engine, gate, core } = world;
  switch (what) {
    case 'engine killed':
    case 'engine stopped': {
      const away = awayMs(random);
      await engine.end(what === 'engine killed' ? 'SIGKILL' : 'SIGTERM');
      const goneAt = performance.now();
      await delay(away);
      await engine.start();
      return { ...nothing, engine: { goneAt, backAt: performance.now() } };
    }
    case 'registry cut':
      await gate.drop();
      break;
    case 'registry stalls':
      await gate.change({ stallAfterBytes: 0 });
      await delay(pauseMs(random));
      await gate.resume();
      break;
    case 'registry gone':
      await gate.change({ dieAfterBytes: 0, dies: 'good' });
      await delay(pauseMs(random));
      await gate.resume();
      break;
    case 'registry answers 503':
      await gate.change({ htmlPageStatus: 503 });
      await gate.drop();
      await delay(pauseMs(random));
      await gate.change({ htmlPageStatus: null });
      break;
    case 'core killed': {
      const killedAt = await core.kill();
      await delay(random.below(800));
      return { ...nothing, killedAt, openedMs: await core.open() };
    }
    case 'container killed':
    case 'container removed':
      return await strikeContainer(what, world, random);
    case 'socket gone': {
      const { socketPath } = engine.engine;
      renameSync(socketPath, `${socketPath}.away`);
      await delay(pauseMs(random));
      renameSync(`${socketPath}.away`, socketPath);
      break;
    }
    case 'client cut':
      await core.cut();
      break;
    case 'disk full':
      world.fillDisk();
      await delay(pauseMs(random));
      world.freeDisk();
      break;
    case 'model cut':
      model.cut();
      break;
  }
  return nothing;
}

async function strikeContainer(
  what: 'container killed' | 'container removed',
  { docker }: FireWorld,
  random: Random,
): Promise<Struck> {
  const list = async () => (await docker.listContainers({ filters: managedFilter })).map(({ Id }) => Id).toSorted();
  if (!(await becomes(2_000, async () => (await list()).length > 0))) return nothing;
  const running = await list();
  const id = running[random.below(running.length)];
  if (id === undefined) return nothing;
  const container = docker.getContainer(id);
  try {
    await (what === 'container killed' ? container.kill() : container.remove({ force: true }));
  } catch (error) {
    // It ended or went away by itself in between.
    if (!(error instanceof Error && 'statusCode' in error && (error.statusCode === 404 || error.statusCode === 409)))
      throw error;
  }
  return { ...nothing, containers: [id] };
}

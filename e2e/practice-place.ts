import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import Docker from 'dockerode';
import { practiceVariable } from '../core/host/practice-core.ts';
import type { ProvokedFault } from '../shared/contract/practice.ts';
import type { Announcement } from '../sandbox/practice/tree.ts';
import { machineFacts } from '../sandbox/machines/boards.ts';
import type { Line, Place, PlaceOptions } from './far-side.ts';
import { createWorld, nimdeck, startBrowserShell, startNimdeck, type World } from './shell.ts';

const freeNim = 'nvcr.io/nim/example/chat-8b:2.0.6';
const keyedNim = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5';
const small = 'nvcr.io/example/small:1';

// As large as the images of the test engines, so that a story waits as long for the one as for the other.
const images = { [freeNim]: [29_700_000, 220_000_000, 55_000_000], [small]: [1_060_000] };

/** Stories without a say in it are not about waiting. */
const speed = 200;

/** Practice mode, with no engine, no key and no registry anywhere near. */
export async function createPracticePlace(options: PlaceOptions = {}): Promise<Place> {
  const { isFree = false, hasLayers = false, bytesPerSecond, stalls = false } = options;
  const pace = bytesPerSecond === undefined ? { speed } : { speed: 1, bytesPerSecond };
  // containerd's store counts whole megabytes: too few for the one small layer that stalls in its middle.
  const store = stalls ? 'overlay2' : 'containerd-29';
  const world = createWorld({
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    [practiceVariable]: JSON.stringify({ images, store, ...pace }),
  });
  // Whoever comes later joins this one; stories that want a shell get it.
  const shell = await startBrowserShell(world, ['--practice']);
  // The shell prints its address before its cores are begun; with this file others can join.
  const ownerFile = join(world.folder, 'data', 'practice', 'core.json');
  await expect.poll(() => existsSync(ownerFile), { timeout: 60_000 }).toBe(true);
  const tree = treeOf(world);
  const docker = new Docker({ socketPath: tree.dockerHost.replace(/^unix:\/\//, '') });
  const practise = (args: readonly string[]) => ['--practice', ...args];
  const nim = isFree ? freeNim : keyedNim;
  const change = changer(tree);
  const line: Line = {
    resume: () => change('fault', { fault: 'pull-stalls', isOn: false }),
    isStalled: async () => (await readFaults(tree)).some((each) => each.fault === 'pull-stalls' && each.isHappening),
  };
  if (stalls) await change('fault', { fault: 'pull-stalls', isOn: true });
  if (hasLayers) await preload(docker, nim, tree.key);
  return {
    world,
    docker,
    nim,
    small,
    rightKey: tree.key,
    wrongKey: tree.key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')),
    engineLine: {
      cut: () => change('fault', { fault: 'engine-gone', isOn: true }),
      restore: () => change('fault', { fault: 'engine-gone', isOn: false }),
      address: () => tree.dockerHost,
    },
    gate: null,
    gpuIds: machineFacts['rtx-4090'].gpus.map(({ uuid }) => uuid),
    line,
    startShell: async () => ({ ...shell, [Symbol.asyncDispose]: async () => {} }),
    startNimdeck: (args, input) => startNimdeck(world, practise(args), input),
    nimdeck: (args, input) => nimdeck(world, practise(args), input),
    async [Symbol.asyncDispose]() {
      await shell.end();
      world[Symbol.dispose]();
    },
  };
}

/** How the stand-ins of a running practice mode are reached. */
export function treeOf(world: Pick<World, 'folder'>): Announcement {
  return JSON.parse(readFileSync(treeFile(world), 'utf8')) as Announcement;
}

const treeFile = ({ folder }: Pick<World, 'folder'>) => join(folder, 'data', 'practice', 'tree.json');

function changer({ control }: Announcement) {
  return async (what: 'fault' | 'speed', body: object): Promise<void> => {
    const answer = await fetch(new URL(`/${what}`, control.address), {
      method: 'POST',
      headers: { authorization: `Bearer ${control.token}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  };
}

async function readFaults({ control }: Announcement): Promise<ProvokedFault[]> {
  const answer = await fetch(new URL('/state', control.address), {
    headers: { authorization: `Bearer ${control.token}` },
  });
  for await (const chunk of answer.body ?? []) {
    // The first line comes at once, and whole; leaving the loop closes the connection.
    const { faults } = JSON.parse(Buffer.from(chunk).toString('utf8')) as { faults: ProvokedFault[] };
    return faults;
  }
  return [];
}

/** As if somebody had pulled it before Nimdeck came. */
async function preload(docker: Docker, reference: string, key: string): Promise<void> {
  const stream = await docker.pull(reference, {
    authconfig: { username: '$oauthtoken', password: key, serveraddress: 'nvcr.io' },
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  });
}

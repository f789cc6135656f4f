import type Docker from 'dockerode';
import { connectionError } from '../../core/engine/connect.ts';
import { describeEngine } from '../../core/engine/describe-engine.ts';
import { dockerError, engineStatus } from '../../core/engine/docker-errors.ts';
import { openEvents } from '../../core/engine/events.ts';
import { listImages } from '../../core/images/local-images.ts';
import { followStats } from '../../core/metrics/container-stats.ts';
import { inspectContainer } from '../../core/nims/container.ts';
import { createContainer, takenNames } from '../../core/nims/create-container.ts';
import { askForDetails, toDetails } from '../../core/nims/describe.ts';
import { readEngineId } from '../../core/nims/engine-id.ts';
import { inspectImage } from '../../core/nims/image.ts';
import { engineReplies } from '../../core/testing/engine-replies.ts';
import { type AppError, isAppError } from '../../shared/errors.ts';
import { createFakeDocker } from './fake-docker.ts';
import { type Mutated, soakMutations } from './mutations.ts';
import type { SoakOptions, SoakReport } from './report.ts';

const id = 'ab'.repeat(32);
const { signal } = new AbortController();
const answers = { profileId: null, profileName: null, contextTokens: null, logLines: [] };
const body = { Image: 'x', Env: [], Labels: {}, ExposedPorts: {}, StopTimeout: 30, HostConfig: {} };

interface Reader {
  /** Whether what is asked at this path is answered with the damaged text; else with what is right. */
  isDamaged?: (path: string) => boolean;
  read(docker: Docker): Promise<unknown>;
  /** As the one who reads names what it throws. */
  name?: (error: unknown) => AppError;
}

const connecting = (error: unknown) => connectionError(error, { address: 'unix:///nowhere/docker.sock' });

const readers: Readonly<Record<string, Reader>> = {
  version: {
    isDamaged: (path) => path.startsWith('/version'),
    read: (it) => describeEngine(it, signal),
    name: connecting,
  },
  info: { isDamaged: (path) => path.startsWith('/info'), read: (it) => describeEngine(it, signal), name: connecting },
  'engine’s id': { read: (it) => readEngineId(it, signal) },
  container: { read: (it) => inspectContainer(it, id, signal) },
  details: {
    isDamaged: (path) => path.startsWith('/containers'),
    read: async (it) => toDetails({ ...(await askForDetails(it, id, signal)), answers, gpus: null, lastStart: null }),
  },
  'details of an image': {
    isDamaged: (path) => path.startsWith('/images'),
    read: async (it) => toDetails({ ...(await askForDetails(it, id, signal)), answers, gpus: null, lastStart: null }),
  },
  image: { read: (it) => inspectImage(it, 'x:1', signal) },
  images: { read: (it) => listImages(it, signal) },
  containers: { read: (it) => takenNames(it, signal) },
  created: { read: (it) => createContainer(it, 'x', body) },
  events: { read: async (it) => await drain(await openEvents(it, signal)) },
  stats: { read: (it) => drain(followStats(it, id, signal)) },
};

/** What is asked most for each beginning; every reader also gets every other reply. */
const usual: Readonly<Record<keyof typeof engineReplies, readonly string[]>> = {
  version: ['version'],
  'version of podman': ['version'],
  info: ['info', 'engine’s id'],
  container: ['container', 'details'],
  image: ['image', 'details of an image'],
  images: ['images'],
  containers: ['containers'],
  created: ['created'],
  events: ['events'],
  stats: ['stats'],
  refusal: Object.keys(readers),
  page: Object.keys(readers),
};
const isKnown = (name: string): name is keyof typeof engineReplies => Object.hasOwn(engineReplies, name);

/** Answers of engines, damaged and cut by chance, through everything of core that reads them. */
export async function soakEngineReplies(options: SoakOptions): Promise<SoakReport> {
  return await soakMutations(engineReplies, options, readReply);
}

async function readReply({ name, chunks, chance }: Mutated): Promise<string> {
  const all = Object.keys(readers);
  const likely = isKnown(name) && chance < 80 ? usual[name] : all;
  const chosen = likely[chance % likely.length] ?? 'version';
  const reader = readers[chosen];
  if (reader === undefined) throw new Error(`nobody reads ${chosen}`);
  const isRefusal = name === 'refusal' || (name === 'page' && chance % 2 === 0) || chance % 23 === 0;
  const status = isRefusal ? ([404, 409, 500, 403, 502][chance % 5] ?? 500) : 200;
  const docker = createFakeDocker((path) =>
    reader.isDamaged?.(path) === false ? rightAnswer(path) : { status, chunks },
  );
  try {
    const read = await reader.read(docker);
    if (hasOddNumber(read)) throw new Error(`A number cannot be: ${JSON.stringify(read).slice(0, 500)}`);
    return `${chosen}: an answer`;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('A number cannot be')) throw error;
    const failure = (reader.name ?? dockerError)(error);
    // An engine that fails in words that nobody knows: they are told as they are.
    const isInEnginesWords = engineStatus(failure) !== null;
    if (!isAppError(failure) || failure.message === '') throw error;
    if (failure.code === 'INTERNAL' && !isInEnginesWords)
      throw new Error(`${chosen}: ${failure.message}`, { cause: error });
    if (failure.message.includes('"code": "invalid_'))
      throw new Error(`${chosen}: words for nobody: ${failure.message}`, { cause: error });
    return failure.code;
  }
}

function rightAnswer(path: string) {
  const [, kind = ''] = path.split('/');
  const text =
    kind === 'containers'
      ? engineReplies.container
      : kind === 'images'
        ? engineReplies.image
        : kind.startsWith('info')
          ? engineReplies.info
          : engineReplies.version;
  return { status: 200, chunks: [Buffer.from(text)] };
}

async function drain(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** One that JSON cannot hold. */
function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOddNumber);
}

import shippedCatalog from '../../assets/catalog.json';
import { catalog } from '../../shared/contract/catalog.ts';
import type { TurnDelta } from '../../shared/contract/chat.ts';
import type { NimList } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import type { ConnectionState } from '../connection.ts';
import { createFakeApi, emptyWorld, type FakeApi } from './fake-api.ts';
import { noTargets } from './fake-asking.ts';
import {
  ago,
  fakeAnswer,
  fakeConversation,
  fakeDelta,
  fakeGpu,
  fakeGpuReport,
  fakeImage,
  fakeJob,
  fakeNim,
  fakePull,
  fakeQuestion,
  idOf,
  noEngine,
  noTiming,
  signedIn,
} from './fake-data.ts';
import { crowdedFit, sampleMarks } from './fake-fit.ts';
import { fakeMetrics } from './fake-nim.ts';
import { brokenDriver, manySlices, sharedAndLost, unified, withoutGpu } from './hardware-worlds.ts';
import { longAnswer } from './long-answer.ts';
import { blindComparison, pausedComparison, sampleComparison } from './sample-comparisons.ts';
import { growLog, logLine } from './sample-log.ts';
import { sampleEvents, sampleMetrics } from './sample-nim.ts';
import { sampleProofs } from './sample-proofs.ts';
import { troubledChat } from './sample-troubled-chat.ts';
import { watchable } from './watchable.ts';

/** What the preview can show; each is a whole world. */
export const scenarioNames = [
  'many',
  'empty',
  'failing',
  'no-engine',
  'engine-unknown',
  'offline',
  'practice',
  'slow',
  'reconnecting',
  'refused',
  'streaming',
  'flood',
  'comparing',
  'comparing-blind',
  'comparing-set',
  'slices',
  'spread',
  'unified',
  'driver-broken',
  'no-gpu',
  'troubled-chat',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

export interface Scenario {
  fake: FakeApi;
  connection: ConnectionState;
}

const conversation = fakeConversation('How does paged attention work?');

function many(): FakeApi {
  const world = emptyWorld();
  world.catalog = catalog.list.output.parse(shippedCatalog);
  world.fitMarks = sampleMarks(world.catalog.models);
  world.fit = crowdedFit([
    { nims: [{ id: idOf('bge-m3'), name: 'bge-m3', memoryMiB: 9_800, isIdle: true }] },
    { nims: [{ id: idOf('llama-3.1-8b-instruct'), name: 'llama-3.1-8b-instruct', memoryMiB: 13_960, isIdle: false }] },
  ]);
  world.ngc.set(signedIn);
  world.gpu.set(
    fakeGpuReport([
      fakeGpu(),
      fakeGpu({
        index: 1,
        uuid: 'GPU-66666666-7777-8888-9999-000000000000',
        memoryUsedMiB: 61_020,
        migEnabled: true,
        migDevices: [
          { index: 0, gi: 1, ci: 0, uuid: 'MIG-a1', profile: '3g.40gb', memoryTotalMiB: 40_448, memoryUsedMiB: 38_000 },
          { index: 1, gi: 2, ci: 0, uuid: 'MIG-b2', profile: '1g.10gb', memoryTotalMiB: 9_728, memoryUsedMiB: 12 },
        ],
      }),
    ]),
  );
  world.images.set([
    fakeImage('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5'),
    fakeImage('nvcr.io/nim/nvidia/llama-3.2-nv-embedqa-1b-v2:1.10.0', { sizeBytes: 9_120_000_000 }),
    fakeImage('localhost:5000/lab/summariser-nim:3', { sizeBytes: 14_200_000_000 }),
    fakeImage('postgres:17', { nim: null, sizeBytes: 438_000_000 }),
  ]);
  world.nims.set({
    isKnown: true,
    nims: [
      fakeNim('llama-3.1-8b-instruct'),
      fakeNim('qwen3-32b', {
        reference: 'nvcr.io/nim/qwen/qwen3-32b-dgx-spark:1.1.0-variant',
        status: 'starting',
        phase: 'WEIGHTS',
        statusSince: ago(134),
        address: 'http://127.0.0.1:32770',
        models: [],
        gpus: { kind: 'devices', ids: ['MIG-a1'] },
      }),
      fakeNim('mixtral-8x7b', { status: 'not-answering', statusSince: ago(41), address: 'http://127.0.0.1:32771' }),
      fakeNim('nv-embedqa-1b', { status: 'stopped', address: null, statusSince: ago(90_000) }),
      fakeNim('nemotron-nano-9b', {
        status: 'exited',
        address: null,
        statusSince: ago(2_400),
        exit: {
          code: 1,
          at: ago(2_400),
          isOutOfMemory: false,
          firstErrorLine: 'ERROR 08-14 12:03:11 [core.py:700] ValueError: No available memory for the cache blocks.',
        },
      }),
    ],
  });
  world.proofs.set(sampleProofs(world.nims.get()?.nims ?? []));
  world.jobs.set([
    fakeJob('gemma-3-12b-it'),
    fakeJob('qwen3-32b', {
      kind: 'deploy',
      nimId: idOf('qwen3-32b'),
      pull: fakePull({ phase: 'DONE', bytesDone: 22_100_000_000, bytesTotal: 22_100_000_000 }),
      start: {
        step: 'waiting-until-ready',
        phase: 'WEIGHTS',
        phaseSince: ago(38),
        lastLine: 'Loading safetensors checkpoint shards:  45% Completed | 5/11 [00:31<00:37,  6.18s/it]',
      },
    }),
    fakeJob('mistral-nemo-12b', {
      pull: fakePull({
        phase: 'STALLED',
        bytesDone: 1_200_000_000,
        bytesTotal: null,
        bytesPerSecond: 0,
        etaSeconds: null,
        stalledSince: ago(47),
      }),
      cancelKeeps: 'layers',
    }),
    fakeJob('llama-3.3-70b-instruct', {
      state: 'failed',
      endedAt: ago(300),
      failure: {
        code: 'NGC_KEY_REJECTED',
        message: 'nvcr.io answered 401 to the key.',
        detail: { status: 401, registry: 'nvcr.io' },
      },
    }),
    fakeJob('phi-4-mini', { state: 'cancelled', endedAt: ago(4_000) }),
    fakeJob('llama-3.1-8b-instruct', {
      state: 'done',
      kind: 'deploy',
      endedAt: ago(3_725),
      nimId: idOf('llama-3.1-8b-instruct'),
    }),
  ]);
  world.conversations.set([
    conversation,
    fakeConversation('Regular expressions for log lines', { updatedAt: ago(5_000), isUnread: true }),
    fakeConversation('Demo for Thursday', { updatedAt: ago(40_000), pinnedAt: ago(30_000) }),
    fakeConversation('Which profile is fastest?', { updatedAt: ago(60_000), folderId: 'measures' }),
    fakeConversation('A mistaken one', { updatedAt: ago(300_000), deletedAt: ago(86_400 * 3) }),
    fakeConversation('Summary of the quarterly report, with the three most important risks', {
      updatedAt: ago(90_000),
    }),
    ...Array.from({ length: 20 }, (_, index) =>
      fakeConversation(`Experiment ${20 - index}`, { updatedAt: ago(200_000 + index * 90_000) }),
    ),
  ]);
  world.chats.folders = [
    { id: 'measures', name: 'Measurements' },
    { id: 'demos', name: 'Demos for customers' },
  ];
  world.chats.hits = [
    {
      conversationId: conversation.id,
      title: conversation.title,
      messageId: null,
      role: null,
      at: ago(600),
      snippet: conversation.title,
      marks: [{ from: 15, length: 9 }],
    },
    {
      conversationId: conversation.id,
      title: conversation.title,
      messageId: 'hit',
      role: 'assistant',
      at: ago(700),
      snippet:
        '…The idea of paged attention is borrowed from virtual memory: blocks of the cache <b>need not lie together…',
      marks: [{ from: 19, length: 9 }],
    },
  ];
  world.messages = [
    fakeQuestion(conversation.id, 'How does paged attention work, and why does it help throughput?'),
    fakeAnswer(conversation.id, longAnswer, {
      reasoning: 'The user asks about PagedAttention. I should explain the KV cache first, then blocks.',
    }),
    fakeQuestion(conversation.id, 'Show me the block table in code.'),
    fakeAnswer(
      conversation.id,
      'Here is the beginning of it:\n\n```python\nclass BlockTable:\n    blocks: list[int]\n```',
      {
        turn: { state: 'stopped', finishReason: null },
      },
    ),
  ];
  world.runs = [
    { id: 'run-2', nimId: idOf('llama-3.1-8b-instruct'), startedAt: ago(4_000), endedAt: null },
    { id: 'run-1', nimId: idOf('llama-3.1-8b-instruct'), startedAt: ago(90_000), endedAt: ago(80_000) },
  ];
  sampleComparison(world.compare);
  world.events.set(sampleEvents(4_000));
  world.samples = sampleMetrics();
  world.metrics.set(fakeMetrics(world.samples));
  world.line = logLine;
  world.counts.set({
    runId: 'run-2',
    firstLine: 0,
    endLine: 120_000,
    bytes: 14_000_000,
    errors: 2,
    warnings: 120,
    quiet: { first: 0, end: 120_000 },
    isCollecting: true,
    isBehind: false,
    failure: null,
  });
  return createFakeApi(world);
}

function failing(): FakeApi {
  const fake = many();
  const broken = new AppError('INTERNAL', 'Number 7c1e in the log of Nimdeck.');
  for (const operation of ['catalog.list', 'logs.runs', 'chat.messages', 'app.info', 'settings.watch', 'ngc.watch'])
    fake.failWith(operation, broken);
  fake.failWith('nims.watch', new AppError('ENGINE_LOST', 'The engine closed the connection.'));
  fake.failWith('images.pull', new AppError('DOCKER_DISK_LOW', '3.1 GB left in /var/lib/docker.'));
  return fake;
}

function withoutEngine(): FakeApi {
  const fake = many();
  fake.world.engine.set(noEngine);
  const list: NimList = { isKnown: false, nims: [] };
  fake.world.nims.set(list);
  fake.world.images.set(null);
  fake.world.jobs.set([]);
  fake.world.gpu.set({ readAt: ago(0), gpus: [], failure: { code: 'NVIDIA_SMI_MISSING', message: '' } });
  return fake;
}

/** The engine went away while NIMs ran: what they do now cannot be known. */
function engineUnknown(): FakeApi {
  const fake = many();
  fake.world.engine.set(noEngine);
  const nims = (fake.world.nims.get()?.nims ?? []).map((nim) => ({
    ...nim,
    status: 'unknown' as const,
    statusSince: ago(35),
    phase: null,
    exit: null,
  }));
  fake.world.nims.set({ isKnown: false, nims });
  fake.world.images.set(null);
  fake.world.jobs.set([]);
  return fake;
}

/** No network: what is on this machine works, what must be asked of NGC does not. */
function offline(): FakeApi {
  const fake = many();
  const failure = { code: 'NGC_UNREACHABLE', message: 'getaddrinfo ENOTFOUND nvcr.io' } as const;
  fake.world.ngc.set({ ...signedIn, state: 'unchecked', failure });
  fake.world.jobs.set([fakeJob('gemma-3-12b-it', { state: 'failed', endedAt: ago(20), failure })]);
  return fake;
}

function practice(): FakeApi {
  const fake = many();
  fake.world.practice.set({
    isRunning: true,
    machine: 'h100-mig-7',
    speed: 20,
    faults: [{ fault: 'pull-stalls', isHappening: true }],
    key: 'nvapi-practice',
  });
  return fake;
}

function slow(): FakeApi {
  const world = emptyWorld();
  const fake = createFakeApi({
    ...world,
    engine: watchable(),
    gpu: watchable(),
    disks: watchable(),
    ngc: watchable(),
    images: watchable(),
    nims: watchable(),
    jobs: watchable(),
    conversations: watchable(),
    settings: watchable(),
  });
  for (const operation of ['catalog.list', 'app.info', 'logs.runs', 'chat.messages']) fake.hold(operation);
  return fake;
}

/** An answer that grows for as long as somebody looks. */
function streaming(): FakeApi {
  const fake = many();
  const answer = fakeAnswer(conversation.id, '', {
    id: 'answer-live',
    turn: { id: 'turn-live', state: 'waiting', finishReason: null, timing: noTiming },
  });
  fake.world.messages = [fakeQuestion(conversation.id, 'How does paged attention work?'), answer];
  const text = longAnswer.repeat(3);
  const delta = (end: number): TurnDelta =>
    fakeDelta({
      text: text.slice(0, end),
      reasoning: 'The user asks about PagedAttention.',
      state: end >= text.length ? 'done' : 'streaming',
      model: 'meta/llama-3.1-8b-instruct',
      finishReason: end >= text.length ? 'stop' : null,
      timing: { ...noTiming, ttftMs: 84 },
    });
  let end = 0;
  const grow = () => {
    end = Math.min(text.length, end + 12);
    fake.world.turn.set(delta(end));
    if (end < text.length) setTimeout(grow, 16);
  };
  grow();
  return fake;
}

/** A log of 100,000 lines a second, for as long as somebody looks. */
function flood(): FakeApi {
  const fake = many();
  growLog(fake.world.counts);
  return fake;
}

/** Several models beside each other, in one of their states. */
function comparing(put: typeof sampleComparison): FakeApi {
  const fake = many();
  fake.world.targets.set({ ...noTargets, targets: put(fake.world.compare) });
  return fake;
}

const worlds: Record<ScenarioName, () => FakeApi> = {
  many,
  empty: () => createFakeApi(),
  failing,
  'no-engine': withoutEngine,
  'engine-unknown': engineUnknown,
  offline,
  practice,
  slow,
  reconnecting: many,
  refused: many,
  streaming,
  flood,
  comparing: () => comparing(sampleComparison),
  'comparing-blind': () => comparing(blindComparison),
  'comparing-set': () => comparing(pausedComparison),
  slices: manySlices,
  spread: sharedAndLost,
  unified,
  'driver-broken': brokenDriver,
  'no-gpu': withoutGpu,
  'troubled-chat': () => {
    const fake = many();
    fake.world.messages = troubledChat(conversation.id);
    return fake;
  },
};

export function createScenario(name: ScenarioName): Scenario {
  const connection: ConnectionState =
    name === 'reconnecting'
      ? { status: 'waiting', nextTryAt: Date.now() + 4_000 }
      : { status: name === 'refused' ? 'refused' : 'connected' };
  return { fake: worlds[name](), connection };
}

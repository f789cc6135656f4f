import type { AppInfo } from '../../shared/contract/app.ts';
import type { CatalogModel } from '../../shared/contract/catalog.ts';
import type { Conversation, Message, TurnDelta } from '../../shared/contract/chat.ts';
import type { FootprintItem } from '../../shared/contract/footprint.ts';
import type { SupportBundle } from '../../shared/contract/support.ts';
import type { Disk } from '../../shared/contract/disks.ts';
import type { DoctorReport } from '../../shared/contract/doctor.ts';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { FitAnswer, FitMark } from '../../shared/contract/fit.ts';
import type { GpuHistorySample, GpuReport, MemoryHolder, MigPlan } from '../../shared/contract/gpu.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { LocalImage } from '../../shared/contract/images.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { LogCounts, LogLine, LogRun, LogView } from '../../shared/contract/logs.ts';
import type { MetricsSample, MetricsState } from '../../shared/contract/metrics.ts';
import type { NgcStatus } from '../../shared/contract/ngc.ts';
import type { NimCost, NimDetails, NimEvent, NimList } from '../../shared/contract/nims.ts';
import type { PracticeState } from '../../shared/contract/practice.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import type { ChatTargets } from '../../shared/contract/targets.ts';
import { AppError } from '../../shared/errors.ts';
import { fakeDisks, fakeEngine, fakeGpuReport, fakeModel, fakeNim, fakeSettings, signedOut } from './fake-data.ts';
import { fakeFit } from './fake-fit.ts';
import { fakeReport } from './fake-doctor.ts';
import { fakeCost, fakeDetails } from './fake-nim.ts';
import {
  chatListOf,
  chatSectionOf,
  conversationOf,
  filePieces,
  messageWindowOf,
  noFakeChats,
  type FakeChats,
} from './fake-chats.ts';
import { type CompareWorld, emptyCompare, fakeCompareApi } from './fake-compare.ts';
import { fakeFootprint, fakeSupport } from './fake-support.ts';
import { fakeAsking, noTargets, targetsOf } from './fake-asking.ts';
import { mapped, watchable, type Watchable } from './watchable.ts';

/** What the fake answers with; tests and the preview change it as they go. */
export interface FakeWorld {
  engine: Watchable<EngineState>;
  gpu: Watchable<GpuReport>;
  holders: MemoryHolder[];
  fit: FitAnswer;
  fitMarks: FitMark[];
  proofs: Watchable<GpuProof[]>;
  gpuHistory: GpuHistorySample[];
  /** Null: the card has no MIG. */
  migPlan: MigPlan | null;
  disks: Watchable<Disk[]>;
  doctor: Watchable<DoctorReport>;
  ngc: Watchable<NgcStatus>;
  images: Watchable<LocalImage[] | null>;
  nims: Watchable<NimList>;
  jobs: Watchable<Job[]>;
  targets: Watchable<ChatTargets>;
  conversations: Watchable<Conversation[]>;
  settings: Watchable<SettingValues>;
  presenting: Watchable<{ isPresenting: boolean }>;
  practice: Watchable<PracticeState | null>;
  counts: Watchable<LogCounts>;
  turn: Watchable<TurnDelta>;
  catalog: { asOf: string; credit: string; models: CatalogModel[] };
  info: AppInfo;
  compare: CompareWorld;
  support: SupportBundle;
  footprint: { isEngineKnown: boolean; items: FootprintItem[] };
  runs: LogRun[];
  line: (number: number) => LogLine;
  /** Numbers of the lines that the quiet view leaves out, ascending. */
  polls: number[];
  errors: LogLine[];
  messages: Message[];
  chats: FakeChats;
  /** Null: made from the NIM that is asked for. */
  details: NimDetails | null;
  cost: NimCost;
  events: Watchable<NimEvent[]>;
  metrics: Watchable<MetricsState>;
  samples: MetricsSample[];
}

export interface FakeApi {
  api: Api;
  world: FakeWorld;
  /** `['nims.stop', { nimId: … }]`, in order. */
  calls: [operation: string, input: unknown][];
  /** The operation fails from now on; null: works again. Streams fail when they are opened. */
  failWith(operation: string, error: Error | null): void;
  /** The operation waits for the returned function to be called. */
  hold(operation: string): () => void;
}

export function emptyWorld(): FakeWorld {
  return {
    engine: watchable(fakeEngine()),
    gpu: watchable(fakeGpuReport()),
    holders: [],
    fit: fakeFit(),
    fitMarks: [],
    proofs: watchable<GpuProof[]>([]),
    gpuHistory: [],
    migPlan: null,
    disks: watchable(fakeDisks()),
    doctor: watchable(fakeReport()),
    ngc: watchable(signedOut),
    images: watchable<LocalImage[] | null>([]),
    nims: watchable<NimList>({ isKnown: true, nims: [] }),
    jobs: watchable<Job[]>([]),
    targets: watchable<ChatTargets>(noTargets),
    conversations: watchable<Conversation[]>([]),
    settings: watchable(fakeSettings()),
    presenting: watchable({ isPresenting: false }),
    practice: watchable<PracticeState | null>(null),
    counts: watchable<LogCounts>(),
    turn: watchable<TurnDelta>(),
    catalog: {
      asOf: '2026-03-06',
      credit: 'Names from the NGC catalogue.',
      models: [fakeModel('llama-3.1-8b-instruct')],
    },
    info: {
      version: '0.1.0',
      dataFolder: '/home/ada/.local/share/nimdeck',
      platform: 'linux',
      architecture: 'x64',
      owner: { pid: 4711, shell: 'browser' },
      notices: [],
    },
    compare: emptyCompare(),
    support: fakeSupport(),
    footprint: { isEngineKnown: true, items: fakeFootprint() },
    runs: [],
    line: (line) => ({ line, at: null, output: 'stdout', level: 'other', text: `line ${line}`, length: 8 }),
    polls: [],
    errors: [],
    messages: [],
    chats: noFakeChats(),
    details: null,
    cost: fakeCost(),
    events: watchable<NimEvent[]>([]),
    metrics: watchable<MetricsState>(),
    samples: [],
  };
}

/** The whole contract without a core: every operation answers from `world`, and says that it was called. */
export function createFakeApi(world: FakeWorld = emptyWorld()): FakeApi {
  const calls: FakeApi['calls'] = [];
  const failures = new Map<string, Error>();
  const holds = new Map<string, Promise<void>>();

  const request =
    <Input, Output>(operation: string, answer: (input: Input) => Output) =>
    async (input: Input, options?: { signal?: AbortSignal | undefined }): Promise<Output> => {
      calls.push([operation, input]);
      await holds.get(operation);
      if (options?.signal?.aborted === true) throw new AppError('CANCELLED', 'Cancelled.');
      const failure = failures.get(operation);
      if (failure !== undefined) throw failure;
      return answer(input);
    };
  const stream = <Input, Item>(operation: string, source: (input: Input) => Watchable<Item>) =>
    async function* open(input: Input, options?: { signal?: AbortSignal | undefined }): AsyncGenerator<Item> {
      calls.push([operation, input]);
      await holds.get(operation);
      const failure = failures.get(operation);
      if (failure !== undefined) throw failure;
      yield* source(input).watch(options?.signal);
    };
  const nothing = () => ({});
  const allChats = () => world.conversations.get() ?? [];
  /** The line that stands at a position of a view. */
  const lineAt = (view: LogView | undefined, position: number) =>
    view === 'quiet' ? world.polls.reduce((line, poll) => (poll <= line ? line + 1 : line), position) : position;
  const endOf = (view: LogView | undefined) =>
    (world.counts.get()?.endLine ?? 0) - (view === 'quiet' ? world.polls.length : 0);

  const api: Api = {
    app: {
      info: request('app.info', () => world.info),
      present: stream('app.present', () => world.presenting),
      watchPresenting: stream('app.watchPresenting', () => world.presenting),
    },
    engine: {
      watch: stream('engine.watch', () => world.engine),
      recheck: request('engine.recheck', () => world.engine.get() ?? fakeEngine()),
    },
    disks: { watch: stream('disks.watch', () => world.disks) },
    doctor: {
      watch: stream('doctor.watch', () => world.doctor),
      check: request('doctor.check', () => world.doctor.get() ?? fakeReport()),
      probe: request('doctor.probe', () => world.doctor.get() ?? fakeReport()),
    },
    gpu: {
      watch: stream('gpu.watch', () => world.gpu),
      read: request('gpu.read', () => world.gpu.get() ?? fakeGpuReport([])),
      holders: request('gpu.holders', () => world.holders),
      watchProofs: stream('gpu.watchProofs', () => world.proofs),
      history: request('gpu.history', () => world.gpuHistory),
      migCards: request('gpu.migCards', () => [{ key: 'H100-80', name: 'H100 80GB' }]),
      planMig: request('gpu.planMig', () => {
        if (world.migPlan === null) throw new AppError('BAD_INPUT', 'This GPU is not known to have MIG.');
        return world.migPlan;
      }),
    },
    fit: {
      check: request('fit.check', () => world.fit),
      places: request('fit.places', () => ({ readAt: '2026-11-24T15:00:00.000Z', places: [world.fit] })),
      catalog: request('fit.catalog', () => ({ readAt: '2026-11-24T15:00:00.000Z', marks: world.fitMarks })),
    },
    ngc: {
      watch: stream('ngc.watch', () => world.ngc),
      signIn: request('ngc.signIn', () => world.ngc.get() ?? signedOut),
      check: request('ngc.check', () => world.ngc.get() ?? signedOut),
      signOut: request('ngc.signOut', () => signedOut),
    },
    catalog: { list: request('catalog.list', () => world.catalog) },
    images: {
      watch: stream('images.watch', () => world.images),
      pull: request('images.pull', () => ({ jobId: 'job-new' })),
      remove: request('images.remove', nothing),
    },
    nims: {
      watch: stream('nims.watch', () => world.nims),
      deploy: request('nims.deploy', () => ({ jobId: 'job-new' })),
      start: request('nims.start', () => ({ jobId: 'job-new' })),
      restart: request('nims.restart', () => ({ jobId: 'job-new' })),
      stop: request('nims.stop', nothing),
      resume: request('nims.resume', nothing),
      remove: request('nims.remove', nothing),
      inspect: request('nims.inspect', ({ nimId }: { nimId: string }) => {
        const nim = world.nims.get()?.nims.find((each) => each.id === nimId) ?? fakeNim('gone');
        return world.details ?? fakeDetails(nim);
      }),
      cost: request('nims.cost', () => world.cost),
      watchEvents: stream('nims.watchEvents', () => world.events),
    },
    jobs: {
      watch: stream('jobs.watch', () => world.jobs),
      cancel: request('jobs.cancel', ({ jobId }: { jobId: string }) => {
        const job = world.jobs.get()?.find((each) => each.id === jobId);
        if (job === undefined) throw new AppError('NOT_FOUND', 'There is no such job.');
        return job;
      }),
      dismiss: request('jobs.dismiss', nothing),
    },
    logs: {
      runs: request('logs.runs', () => world.runs),
      watch: stream('logs.watch', () => world.counts),
      read: request('logs.read', ({ from, count, view }: Parameters<Api['logs']['read']>[0]) => {
        const end = Math.min(from + count, endOf(view));
        const positions = Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
        return { first: from, lines: positions.map((position) => world.line(lineAt(view, position))) };
      }),
      search: request('logs.search', (asked: Parameters<Api['logs']['search']>[0]) => {
        const { query, levels = [], from, limit, view } = asked;
        const hits: number[] = [];
        let at = from;
        for (; at < endOf(view) && hits.length < limit; at += 1) {
          const { text, level } = world.line(lineAt(view, at));
          if (levels.length > 0 && !levels.includes(level)) continue;
          if (text.toLowerCase().includes(query.toLowerCase())) hits.push(at);
        }
        return { hits, nextLine: at < endOf(view) ? at : null };
      }),
      locate: request('logs.locate', ({ view, line }: { view: LogView; line: number }) => ({
        position: view === 'quiet' ? line - world.polls.filter((poll) => poll < line).length : line,
      })),
      errors: request('logs.errors', () => ({ first: world.errors[0] ?? null, last: world.errors.slice(-5) })),
    },
    metrics: {
      watch: stream('metrics.watch', () => world.metrics),
      read: request('metrics.read', ({ from }: { from: number }) => ({
        first: from,
        samples: world.samples.slice(from),
      })),
    },
    chat: {
      watch: stream('chat.watch', () =>
        mapped(world.conversations, (all, version) => chatListOf(all, world.chats.folders, version)),
      ),
      list: request('chat.list', (input: Parameters<Api['chat']['list']>[0]) =>
        chatSectionOf(allChats(), world.chats.folders, input),
      ),
      get: request('chat.get', ({ conversationId }: { conversationId: string }) =>
        conversationOf(allChats(), conversationId),
      ),
      messages: request('chat.messages', (input: Parameters<Api['chat']['messages']>[0]) =>
        messageWindowOf(world.messages, world.chats.versions, input),
      ),
      attachment: request('chat.attachment', () => ({ data: '' })),
      choose: request('chat.choose', () => ({ conversationId: allChats()[0]?.id ?? '', index: 0 })),
      markRead: request('chat.markRead', nothing),
      pin: request('chat.pin', nothing),
      moveToFolder: request('chat.moveToFolder', nothing),
      createFolder: request('chat.createFolder', () => ({ folderId: 'folder-new' })),
      renameFolder: request('chat.renameFolder', nothing),
      moveFolder: request('chat.moveFolder', nothing),
      removeFolder: request('chat.removeFolder', nothing),
      erase: request('chat.erase', () => ({ erased: 1 })),
      search: request('chat.search', ({ from, count }: { from: number; count: number }) => ({
        hits: world.chats.hits.slice(from, from + count),
        hasMore: world.chats.hits.length > from + count,
      })),
      export: filePieces(() => world.chats),
      import: request('chat.import', ({ isLast }: { isLast: boolean }) => ({
        importId: 'import-new',
        outcome: isLast ? world.chats.outcome : null,
      })),
      targets: stream('chat.targets', () => targetsOf(world)),
      ...fakeAsking(request, () => messageWindowOf(world.messages, world.chats.versions, { from: null, count: 2 })),
      follow: stream('chat.follow', () => world.turn),
      stop: request('chat.stop', nothing),
      keepChoices: request('chat.keepChoices', nothing),
      rename: request('chat.rename', nothing),
      remove: request('chat.remove', nothing),
      restore: request('chat.restore', nothing),
    },
    settings: {
      watch: stream('settings.watch', () => world.settings),
      update: request('settings.update', (changes: Parameters<Api['settings']['update']>[0]) => {
        const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
        const next: SettingValues = { ...fakeSettings(), ...world.settings.get(), ...given };
        world.settings.set(next);
        return next;
      }),
    },
    support: { collect: request('support.collect', () => world.support) },
    footprint: {
      read: request('footprint.read', () => world.footprint),
      remove: request('footprint.remove', ({ ids }: { ids: string[] }) => {
        world.footprint = { ...world.footprint, items: world.footprint.items.filter(({ id }) => !ids.includes(id)) };
        return ids.map((id) => ({ id, failure: null }));
      }),
    },
    compare: fakeCompareApi(world.compare, { request, stream }),
    practice: {
      watch: stream('practice.watch', () => world.practice),
      open: request('practice.open', nothing),
      setMachine: request('practice.setMachine', nothing),
      setSpeed: request('practice.setSpeed', nothing),
      provoke: request('practice.provoke', nothing),
      reset: request('practice.reset', nothing),
    },
  };

  return {
    api,
    world,
    calls,
    failWith(operation, error) {
      if (error === null) failures.delete(operation);
      else failures.set(operation, error);
    },
    hold(operation) {
      const { promise, resolve } = Promise.withResolvers<void>();
      holds.set(operation, promise);
      return () => {
        holds.delete(operation);
        resolve();
      };
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { ChatTarget } from '../../shared/contract/chat.ts';
import { isNamed, judgeAnswer, nameOf, piecesOf, readMessage, type Seen, startTalk } from './fire-chats.ts';
import { type FireWorld, openFireWorld } from './fire-world.ts';
import { keepWatching } from './killable-core.ts';
import { type SoakModel, startModel } from './model.ts';
import { backwardStep } from './pulls.ts';
import { createRandom, type Random } from './random.ts';
import { becomes, createReport, type EngineSoakOptions, type OpenReport, type SoakReport, within } from './report.ts';
import { type Strike, strike, strikeNames, type Struck } from './strikes.ts';
import { judgeContainers, judgeEnd, judgeImage, managedContainers } from './truth.ts';

interface Plan {
  strikes: Strike[];
  /** Before each strike. */
  afterMs: number[];
  cancels: 'nothing' | 'the pull' | 'the start';
  /** A NIM that has ended is started again instead of made anew, where there is one. */
  startsAgain: boolean;
}

/** Long enough for a machine with other work; whoever takes longer hangs. */
const hangMs = 60_000;
const roundMs = 240_000;
/** The classic store waits so long before it asks a broken registry again. */
const ownEndMs = 12_000;

/** Between two pieces of an answer. */
const pieceMs = 20;

/** A stretch of this many rounds has the same two conversations. */
const roundsOfTalk = 10;

/**
 * While two chats stream, a pull and a start of a NIM run in one core, something breaks; when all has settled, what core
 * shows must be what is there, and what it kept what was said.
 */
export async function soakInterference({ rounds, seed, engine }: EngineSoakOptions): Promise<SoakReport> {
  const report = createReport();
  const world = await openFireWorld(engine);
  const model = await startModel(({ messages }) => piecesOf(messages.at(-1)?.content ?? ''), pieceMs);
  const soak = createSoak(world, model, report);
  // Whoever has no more time still learns of the rounds that were played.
  let isEnough = false;
  const enough = () => (isEnough = true);
  process.once('SIGTERM', enough);
  let round = 0;
  try {
    for (; round < rounds && !isEnough; round += 1) {
      const plan = planOf(createRandom(seed, round));
      for (const each of plan.strikes) report.count(each);
      if (plan.cancels !== 'nothing') report.count(`cancelled: ${plan.cancels}`);
      const about = `${plan.strikes.join(', ')}${plan.cancels === 'nothing' ? '' : `, cancelled: ${plan.cancels}`}`;
      const wrong = (await within(roundMs, soak.play(round, plan, createRandom(seed, round, 1)))) ?? [
        'the round hangs',
      ];
      for (const what of wrong) {
        report.lose(round, `${about}: ${what}`);
        process.stderr.write(`round ${round}: ${about}: ${what}\n`);
      }
      if (wrong.includes('the round hangs')) break;
    }
    for (const what of await soak.end()) report.lose(round, what);
  } finally {
    process.off('SIGTERM', enough);
    await model[Symbol.asyncDispose]();
    await world.close();
  }
  return { tried: { rounds: round, ...report.tried, ...soak.measured() }, lost: report.lost };
}

function planOf(random: Random): Plan {
  const strikes: Strike[] = [random.pick(strikeNames)];
  if (random.chance(0.2)) strikes.push(random.pick(strikeNames));
  return {
    strikes,
    afterMs: strikes.map((_, index) => random.below(index === 0 ? 2_500 : 1_000)),
    cancels: random.pick(['nothing', 'nothing', 'nothing', 'the pull', 'the start']),
    startsAgain: random.chance(0.5),
  };
}

function createSoak(world: FireWorld, model: SoakModel, report: OpenReport) {
  const { core, gate } = world;
  const target: ChatTarget = { kind: 'address', url: model.url, model: 'soak', keyName: null };
  /** Answers that were done: what must never be gone. */
  const finished: Seen[] = [];
  let talks: (string | null)[] = [null, null];
  const unwanted = new Set<string>();
  const worst = { lostMs: 0, openMs: 0, goneMs: 0, backMs: 0 };
  let isResident: ChatTarget | null = null;
  let crashesTold = 0;

  async function play(round: number, plan: Plan, random: Random): Promise<string[]> {
    const wrong: string[] = [];
    if (round % roundsOfTalk === 0) talks = [null, null];
    const watching = new AbortController();
    const jobs = new Map<string, Job>();
    const watched = watchJobs(jobs, wrong, watching.signal);
    const engineSeen: { status: string; ms: number }[] = [];
    const engineWatched = keepWatching(
      core,
      watching.signal,
      (api) => api.engine.watch({}, { signal: watching.signal }),
      ({ status }) => engineSeen.push({ status, ms: performance.now() }),
    );

    await gate.change({ bytesPerSecond: Math.ceil(world.images.layersCompressedBytes / 2) });
    const lifeBefore = core.lives();
    const chats = talks.map((conversationId, index) =>
      startTalk(core, {
        name: `r${round}-${index}`,
        conversationId,
        target: () => (index === 1 && isResident !== null ? isResident : target),
      }),
    );
    const api = await core.api();
    const asked = [
      begin(() => api.images.pull({ reference: world.reference('layers') }), wrong),
      begin(() => startNim(api, plan, round), wrong),
    ] as const;

    const struck: Struck[] = [];
    for (const [index, what] of plan.strikes.entries()) {
      await delay(plan.afterMs[index] ?? 0);
      if (index === 0) void cancel(plan, asked);
      struck.push(await strike(what, world, model, random));
    }
    // What still hangs at a silent registry is let go of.
    await gate.change({ bytesPerSecond: null });
    await gate.reset();

    const isBack = async () => (await firstOf((await core.api()).engine.watch({})))?.status === 'connected';
    if (!(await becomes(hangMs, isBack))) wrong.push('core does not find the engine again');
    const jobIds = (await Promise.all(asked)).filter((id) => id !== null);
    for (const jobId of jobIds) wrong.push(...(await settle(jobId, jobs, plan)));
    if ((await within(hangMs, Promise.all(chats.map((chat) => chat.end())))) === undefined)
      wrong.push('an answer does not end');

    wrong.push(...chats.flatMap((chat) => chat.wrong));
    const killedAt = struck.findLast((each) => each.killedAt !== null)?.killedAt ?? null;
    const now = await core.api();
    for (const entry of chats.flatMap((chat) => chat.seen)) {
      const judged = await judgeAnswer(now, entry, killedAt, core.lives());
      wrong.push(...judged.wrong);
      worst.lostMs = Math.max(worst.lostMs, judged.lostMs);
      report.count(`answer ${entry.last?.state}${entry.isNim ? ' by a NIM' : ''}`);
      if (entry.last?.state === 'done') finished.push({ ...entry, at: [] });
    }
    talks = chats.map((chat, index) => chat.seen.at(-1)?.conversationId ?? talks[index] ?? null);
    wrong.push(...(await checkFinished(now, talks)));
    const pull = jobs.get((await asked[0]) ?? '');
    wrong.push(...(await checkRest(now, jobs, { plan, lifeBefore, pull })));
    for (const each of struck) wrong.push(...noteTimes(each, engineSeen));
    watching.abort();
    await Promise.all([watched, engineWatched]);
    await cleanUp(now, wrong);
    return wrong;
  }

  function watchJobs(jobs: Map<string, Job>, wrong: string[], signal: AbortSignal): Promise<void> {
    return keepWatching(
      core,
      signal,
      (api) => api.jobs.watch({}, { signal }),
      (list) => {
        for (const { id, kind, state } of jobs.values())
          if (state === 'running' && !list.some((each) => each.id === id)) wrong.push(`a ${kind} is forgotten`);
        for (const job of list) {
          const before = jobs.get(job.id);
          jobs.set(job.id, job);
          if (before === undefined) continue;
          if (before.state !== 'running' && job.state !== before.state)
            wrong.push(`a ${job.kind} went from ${before.state} to ${job.state}`);
          const step =
            before.pull === null || job.pull === null || job.pull.phase === 'RETRYING'
              ? null
              : backwardStep(before.pull, job.pull);
          if (step !== null && job.state === 'running') wrong.push(step);
        }
      },
    );
  }

  async function startNim(api: Api, plan: Plan, round: number): Promise<{ jobId: string }> {
    const list = await firstOf(api.nims.watch({}));
    const ended = list?.nims.find(({ status }) => status === 'exited' || status === 'stopped');
    if (plan.startsAgain && ended !== undefined) return await api.nims.start({ nimId: ended.id });
    return await api.nims.deploy({
      reference: world.reference('nim'),
      name: `fire-${round}`,
      gpus: { kind: 'none' },
      port: null,
      profile: null,
      allowAnyOrigin: false,
      environment: [{ name: 'NIMDECK_SANDBOX_SPEED', value: '100' }],
    });
  }

  async function cancel(plan: Plan, asked: readonly Promise<string | null>[]): Promise<void> {
    if (plan.cancels === 'nothing') return;
    const jobId = await asked[plan.cancels === 'the pull' ? 0 : 1];
    if (jobId === null || jobId === undefined) return;
    try {
      const job = await (await core.api()).jobs.cancel({ jobId });
      if (job.nimId !== null && job.kind === 'deploy' && job.state === 'cancelled') unwanted.add(job.nimId);
    } catch (error) {
      // The strike hit this call: then nobody cancelled, or nobody heard of it.
      if (!isNamed(error)) throw error;
    }
  }

  /** Until the job has ended, by itself or, where it waits for a long time, by being told to. */
  async function settle(jobId: string, jobs: ReadonlyMap<string, Job>, plan: Plan): Promise<string[]> {
    const isOver = () => (jobs.get(jobId)?.state ?? 'running') !== 'running';
    let isCancelled = plan.cancels !== 'nothing';
    if (!(await becomes(ownEndMs, isOver))) {
      const kind = jobs.get(jobId)?.kind ?? 'lost';
      report.count(`${kind} told to end`);
      isCancelled = true;
      await (await core.api()).jobs.cancel({ jobId }).catch((error: unknown) => {
        if (!isNamed(error)) throw error;
      });
      if (!(await becomes(hangMs, isOver))) return [`the ${kind} does not end when it is told to`];
    }
    const job = jobs.get(jobId);
    if (job === undefined) return ['a job is not in the list'];
    report.count(`${job.kind} ended as ${job.state}${job.failure === null ? '' : ` ${job.failure.code}`}`);
    return judgeEnd(job, { strikes: plan.strikes, isCancelled });
  }

  async function checkFinished(api: Api, conversations: readonly (string | null)[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const entry of finished) {
      if (!conversations.includes(entry.conversationId)) continue;
      const kept = await readMessage(api, entry);
      if (kept?.text !== entry.text || kept.turn?.state !== 'done') wrong.push(`${entry.key}, which was done, is lost`);
    }
    return wrong;
  }

  async function checkRest(
    api: Api,
    jobs: ReadonlyMap<string, Job>,
    { plan, lifeBefore, pull }: { plan: Plan; lifeBefore: number; pull: Job | undefined },
  ): Promise<string[]> {
    const wrong = [...jobs.values()].filter(({ state }) => state === 'running').map(({ kind }) => `a ${kind} runs on`);
    wrong.push(...(await judgeContainers(world, api, [...unwanted])));
    const image = await judgeImage(world, api, world.reference('layers'));
    wrong.push(...image.wrong);
    if (pull?.state === 'done' && !image.isThere) wrong.push('the pull is done, and the image is not there');
    const { notices } = await api.app.info({});
    wrong.push(...notices.map((notice) => `said at its opening: ${JSON.stringify(notice)}`));
    const crashes = core.crashes().slice(crashesTold);
    crashesTold += crashes.length;
    wrong.push(...crashes.map((words) => `core died by itself: ${words}`));
    const kills = plan.strikes.filter((each) => each === 'core killed').length;
    if (core.lives() - lifeBefore !== kills) wrong.push(`core was opened ${core.lives() - lifeBefore} times`);
    return wrong;
  }

  /** Measured only: on a machine with other work these are not core's alone. */
  function noteTimes({ engine, openedMs }: Struck, seen: readonly { status: string; ms: number }[]): string[] {
    worst.openMs = Math.max(worst.openMs, openedMs ?? 0);
    if (engine === null) return [];
    // One that is stopped cuts its connections long before it is gone.
    const gone = seen.find(({ status }) => status === 'unreachable');
    const back = seen.find(({ status, ms }) => status === 'connected' && ms >= engine.backAt - 500);
    worst.goneMs = Math.max(worst.goneMs, (gone?.ms ?? 0) - engine.goneAt);
    worst.backMs = Math.max(worst.backMs, (back?.ms ?? 0) - engine.backAt);
    return gone === undefined ? ['core did not see the engine go'] : [];
  }

  /** Of the NIMs the newest that is ready stays, to be talked to, and one that has ended, to be started again. */
  async function cleanUp(api: Api, wrong: string[]): Promise<void> {
    const nims = (await firstOf(api.nims.watch({})))?.nims ?? [];
    const ready = nims.find(({ status }) => status === 'ready');
    const ended = nims.find(({ status }) => status === 'exited' || status === 'stopped');
    isResident = ready === undefined ? null : { kind: 'nim', nimId: ready.id };
    for (const { id, startedAt } of nims) {
      if (id === ready?.id || id === ended?.id || startedAt === null) continue;
      const refusal = await refusalOf(() => api.nims.remove({ nimId: id }));
      if ((await managedContainers(world)).some((each) => each.id === id))
        wrong.push(`${id} ${refusal === null ? 'was removed' : `is not to be removed (${refusal})`} and is there`);
    }
    await api.images.remove({ reference: world.reference('layers') }).catch((error: unknown) => {
      if (!isNamed(error)) throw error;
    });
  }

  return {
    play,
    async end(): Promise<string[]> {
      const api = await core.api();
      return await checkFinished(api, [...new Set(finished.map(({ conversationId }) => conversationId))]);
    },
    measured: () => ({
      'finished answers': finished.length,
      'most text lost, ms': Math.round(worst.lostMs),
      'slowest open, ms': Math.round(worst.openMs),
      'slowest to see the engine go, ms': Math.round(worst.goneMs),
      'slowest to see it back, ms': Math.round(worst.backMs),
    }),
  };
}

/** The id of the job that a call began; null where it failed, which it may, by name. */
/** Null: it was done. */
async function refusalOf(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    return nameOf(error);
  }
}

async function begin(call: () => Promise<{ jobId?: string }>, wrong: string[]): Promise<string | null> {
  try {
    return (await call()).jobId ?? null;
  } catch (error) {
    if (!isNamed(error)) wrong.push(`a call failed without a name: ${nameOf(error)}`);
    return null;
  }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | null> {
  try {
    for await (const item of items) return item;
  } catch (error) {
    // The connection broke meanwhile: asked again by who waits.
    if (!isNamed(error)) throw error;
  }
  return null;
}

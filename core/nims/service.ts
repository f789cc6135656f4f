import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { GpuService } from '../gpu/service.ts';
import type { ImagesService } from '../images/service.ts';
import { formatReference, parseReference } from '../images/reference.ts';
import type { JobHandle, JobsService } from '../jobs/service.ts';
import { abortable } from '../lib/abortable.ts';
import type { Attention } from '../lib/attention.ts';
import type { LogsService } from '../logs/service.ts';
import type { NgcService } from '../ngc/service.ts';
import type { SettingsService } from '../settings/service.ts';
import type { Store } from '../store/store.ts';
import { deploy } from './deploy.ts';
import { followEngine } from './follow-engine.ts';
import { costOf, inspectNim, planRemoval } from './inspect.ts';
import { removeNim, restartNim, resumeNim, startNim, stopNim } from './lifecycle.ts';
import { nameFromReference } from './names.ts';
import type { ReadinessPace } from './readiness.ts';
import { createRecord } from './record.ts';
import { createRoster } from './roster.ts';
import { createStoppedRuns } from './stopped-runs.ts';

export interface NimsService {
  api: Api['nims'];
  /** The NIM as last seen; throws NOT_FOUND. */
  get(nimId: string): Nim;
  close(): Promise<void>;
}

export interface NimsParts {
  engine: EngineService;
  gpu: Pick<GpuService, 'api'>;
  images: ImagesService;
  jobs: JobsService;
  logs: LogsService;
  ngc: NgcService;
  settings: SettingsService;
  store: Store;
  attention: Attention;
}

/**
 * The containers that are ours. Which there are and how they are is the engine's to say (labels, events, inspections);
 * only what it cannot know is added: whether a NIM answers, and that an end was asked for.
 * @param pace how often NIMs are asked; tests are in more of a hurry
 */
export function createNimsService(deps: CoreDeps, services: NimsParts, pace?: ReadinessPace): NimsService {
  const { engine, jobs, logs, store, attention } = services;
  const stopped = createStoppedRuns(store, deps.log);
  const record = createRecord(store, deps.log);
  const recheck = (id: string) => follower.refresh(id);
  const roster = createRoster(deps, { logs, jobs, stopped, record, pace, attention, recheck });
  const follower = followEngine(deps, { engine, roster, stopped, record, logs });
  const parts = { ...services, roster, follower, stopped, record };
  const unsubscribe = logs.onLines((id, lines) => {
    roster.find(id)?.run?.takeLines(lines);
  });
  const closing = new AbortController();
  const signalOf = (options: CallOptions | undefined) =>
    options?.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
  /** Stops and removals that are under way; they go on when the one who asked has left. */
  const underWay = new Set<Promise<void>>();

  function get(nimId: string): Nim {
    const matches = roster.list.get().nims.filter(({ id }) => id.startsWith(nimId));
    const [nim] = matches;
    if (nim !== undefined && matches.length === 1) return nim;
    throw new AppError('NOT_FOUND', 'There is no such NIM any more.', { nimId });
  }

  /** The NIM that is meant, once the list can be trusted; throws what keeps the engine from being asked. */
  async function find(nimId: string, signal: AbortSignal | undefined): Promise<Nim> {
    await follower.settled(signal);
    engine.docker();
    return get(nimId);
  }

  async function perform(work: () => Promise<void>, signal: AbortSignal | undefined): Promise<Record<string, never>> {
    const running = work();
    const tracked = running.catch(() => {});
    underWay.add(tracked);
    void tracked.then(() => underWay.delete(tracked));
    await abortable(running, signal);
    return {};
  }

  /** One at a time: a start or a restart that is under way is joined, since both end in the same state. */
  async function startJob(nimId: string, signal: AbortSignal | undefined, work: typeof startNim) {
    const { id, name, reference } = await find(nimId, signal);
    const running = jobs.list().find((each) => each.nimId === id && each.state === 'running');
    if (running !== undefined) return { jobId: running.id };
    const job = jobs.start({ kind: 'start', title: name, reference, nimId: id }, (handle: JobHandle) =>
      work(deps, parts, id, handle),
    );
    return { jobId: job.id };
  }

  return {
    api: {
      async *watch(_input, options) {
        for await (const isSettled of follower.isSettled.watch(options?.signal)) if (isSettled) break;
        yield* roster.list.watch(options?.signal);
      },
      async deploy(asked) {
        const reference = formatReference(parseReference(asked.reference));
        const title = asked.name ?? nameFromReference(reference);
        const job = jobs.start({ kind: 'deploy', title, reference, nimId: null }, (handle) =>
          deploy(deps, parts, { ...asked, reference }, handle),
        );
        return { jobId: job.id };
      },
      start: ({ nimId }, options) => startJob(nimId, options?.signal, startNim),
      restart: ({ nimId }, options) => startJob(nimId, options?.signal, restartNim),
      async stop({ nimId }, options) {
        const { id } = await find(nimId, options?.signal);
        return perform(() => stopNim(parts, id), options?.signal);
      },
      async resume({ nimId }, options) {
        const { id } = await find(nimId, options?.signal);
        return perform(() => resumeNim(parts, id), options?.signal);
      },
      async remove({ nimId, image, cache }, options) {
        const { id } = await find(nimId, options?.signal);
        const plan = await planRemoval(parts, id, { image, cache }, signalOf(options));
        return perform(() => removeNim(parts, id, plan), options?.signal);
      },
      async inspect({ nimId }, options) {
        const { id } = await find(nimId, options?.signal);
        return inspectNim(parts, id, signalOf(options));
      },
      async cost({ nimId }, options) {
        const { id } = await find(nimId, options?.signal);
        return costOf(parts, id, signalOf(options));
      },
      async *watchEvents({ nimId }, options) {
        const { id } = await find(nimId, options?.signal);
        yield* (await record.events(id)).watch(options?.signal);
      },
    },
    get,
    async close() {
      unsubscribe();
      closing.abort();
      await Promise.all(underWay);
      await follower.close();
      await roster.close();
      await record.settled();
    },
  };
}

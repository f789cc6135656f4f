import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim, NimList } from '../../shared/contract/nims.ts';
import { runningStatuses } from '../../shared/nim-up.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { Attention } from '../lib/attention.ts';
import { createValue } from '../lib/value.ts';
import { createInsideLooks, type InsideLooks } from './inside-looks.ts';
import type { Owners } from './owners.ts';
import { type FindingInput, findIn, givenDevices } from './proof.ts';
import { createWatchedRun, type WatchedRun } from './watched-run.ts';
import type { GpuService } from './service.ts';

export interface ProofsService {
  watch: Api['gpu']['watchProofs'];
  close(): Promise<void>;
}

interface ProofsParts {
  engine: Pick<EngineService, 'docker' | 'state'>;
  gpu: Pick<GpuService, 'processesOf' | 'follow' | 'onReport'> & { api: Pick<GpuService['api'], 'read'> };
  nims: Pick<Api['nims'], 'watch'>;
  owners: Owners;
  attention: Attention;
}

export interface ProofsPace {
  /** At most so long between two readings of the driver, while they are wanted. Whoever looks is to see a loss within 10 s. */
  readMs: number;
  /** Between two looks into a container, each a short program in it; what it says is judged with two readings after that. */
  insideMs: number;
  insideTimeoutMs: number;
  /** Both while nobody looks; who comes then has it at once. */
  unwatchedMs: number;
  /** One reading may come between two processes of a NIM: that nothing is held is said after a second one. */
  secondLookMs: number;
}

const usualPace: ProofsPace = {
  readMs: 7_000,
  insideMs: 5_000,
  insideTimeoutMs: 5_000,
  unwatchedMs: 60_000,
  secondLookMs: 1_500,
};

/** For the first item: a reading of a driver that answers takes less. */
const firstLookMs = 3_000;

/**
 * Proves for each NIM that was given GPUs that its processes use them, and watches over what it was given. Reads the
 * driver only while such NIMs run, or have ended with a GPU that is still lost, so that it keeps no laptop's GPU awake.
 */
export function createProofs(
  deps: Pick<CoreDeps, 'log' | 'now' | 'processes' | 'system'>,
  { engine, gpu, nims, owners, attention }: ProofsParts,
  pace: ProofsPace = usualPace,
): ProofsService {
  const closing = new AbortController();
  const proofs = createValue<GpuProof[]>([]);
  const isSettled = createValue(false);
  const runs = new Map<string, WatchedRun>();
  let shown = '[]';
  let reading: AbortController | null = null;
  let checking: Promise<void> = Promise.resolve();
  let isWsl: Promise<boolean> | null = null;

  const inside: InsideLooks = createInsideLooks(deps, {
    engine,
    attention,
    pace,
    closing: closing.signal,
    wanted: () => [...runs.values()].filter((run) => run.canBeAskedInside()),
    onLook: publish,
  });

  function publish() {
    const next = [...runs.values()].map((run) => run.proof());
    const text = JSON.stringify(next);
    if (text === shown) return;
    shown = text;
    proofs.set(next);
  }

  async function followNims() {
    for await (const list of nims.watch({}, { signal: closing.signal })) {
      if (list.isKnown) takeList(list);
      else for (const nim of list.nims) runs.get(nim.id)?.update(nim);
      publish();
      adjust();
    }
  }

  function takeList(list: NimList) {
    const present = new Set(list.nims.map(({ id }) => id));
    for (const id of runs.keys()) if (!present.has(id)) runs.delete(id);
    for (const nim of list.nims) takeNim(nim);
  }

  function takeNim(nim: Nim) {
    const { id, gpus, startedAt, status } = nim;
    let run = runs.get(id);
    if (run !== undefined && run.startedAt !== startedAt) {
      runs.delete(id);
      run = undefined;
    }
    if (gpus.kind === 'none' || startedAt === null || !(runningStatuses.has(status) || run !== undefined)) return;
    if (run === undefined) {
      run = createWatchedRun(nim, startedAt, deps);
      runs.set(id, run);
    }
    const before = run.nim().status;
    run.update(nim);
    if (status === 'stopped') runs.delete(id);
    // What is lost may have ended it; then the end has a cause that its log may not name.
    else if (status === 'exited' && before !== 'exited') void lookAgain();
    else if (status === 'ready' && before !== 'ready') void lookAgain();
  }

  /** Begins and ends the readings as NIMs with GPUs, and GPUs, come and go. @returns whether they are wanted */
  function keepReading(): boolean {
    const concerns = (run: WatchedRun) => runningStatuses.has(run.nim().status) || run.awaitsReturn();
    const isWanted = [...runs.values()].some(concerns) && engine.state().isLocal !== false;
    if (isWanted && reading === null) {
      reading = new AbortController();
      void readOn(reading.signal);
    } else if (!isWanted && reading !== null) {
      reading.abort();
      reading = null;
    }
    return isWanted;
  }

  function adjust() {
    const isWanted = keepReading();
    inside.wake();
    if (isWanted) return;
    // No driver of this machine says anything of that one.
    if (engine.state().isLocal === false) {
      for (const run of runs.values()) run.take({ kind: 'doubt', doubt: 'engine-elsewhere' }, null);
      publish();
    }
    isSettled.set(true);
  }

  /** Every reading is looked at, whoever asked for it; this one only sees to it that they are frequent enough. */
  async function readOn(signal: AbortSignal) {
    const ends = AbortSignal.any([signal, closing.signal]);
    try {
      // oxlint-disable-next-line no-unused-vars -- `onReport` has it
      for await (const _ of gpu.follow({ watchedMs: pace.readMs, unwatchedMs: pace.unwatchedMs }, ends));
    } catch (error) {
      if (!ends.aborted) deps.log.error('gpu.proofs-not-read', { message: String(error) });
    }
  }

  async function lookAgain() {
    try {
      await gpu.api.read({}, { signal: closing.signal });
    } catch (error) {
      if (!closing.signal.aborted) deps.log.warn('gpu.proofs-not-read', { message: String(error) });
    }
  }

  /** One after the other: two readings at once would be judged in the order of their answers. */
  const stopHearing = gpu.onReport((report) => {
    if (runs.size === 0) return;
    checking = checking
      .then(() => checkOnce(report))
      .catch((error: unknown) => {
        if (!closing.signal.aborted) deps.log.warn('gpu.proofs-failed', { message: String(error) });
      });
  });

  async function checkOnce(report: GpuReport) {
    const { signal } = closing;
    const blind = await blindness();
    const processes = gpu.processesOf(report);
    const running = [...runs.values()].filter((run) => runningStatuses.has(run.nim().status));
    const pids = blind === null ? processes.map(({ pid }) => pid) : [];
    const owned = await owners.of(
      [...new Set(pids)],
      running.map((run) => run.nim()),
      signal,
    );
    let isDoubtful = false;
    for (const run of runs.values()) {
      run.learnGiven(givenDevices(run.nim().gpus, report));
      const input: FindingInput = { nimId: run.nim().id, report, processes, owners: owned, given: run.given(), blind };
      const finding = findIn(input);
      if (finding.kind === 'nothing' && run.isLoaded() && run.isFirstMiss()) isDoubtful = true;
      const why = finding.kind === 'nothing' && run.isLoaded() ? await inside.explain(run, report) : null;
      run.take(finding, why);
      if (run.isOver()) runs.delete(run.nim().id);
    }
    publish();
    keepReading();
    isSettled.set(true);
    if (isDoubtful) void secondLook();
  }

  async function secondLook() {
    await delay(pace.secondLookMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    if (!closing.signal.aborted) await lookAgain();
  }

  async function blindness(): Promise<FindingInput['blind']> {
    const { isLocal, kind } = engine.state();
    if (isLocal === false) return 'engine-elsewhere';
    const { processes, system } = deps;
    if (kind === 'docker-desktop' || processes === 'nobody') return 'engine-in-vm';
    if (processes !== 'kernel') return null;
    isWsl ??= system.readText('/proc/sys/kernel/osrelease').then(
      (release) => /microsoft/i.test(release),
      // It does not say: then it is a machine like any other.
      () => false,
    );
    return (await isWsl) ? 'wsl' : null;
  }

  const following = followNims().catch((error: unknown) => {
    if (!closing.signal.aborted) deps.log.error('gpu.proofs-failed', { message: String(error) });
  });

  return {
    async *watch({ isLook = true }, { signal } = {}) {
      const ends = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      const leave = isLook ? attention.begin() : () => {};
      try {
        const first = AbortSignal.any([ends, AbortSignal.timeout(firstLookMs)]);
        for await (const settled of isSettled.watch(first)) if (settled) break;
        yield* proofs.watch(ends);
      } finally {
        leave();
      }
    },
    async close() {
      stopHearing();
      closing.abort();
      reading?.abort();
      await following;
      await checking;
      await inside.settled();
    },
  };
}

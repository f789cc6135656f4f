import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { type AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';
import { openRepeater } from '../engine/repeat-in-container.ts';
import { runInContainer } from '../engine/run-in-container.ts';
import type { EngineService } from '../engine/service.ts';
import type { Attention } from '../lib/attention.ts';
import type { WatchedRun } from './watched-run.ts';
import { type Inside, readGpuFacts, readInside, whyUnused } from './why-unused.ts';

/** Looks into containers: what the engine was told of them, and what the driver says inside. */
export interface InsideLooks {
  /** There may be somebody to look at now. */
  wake(): void;
  /** Why nothing is held, asking what is not known yet. */
  explain(run: WatchedRun, report: GpuReport): Promise<AppError>;
  /** Resolves when the looks under way have ended. */
  settled(): Promise<void>;
}

interface LooksParts {
  engine: Pick<EngineService, 'docker' | 'state'>;
  attention: Attention;
  pace: { insideMs: number; unwatchedMs: number; insideTimeoutMs: number };
  closing: AbortSignal;
  /** Whom to look at now. */
  wanted: () => readonly WatchedRun[];
  /** A look has ended. */
  onLook: () => void;
}

/** After a look that was not answered: on a loaded machine an engine may need its time. */
const againMs = 500;

export function createInsideLooks({ log }: Pick<CoreDeps, 'log'>, parts: LooksParts): InsideLooks {
  const { engine, attention, pace, closing, wanted, onLook } = parts;
  /** One a run: a container that is slow to answer keeps no other waiting. */
  const loops = new Map<WatchedRun, Promise<void>>();

  const isWanted = (run: WatchedRun) => !closing.aborted && wanted().includes(run);

  async function lookOn(run: WatchedRun) {
    let canRepeat = true;
    while (isWanted(run)) {
      const looks = canRepeat ? await lookRepeatedly(run) : 0;
      if (looks === 0 && isWanted(run)) {
        await lookOnce(run);
        // It has no shell, or its engine passes nothing on to one.
        if (run.inside().kind !== 'no-answer') canRepeat = false;
      }
      await pauseAfterLook(run);
    }
  }

  async function pauseAfterLook(run: WatchedRun) {
    const { insideMs, unwatchedMs } = pace;
    const waited =
      run.inside().kind === 'no-answer'
        ? delay(Math.min(againMs, insideMs), undefined, { signal: closing, ref: false })
        : attention.pause({ watchedMs: insideMs, unwatchedMs }, closing);
    await waited.catch(() => {});
  }

  function take(run: WatchedRun, inside: Inside) {
    run.takeInside(inside);
    onLook();
  }

  /** By one shell in the container: a look costs its engine nothing. @returns how often it could look */
  async function lookRepeatedly(run: WatchedRun): Promise<number> {
    let looks = 0;
    try {
      await learnFacts(run);
      const timeoutMs = pace.insideTimeoutMs;
      const { id } = run.nim();
      await using shell = await openRepeater(engine.docker(), id, 'nvidia-smi -L', { timeoutMs, signal: closing });
      while (isWanted(run)) {
        const result = await shell.run(timeoutMs);
        if (result.isTimedOut && looks === 0) break;
        looks += 1;
        take(run, readInside(result));
        if (result.isTimedOut) break;
        await pauseAfterLook(run);
      }
    } catch (error) {
      if (closing.aborted) return looks;
      log.info('gpu.no-looks-inside', { nimId: run.nim().id, reason: String(error) });
      if (looks > 0) take(run, { kind: 'no-answer' });
    }
    return looks;
  }

  async function lookOnce(run: WatchedRun) {
    try {
      await learnFacts(run);
      const { id } = run.nim();
      const timeoutMs = pace.insideTimeoutMs;
      const result = await runInContainer(engine.docker(), id, ['nvidia-smi', '-L'], { timeoutMs, signal: closing });
      take(run, readInside(result));
    } catch (error) {
      if (closing.aborted) return;
      // It has ended, it is paused or the engine is away: all of that is seen elsewhere.
      log.info('gpu.no-look-inside', { nimId: run.nim().id, reason: String(error) });
      take(run, { kind: 'no-answer' });
    }
  }

  async function learnFacts(run: WatchedRun) {
    if (run.facts() !== null) return;
    const path = `/containers/${run.nim().id}/json`;
    run.setFacts(readGpuFacts(await askEngine(engine.docker(), { method: 'GET', path }, closing)));
  }

  return {
    wake() {
      if (closing.aborted) return;
      for (const run of wanted()) {
        if (loops.has(run)) continue;
        loops.set(
          run,
          lookOn(run).finally(() => loops.delete(run)),
        );
      }
    },
    async explain(run, report) {
      try {
        await learnFacts(run);
      } catch (error) {
        if (closing.aborted) throw cancelled();
        log.info('gpu.no-facts', { nimId: run.nim().id, reason: String(error) });
      }
      return whyUnused({
        engine: engine.state(),
        facts: run.facts(),
        inside: run.inside(),
        given: run.given(),
        report,
      });
    },
    async settled() {
      await Promise.all(loops.values());
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { type AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';
import { runInContainer } from '../engine/run-in-container.ts';
import type { EngineService } from '../engine/service.ts';
import type { WatchedRun } from './watched-run.ts';
import { readGpuFacts, readInside, whyUnused } from './why-unused.ts';

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
  pace: { insideMs: number; insideTimeoutMs: number };
  closing: AbortSignal;
  /** Whom to look at now. */
  wanted: () => readonly WatchedRun[];
  /** A look has ended. */
  onLook: () => void;
}

export function createInsideLooks({ log }: Pick<CoreDeps, 'log'>, parts: LooksParts): InsideLooks {
  const { engine, pace, closing, wanted, onLook } = parts;
  let loop: Promise<void> | null = null;

  async function lookOn() {
    while (!closing.aborted) {
      const runs = wanted();
      if (runs.length === 0) return;
      await Promise.all(runs.map(look));
      onLook();
      await delay(pace.insideMs, undefined, { signal: closing, ref: false }).catch(() => {});
    }
  }

  async function look(run: WatchedRun) {
    try {
      await learnFacts(run);
      const { id } = run.nim();
      const timeoutMs = pace.insideTimeoutMs;
      const result = await runInContainer(engine.docker(), id, ['nvidia-smi', '-L'], { timeoutMs, signal: closing });
      run.takeInside(readInside(result));
    } catch (error) {
      if (closing.aborted) return;
      // It has ended, it is paused or the engine is away: all of that is seen elsewhere.
      log.info('gpu.no-look-inside', { nimId: run.nim().id, reason: String(error) });
      run.takeInside({ kind: 'no-answer' });
    }
  }

  async function learnFacts(run: WatchedRun) {
    if (run.facts() !== null) return;
    const path = `/containers/${run.nim().id}/json`;
    run.setFacts(readGpuFacts(await askEngine(engine.docker(), { method: 'GET', path }, closing)));
  }

  return {
    wake() {
      if (closing.aborted || wanted().length === 0) return;
      loop ??= lookOn().finally(() => {
        loop = null;
      });
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
      await loop;
    },
  };
}

import type { StartPhase, StartProgress } from '../../shared/contract/jobs.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import type { Attention } from '../lib/attention.ts';
import { createValue, type Value } from '../lib/value.ts';
import { readModels, readVersion } from './ask-nim.ts';
import type { ContainerFacts } from './container.ts';
import { type Readiness, type ReadinessPace, usualPace, watchReadiness } from './readiness.ts';
import { nextPhase, shownLine } from './start-phase.ts';

export interface RunProgress {
  start: StartProgress;
  /** Null while it is still on its way; set once. */
  outcome: 'ready' | 'ended' | 'removed' | null;
}

/** One run of a container, from a start to its end. */
export interface Run {
  readonly startedAt: string;
  readonly progress: Value<RunProgress>;
  readiness(): Readiness;
  models(): string[];
  version(): string | null;
  /** Resolves with the first answer to the question whether it is ready, or with the end of the run. */
  readonly firstAnswer: Promise<void>;
  /** A frozen one is not asked, and is no worse for not answering; one that goes on is asked at once. */
  setPaused(isPaused: boolean): void;
  takeLines(lines: readonly Pick<LogLine, 'text' | 'at'>[]): void;
  end(outcome: 'ended' | 'removed'): void;
  /** Stops asking; the container goes on. */
  close(): void;
}

interface RunOptions {
  facts: ContainerFacts & { startedAt: string };
  now: () => number;
  steady: () => number;
  /** A phase was reached, READY included; before `onChange`. `tookMs`: since the start, whatever was done to the clock. */
  onPhase: (phase: StartPhase, at: string, tookMs: number) => void;
  /** One that had been ready answers no more, or again; before `onChange`. */
  onHealth: (change: 'lost' | 'back', at: string) => void;
  /** Something that `nims.watch` shows has changed. */
  onChange: () => void;
  /** Looks whether the container still runs; false: the engine could not be asked. Never rejects. */
  onDoubt: () => Promise<boolean>;
  attention: Attention;
  pace?: ReadinessPace | undefined;
}

/** NIMs without a list of models are not asked for one for ever: each question is a line in their log. */
const latePassesAllowed = 12;

export function startRun(options: RunOptions): Run {
  const { facts, now, steady, onPhase, onHealth, onChange, onDoubt, attention, pace = usualPace } = options;
  const instant = () => new Date(now()).toISOString();
  const beganAt = steady();
  const ageMs = Math.max(0, now() - Date.parse(facts.startedAt));
  const ending = new AbortController();
  const firstAnswer = Promise.withResolvers<void>();
  const address = addressOf(facts);
  const progress = createValue<RunProgress>({
    start: { step: 'waiting-until-ready', phase: 'CREATED', phaseSince: facts.startedAt, lastLine: null },
    outcome: null,
  });
  let readiness: Readiness = 'waiting';
  let models: string[] = [];
  let version: string | null = null;
  let isLearning = false;
  let latePasses = latePassesAllowed;

  function advance(
    phase: StartPhase,
    change: Partial<RunProgress> & { step?: StartProgress['step']; lastLine?: string; at?: string },
  ) {
    const { start, outcome } = progress.get();
    if (outcome === 'ended' || outcome === 'removed') return;
    const isNewPhase = phase !== start.phase;
    const { step = start.step, lastLine = start.lastLine, outcome: nextOutcome = outcome } = change;
    const phaseSince = isNewPhase ? (change.at ?? instant()) : start.phaseSince;
    if (isNewPhase) onPhase(phase, phaseSince, ageMs + steady() - beganAt);
    progress.set({ start: { step, phase, phaseSince, lastLine }, outcome: nextOutcome });
    if (isNewPhase) onChange();
  }

  let answer: Readiness = 'waiting';

  async function onAnswer(said: Readiness) {
    // One that never was ready has not been lost: somebody else on its port answered, and is gone.
    const next = said === 'lost' && readiness === 'waiting' ? 'waiting' : said;
    const isChange = next !== answer;
    answer = next;
    if (!isChange) {
      firstAnswer.resolve();
      return next === 'ready' && readiness === 'ready' ? learnLate() : undefined;
    }
    // Its port may be somebody else's by now: of its own container the engine says, too, that it runs.
    if (next === 'ready' && readiness === 'waiting' && !(await onDoubt())) {
      if (answer === next) answer = 'waiting';
      firstAnswer.resolve();
      return;
    }
    // Whoever sees "ready" may send at once, and needs a model's id for it: it is learnt before.
    if (next === 'ready') await learn();
    if (answer !== next || ending.signal.aborted) return;
    if (next === 'lost') onHealth('lost', instant());
    else if (readiness === 'lost') onHealth('back', instant());
    readiness = next;
    if (next === 'ready') advance('READY', { step: 'ready', outcome: 'ready' });
    firstAnswer.resolve();
    onChange();
  }

  /** One that was too busy to say what it serves is asked again for a while: without a model nobody can chat with it. */
  async function learnLate() {
    if (models.length > 0 || isLearning || latePasses === 0) return;
    latePasses -= 1;
    await learn();
    if (models.length > 0) onChange();
  }

  /** What only the NIM itself can say. */
  async function learn() {
    if (address === null) return;
    const asking = { signal: ending.signal, timeoutMs: pace.timeoutMs };
    isLearning = true;
    try {
      models = await readModels(address, asking);
      version ??= facts.nimVersion ?? (await readVersion(address, asking));
    } catch {
      // Only the end of the run makes these fail; there is then nobody left to learn about.
    } finally {
      isLearning = false;
    }
  }

  let asking: AbortController | null = null;

  function setPaused(isPaused: boolean) {
    if (address === null || isPaused) {
      asking?.abort();
      asking = null;
      firstAnswer.resolve();
    } else if (asking === null) {
      asking = new AbortController();
      const signal = AbortSignal.any([ending.signal, asking.signal]);
      const parts = { onAnswer: (next: Readiness) => void onAnswer(next), onDoubt, attention };
      void watchReadiness(address, parts, signal, pace, answer);
    }
  }

  setPaused(facts.isPaused);

  return {
    startedAt: facts.startedAt,
    progress,
    readiness: () => readiness,
    models: () => models,
    version: () => facts.nimVersion ?? version,
    firstAnswer: firstAnswer.promise,
    setPaused,
    takeLines(lines) {
      if (progress.get().outcome !== null) return;
      let lastLine: string | null = null;
      for (const { text, at } of lines) {
        const shown = shownLine(text);
        if (shown === null) continue;
        lastLine = shown;
        const before = progress.get().start.phase;
        const phase = nextPhase(before, shown);
        // When the line was written, not when it was read: core may have come later.
        if (phase !== before) advance(phase, { lastLine, ...(at === null ? {} : { at: new Date(at).toISOString() }) });
      }
      if (lastLine !== null) advance(progress.get().start.phase, { lastLine });
    },
    end(outcome) {
      advance('EXITED', { outcome });
      firstAnswer.resolve();
      ending.abort();
    },
    close: () => ending.abort(),
  };
}

/** Where the NIM answers; null when it publishes nothing. */
export function addressOf({ port }: Pick<ContainerFacts, 'port'>): string | null {
  return port === null ? null : `http://127.0.0.1:${port}`;
}

import { flushSync } from 'react-dom';

// 60 frames a second are what a reader sees as smooth, and what drawing text costs a frame depends on how much of the
// window changes. So answers that are written at once take turns.

/** Between two drawings of whichever answers: every second frame has nothing to draw, so that the one before may be late. */
const betweenMs = 25;
/** Between two drawings of one answer: a word is there soon enough for a reader. */
const leastMs = 50;
/** A drawing may take this part of the time; one that takes long is followed by a longer pause. */
const part = 1 / 10;
const mostMs = 250;
/** Of what came from beside the page, in one frame. */
const jobsMs = 4;
/** Frames do not come at exact times: half a frame early is better than a whole one late. */
const slackMs = 8;

/** Times in ms. */
export interface FrameClock {
  now(): number;
  /** Before the next frame is drawn; returns what takes it back. */
  onFrame(run: () => void): () => void;
  /** When the frame that is being made is drawn. */
  afterFrame(run: () => void): void;
}

/** What one answer has of it. Nothing is held before something is asked for. */
export interface Turn {
  /** Draws when it is this answer's turn; asked again, the newer one counts. */
  ask(draw: () => void): void;
  /**
   * Does this with one of its next drawings, in the order of asking and a few at once; where nothing is to be drawn, in
   * one of the next frames. Each is drawn when it returns.
   */
  later(job: () => void): void;
  /** Takes back what was asked for. */
  leave(): void;
}

interface Member {
  draw: (() => void) | null;
  jobs: (() => void)[];
  readyAt: number;
}

/** Answers that share a window; the first drawing of each is its own affair, at once. */
export function createTurns(clock: FrameClock): () => Turn {
  const waiting = new Set<Member>();
  let cancelFrame: (() => void) | null = null;
  let lastAt = -Infinity;

  function wait(member: Member): void {
    waiting.add(member);
    cancelFrame ??= clock.onFrame(frame);
  }

  function frame(): void {
    cancelFrame = null;
    const begin = clock.now();
    const ready = [...waiting]
      .filter(({ readyAt }) => readyAt <= begin + slackMs)
      .toSorted((a, b) => a.readyAt - b.readyAt);
    const drawing = lastAt + betweenMs > begin + slackMs ? undefined : ready.find(({ draw }) => draw !== null);
    if (drawing !== undefined) {
      lastAt = begin;
      take(drawing, begin);
    } else {
      // Of answers that are complete: with nothing to draw there is nothing to wait for.
      for (const member of ready) {
        if (member.draw === null && clock.now() - begin < jobsMs) take(member, begin);
      }
    }
    if (waiting.size > 0) cancelFrame ??= clock.onFrame(frame);
  }

  function take(member: Member, begin: number): void {
    const { draw } = member;
    member.draw = null;
    waiting.delete(member);
    if (draw !== null) flushSync(draw);
    do {
      const job = member.jobs.shift();
      if (job !== undefined) flushSync(job);
    } while (member.jobs.length > 0 && clock.now() - begin < jobsMs);
    if (member.jobs.length > 0) wait(member);
    if (draw === null) return;
    member.readyAt = begin + leastMs;
    clock.afterFrame(() => {
      const costMs = clock.now() - begin;
      member.readyAt = begin + Math.min(Math.max(leastMs, costMs / part), mostMs);
    });
  }

  return () => {
    const member: Member = { draw: null, jobs: [], readyAt: clock.now() + leastMs };
    return {
      ask(draw) {
        member.draw = draw;
        wait(member);
      },
      later(job) {
        member.jobs.push(job);
        wait(member);
      },
      leave() {
        member.draw = null;
        member.jobs = [];
        waiting.delete(member);
        if (waiting.size > 0) return;
        cancelFrame?.();
        cancelFrame = null;
      },
    };
  };
}

/** Of the window. */
export const joinTurns = createTurns({
  now: () => performance.now(),
  onFrame(run) {
    const handle = requestAnimationFrame(run);
    return () => cancelAnimationFrame(handle);
  },
  // A task of its own comes only when the frame is laid out and painted.
  afterFrame: (run) => void setTimeout(run),
});

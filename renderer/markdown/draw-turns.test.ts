import { expect, test } from 'vitest';
import { createTurns, type Turn } from './draw-turns.ts';

const frameMs = 1000 / 60;

/** Frames that come when the test says so; what is drawn takes as long as it says. */
function fakeWindow() {
  let now = 0;
  let next: (() => void) | null = null;
  let after: (() => void)[] = [];
  const drawn: { name: string; at: number }[] = [];
  const join = createTurns({
    now: () => now,
    onFrame(run) {
      next = run;
      return () => (next = null);
    },
    afterFrame: (run) => after.push(run),
  });
  return {
    join,
    drawn,
    take: (ms: number) => (now += ms),
    draws:
      (name: string, costMs = 0) =>
      () => {
        drawn.push({ name, at: Math.round(now) });
        now += costMs;
      },
    isResting: () => next === null,
    frames(count: number, before: () => void = () => {}) {
      for (let index = 0; index < count; index += 1) {
        before();
        const run = next;
        next = null;
        const begin = now;
        run?.();
        for (const each of after) each();
        after = [];
        now = Math.max(begin + frameMs, now);
      }
    },
  };
}

const times = (drawn: readonly { name: string; at: number }[], name: string) =>
  drawn.filter((each) => each.name === name).map(({ at }) => at);
const gaps = (at: readonly number[]) => at.slice(1).map((each, index) => each - (at[index] ?? 0));

test('of four answers that grow with every frame one is drawn at a time, each of them eight times a second', () => {
  const view = fakeWindow();
  const turns: [string, Turn][] = ['a', 'b', 'c', 'd'].map((name) => [name, view.join()]);
  view.frames(120, () => turns.forEach(([name, turn]) => turn.ask(view.draws(name, 2))));
  expect(new Set(view.drawn.map(({ at }) => at)).size).toBe(view.drawn.length);
  expect(Math.min(...gaps(view.drawn.map(({ at }) => at)))).toBeGreaterThan(1.5 * frameMs);
  for (const [name] of turns) expect(Math.max(...gaps(times(view.drawn, name)))).toBeLessThan(150);
});

test('one that is alone is drawn after at most a twentieth of a second, with the newest it asked for', () => {
  const view = fakeWindow();
  const turn = view.join();
  let length = 0;
  view.frames(60, () => {
    length += 1;
    turn.ask(view.draws(String(length)));
  });
  const seen = view.drawn.map(({ name }) => Number(name));
  expect(Math.max(...gaps(view.drawn.map(({ at }) => at)))).toBeLessThan(60);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBeGreaterThan(56);
});

test('what costs much is drawn less often, a tenth of the time; never so seldom that it seems to stand', () => {
  const view = fakeWindow();
  const turn = view.join();
  view.frames(200, () => turn.ask(view.draws('dear', 20)));
  expect(Math.min(...gaps(times(view.drawn, 'dear')))).toBeGreaterThan(190);
  view.drawn.length = 0;
  view.frames(200, () => turn.ask(view.draws('very dear', 300)));
  expect(Math.max(...gaps(times(view.drawn, 'very dear')).slice(1))).toBeLessThan(750);
});

test('what comes from beside the page is done with its answer’s drawing, in order and a few at once', () => {
  const view = fakeWindow();
  const turn = view.join();
  turn.ask(view.draws('text', 1));
  view.frames(6);
  turn.ask(view.draws('text', 1));
  for (let index = 0; index < 10; index += 1) turn.later(view.draws(`job ${index}`, 1.5));
  const before = view.drawn.length;
  view.frames(6, () => turn.ask(view.draws('text', 1)));
  expect(view.drawn.slice(before, before + 3).map(({ name }) => name)).toEqual(['text', 'job 0', 'job 1']);
  view.frames(60, () => turn.ask(view.draws('text', 1)));
  expect(view.drawn.filter(({ name }) => name.startsWith('job')).map(({ name }) => name)).toEqual(
    Array.from({ length: 10 }, (_, index) => `job ${index}`),
  );
});

test('of many complete answers it is done a few at a time in every frame, between the drawings of one that grows', () => {
  const view = fakeWindow();
  const growing = view.join();
  const complete = Array.from({ length: 40 }, () => view.join());
  complete.forEach((turn, index) => turn.later(view.draws(`job ${index}`, 1)));
  let most = 0;
  view.frames(60, () => {
    growing.ask(view.draws('text', 1));
    most = Math.max(
      most,
      ...[...Map.groupBy(view.drawn, ({ at }) => Math.floor(at / frameMs)).values()].map((all) => all.length),
    );
  });
  expect(most).toBeLessThan(8);
  expect(view.drawn.filter(({ name }) => name.startsWith('job'))).toHaveLength(40);
  expect(Math.max(...times(view.drawn, 'job 39'))).toBeLessThan(500);
  expect(Math.max(...gaps(times(view.drawn, 'text')))).toBeLessThan(60);
});

test('no frame is asked for when nothing waits, or when what waited has left', () => {
  const view = fakeWindow();
  const turn = view.join();
  expect(view.isResting()).toBe(true);
  turn.ask(view.draws('a'));
  view.frames(20);
  expect(view.drawn).toHaveLength(1);
  expect(view.isResting()).toBe(true);
  turn.ask(view.draws('b'));
  turn.later(view.draws('c'));
  turn.leave();
  expect(view.isResting()).toBe(true);
  view.frames(20);
  expect(view.drawn).toHaveLength(1);
});

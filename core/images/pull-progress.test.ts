import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePullLine } from '../engine/ndjson.ts';
import {
  beginPull,
  completePull,
  endPull,
  type PullState,
  reducePull,
  stallAfterMs,
  toProgress,
  withLayerSizes,
} from './pull-progress.ts';

const [a, b, c] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'];
const size = (id: string, bytes: number) => ({ digest: `sha256:${id}${'0'.repeat(52)}`, bytes });
const start = [beginPull(0), 'Pulling from nim/x'] as const;

/** `id status current/total`, one after the other, at the given time. */
function after(state: PullState, lines: readonly string[], atMs = 0): PullState {
  return lines.reduce((before, text) => {
    const [, id, status = text, numbers] = /^([abcdef]{12}) (.*?)(?: (\d+\/\d*))?$/.exec(text) ?? [];
    const [current, total] = (numbers ?? '').split('/');
    const progressDetail =
      numbers === undefined
        ? {}
        : { current: Number(current), ...(total === '' ? { units: 's' } : { total: Number(total) }) };
    return reducePull(before, parsePullLine(JSON.stringify({ id, status, progressDetail })), atMs);
  }, state);
}

const shown = (state: PullState) => {
  const { bytesDone, bytesTotal } = toProgress(state, state.atMs);
  return [bytesDone, bytesTotal];
};
const docker = (...lines: string[]) => after(start[0], [start[1], ...lines]);

describe('sizes from the manifest', () => {
  const named = [`${a} Pulling fs layer`, `${b} Pulling fs layer`];
  const sizes = [size(a, 100), size(b, 200), size(c, 50)];

  it('give the total as soon as the engine names a layer, before any of its own numbers', () => {
    const state = withLayerSizes(docker(...named), sizes);
    expect(shown(state)).toEqual([0, 350]);
    expect(toProgress(state, 0).layers).toEqual({ total: 3, done: 0, existing: 0 });
    expect(shown(withLayerSizes(docker(), sizes))).toEqual([0, null]);
  });

  it('may come at any time, and change nothing that was shown but the total', () => {
    const halfway = docker(...named, `${a} Downloading 40/100`);
    expect(shown(halfway)).toEqual([40, null]);
    expect(shown(withLayerSizes(halfway, [size(a, 100), size(b, 200)]))).toEqual([40, 300]);
  });

  it('leave out layers that the engine has: named as existing, or not named once it fetches', () => {
    const state = after(withLayerSizes(docker(`${a} Already exists`, `${b} Pulling fs layer`), sizes), [
      `${b} Downloading 20/200`,
    ]);
    expect(shown(state)).toEqual([20, 200]);
    expect(toProgress(state, 0).layers).toEqual({ total: 3, done: 2, existing: 2 });
  });

  it('tell how many layers there were when the engine names none', () => {
    const state = after(withLayerSizes(docker(), sizes), ['Digest: sha256:x']);
    expect(toProgress(endPull(state, 'ended', 0), 0)).toMatchObject({
      phase: 'DONE',
      bytesDone: 0,
      bytesTotal: 0,
      layers: { total: 3, done: 3, existing: 3 },
    });
  });

  it('count a layer that ends without a number with its size', () => {
    expect(
      shown(after(withLayerSizes(docker(...named), [size(a, 100), size(b, 200)]), [`${a} Download complete`])),
    ).toEqual([100, 300]);
  });

  it('are given up when they are of another image than the engine pulls', () => {
    const state = withLayerSizes(docker('dddddddddddd Pulling fs layer'), sizes);
    expect(shown(after(state, ['dddddddddddd Downloading 5/10']))).toEqual([5, 10]);
  });

  it('never make what was shown smaller, even when they come late and are larger', () => {
    const known = docker(`${a} Pulling fs layer`, `${a} Downloading 90/100`);
    expect(shown(known)).toEqual([90, 100]);
    expect(shown(withLayerSizes(known, [size(a, 1000)]))).toEqual([90, 100]);
  });

  it('let Podman’s pull have a total, past the configuration that it lists like a layer', () => {
    const podman = after(withLayerSizes(beginPull(0), [size(a, 100), size(b, 200)]), [
      `${a} Pulling fs layer`,
      `${a} Downloading 10/100`,
      `${c} Pulling fs layer`,
      `${c} Download complete`,
    ]);
    expect(shown(podman)).toEqual([10, 300]);
    expect(toProgress(podman, 0).layers.total).toBe(2);
  });
});

describe('a layer that is interrupted', () => {
  it('goes on where it was when the engine names what is left as the total', () => {
    const state = docker(
      `${a} Pulling fs layer`,
      `${a} Downloading 60/100`,
      `${a} Retrying in 1 second`,
      `${a} Downloading 5/40`,
    );
    expect(shown(state)).toEqual([65, 100]);
    // … and again, from the second rest.
    expect(shown(after(state, [`${a} Retrying in 10 seconds`, `${a} Downloading 10/20`]))).toEqual([90, 100]);
  });

  it('stays where it was shown while a server that does not resume sends it again', () => {
    const state = docker(
      `${a} Pulling fs layer`,
      `${a} Downloading 60/100`,
      `${a} Retrying in 5 seconds`,
      `${a} Downloading 10/100`,
    );
    expect(shown(state)).toEqual([60, 100]);
    expect(shown(after(state, [`${a} Downloading 70/100`]))).toEqual([70, 100]);
  });

  it('reads a line without numbers neither as nothing nor as everything', () => {
    expect(shown(docker(`${a} Pulling fs layer`, `${a} Downloading 60/100`, `${a} Downloading`))).toEqual([60, 100]);
  });

  it('begins at its kept bytes in the containerd store', () => {
    expect(shown(docker(`${a} Pulling fs layer`, `${a} Downloading 60/100`))).toEqual([60, 100]);
  });
});

describe('phases', () => {
  const phase = (state: PullState, nowMs = state.atMs) => toProgress(state, nowMs).phase;

  it('follow the slowest part of the work', () => {
    let state = docker();
    const expectNext = (expected: string, ...lines: string[]) => {
      state = after(state, lines);
      expect(phase(state)).toBe(expected);
    };
    expectNext('RESOLVING', `${a} Already exists`);
    expectNext('DOWNLOADING', `${b} Pulling fs layer`, `${c} Pulling fs layer`, `${c} Waiting`);
    expectNext(
      'DOWNLOADING',
      `${b} Downloading 5/10`,
      `${b} Verifying Checksum`,
      `${b} Download complete`,
      `${b} Extracting 5/10`,
    );
    expectNext('RETRYING', `${c} Retrying in 5 seconds`);
    expectNext('DOWNLOADING', `${c} Downloading 5/10`);
    expectNext('VERIFYING', `${b} Pull complete`, `${c} Verifying Checksum`);
    expectNext('EXTRACTING', `${c} Download complete`);
    expectNext('VERIFYING', `${c} Pull complete`);
    expectNext('DONE', 'Digest: sha256:x', 'Status: Downloaded newer image for x');
  });

  it('unpack in seconds without mistaking them for bytes', () => {
    const state = docker(
      `${a} Pulling fs layer`,
      `${a} Downloading 100/100`,
      `${a} Download complete`,
      `${a} Extracting 7/`,
    );
    expect(phase(state)).toBe('EXTRACTING');
    expect(shown(state)).toEqual([100, 100]);
  });

  it.each([
    ['while it resolves', []],
    ['while it downloads', [`${a} Pulling fs layer`, `${a} Downloading 5/10`]],
    ['while it tries again', [`${a} Pulling fs layer`, `${a} Retrying in 1 second`]],
  ])('are STALLED without a byte %s', (_name, lines) => {
    const state = after(docker(), lines, 1000);
    expect(phase(state, state.activeAtMs + stallAfterMs - 1)).not.toBe('STALLED');
    const stalled = toProgress(state, state.activeAtMs + stallAfterMs);
    expect(stalled).toMatchObject({ phase: 'STALLED', stalledSince: new Date(state.activeAtMs).toISOString() });
  });

  it('are STALLED although lines keep coming, if they bring no byte (containerd store)', () => {
    const line = `${a} Downloading 5/10`;
    const state = after(after(docker(`${a} Pulling fs layer`), [line], 1000), [line, line], 1000 + stallAfterMs);
    expect(toProgress(state, state.atMs)).toMatchObject({ phase: 'STALLED', stalledSince: '1970-01-01T00:00:01.000Z' });
    expect(phase(after(state, [`${a} Downloading 6/10`], state.atMs + 1))).toBe('DOWNLOADING');
  });

  it('are never STALLED while the engine counts down to a retry, or unpacks without a word', () => {
    const counting = after(
      after(docker(`${a} Pulling fs layer`), [`${a} Retrying in 25 seconds`], 1000),
      [`${a} Retrying in 5 seconds`],
      21_000,
    );
    expect(phase(counting)).toBe('RETRYING');
    const unpacking = docker(`${a} Pulling fs layer`, `${a} Download complete`);
    expect(phase(unpacking, 10 * 60_000)).toBe('EXTRACTING');
  });

  it('end once', () => {
    const done = docker('Status: Image is up to date for x');
    expect(phase(endPull(done, 'cancelled', 0))).toBe('DONE');
    expect(phase(endPull(docker(), 'ended', 0))).toBe('RESOLVING');
    expect(endPull(docker(), 'ended', 0).outcome).toBe('incomplete');
    expect(phase(completePull(after(beginPull(0), [`${a} Downloading 5/10`]), 0))).toBe('DONE');
  });
});

describe('rate and time to go', () => {
  it('follow the last seconds and the clock', () => {
    let state = docker(`${a} Pulling fs layer`);
    for (let second = 1; second <= 20; second += 1)
      state = after(state, [`${a} Downloading ${second * 10}/1000`], second * 1000);
    expect(toProgress(state, 20_000)).toMatchObject({ bytesPerSecond: 10, etaSeconds: 80 });
    // Five seconds without a line: the rate fades instead of standing still.
    expect(toProgress(state, 25_000).bytesPerSecond).toBeLessThan(6);
  });

  it('do not count bytes that were kept from an earlier pull', () => {
    const lines = (atMs: number, current: number) => [atMs, `${a} Downloading ${current}/1000000`] as const;
    let state = docker(`${a} Pulling fs layer`);
    for (const [atMs, line] of [lines(100, 500_000), lines(1100, 500_010), lines(2100, 500_020)])
      state = after(state, [line], atMs);
    expect(toProgress(state, 2100).bytesPerSecond).toBe(10);
  });

  it('stay sensible whatever the clock does, back or far ahead', () => {
    const step = fc.tuple(fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.nat({ max: 50 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        let state = after(beginPull(1_000_000_000), [start[1], `${a} Pulling fs layer`], 1_000_000_000);
        let clock = 1_000_000_000;
        let current = 0;
        let before = 0;
        for (const [jump, gained] of steps) {
          clock += jump;
          current = Math.min(current + gained, 5_000);
          state = after(state, [`${a} Downloading ${current}/5000`], clock);
          const { bytesDone, bytesPerSecond, etaSeconds } = toProgress(state, clock);
          expect(bytesDone).toBeGreaterThanOrEqual(before);
          before = bytesDone;
          for (const number of [bytesPerSecond, etaSeconds]) {
            expect(number === null || (Number.isFinite(number) && number >= 0), String(number)).toBe(true);
          }
        }
      }),
    );
  });
});

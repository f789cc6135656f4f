import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toHash, type Route } from '../router.ts';
import { createFakeApi, emptyWorld, type FakeApi } from '../testing/fake-api.ts';
import { ago, fakeDisks, fakeGpuReport, fakeNim, idOf } from '../testing/fake-data.ts';
import { renderApp } from '../testing/render-app.tsx';

/** React tells whoever says so before it is loaded of each of its commits. */
const react = vi.hoisted(() => {
  const seen = { commits: 0 };
  Reflect.set(globalThis, '__REACT_DEVTOOLS_GLOBAL_HOOK__', {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberRoot: () => (seen.commits += 1),
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
  });
  return seen;
});

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => {
  show(true);
  vi.useRealTimers();
});

function show(isShown: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: !isShown });
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: isShown ? 'visible' : 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}

const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1_000));

/** Three NIMs that have been ready for an hour and five seconds. */
function threeNims(): FakeApi {
  const world = emptyWorld();
  const nims = ['one', 'two', 'three'].map((name) => fakeNim(name, { status: 'ready', statusSince: ago(3_605) }));
  world.nims.set({ isKnown: true, nims });
  world.gpu.set(fakeGpuReport());
  return createFakeApi(world);
}

const pages: Route[] = [
  { page: 'home' },
  { page: 'models' },
  { page: 'running' },
  { page: 'nim', nimId: idOf('one'), tab: 'overview' },
  { page: 'nim', nimId: idOf('one'), tab: 'log' },
  { page: 'chat', conversationId: null, nimId: null },
  { page: 'settings' },
];

describe.each(pages.map((route) => [toHash(route)]))('%s with three NIMs, while nothing happens', (hash) => {
  test('draws nothing but the minutes', async () => {
    renderApp({ fake: threeNims(), hash });
    await pass(20);
    expect(react.commits).toBeGreaterThan(0);
    react.commits = 0;
    await pass(120);
    expect(react.commits).toBeLessThanOrEqual(2);
  });

  test('wakes up every ten seconds', async () => {
    renderApp({ fake: threeNims(), hash });
    // What was asked for once may grow stale and be forgotten once.
    await pass(600);
    let wakeUps = 0;
    for (const end = Date.now() + 120_000; Date.now() < end && vi.getTimerCount() > 0; wakeUps += 1) {
      await act(() => vi.advanceTimersToNextTimerAsync());
    }
    // A log that has no run yet is asked for again meanwhile.
    expect(wakeUps).toBeLessThanOrEqual(hash.endsWith('/log') ? 100 : 13);
  });

  test('does nothing at all while it is hidden', async () => {
    renderApp({ fake: threeNims(), hash });
    await pass(20);
    show(false);
    // What was asked for once may grow stale and be forgotten once.
    await pass(600);
    react.commits = 0;
    const wakeUps = vi.spyOn(globalThis, 'setTimeout');
    await pass(600);
    expect(react.commits).toBe(0);
    expect(wakeUps).not.toHaveBeenCalled();
    // What is asked for again every few seconds has one timer, and asks nothing.
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    wakeUps.mockRestore();
  });
});

test('a disk whose space moves by some bytes draws nothing, by some GB its text', async () => {
  const fake = threeNims();
  renderApp({ fake, hash: toHash({ page: 'home' }) });
  await pass(20);
  react.commits = 0;
  await act(async () => fake.world.disks.set(fakeDisks(812e9 + 4096)));
  await pass(1);
  expect(react.commits).toBe(0);
  await act(async () => fake.world.disks.set(fakeDisks(640e9)));
  await pass(1);
  expect(react.commits).toBe(1);
});

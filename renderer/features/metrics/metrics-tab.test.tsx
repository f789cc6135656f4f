import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import type { MetricsSample } from '../../../shared/contract/metrics.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeNim } from '../../testing/fake-data.ts';
import { fakeMetrics, fakeSample, fakeTotals } from '../../testing/fake-nim.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { recent, toPoints } from './metrics-tab.tsx';
import { createSampleWindow } from './sample-window.ts';

const nim = fakeNim('mine');
const hash = `#/running/${nim.id}/metrics`;
const { metrics: text } = words;
const noCounters = {
  running: null,
  waiting: null,
  kvCacheUsage: null,
  promptTokens: null,
  generationTokens: null,
  ttft: null,
  itl: null,
  e2e: null,
};

function withSamples(samples: MetricsSample[], changes: Parameters<typeof fakeMetrics>[1] = {}) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.samples = samples;
  fake.world.metrics.set(fakeMetrics(samples, changes));
  return fake;
}

describe('the tab', () => {
  test('shows every series with its present value', async () => {
    renderApp({ fake: withSamples([fakeSample({ at: ago(2) }), fakeSample({ running: 7, kvCacheUsage: 0.5 })]), hash });
    const requests = within(await screen.findByRole('region', { name: text.requests }));
    expect(requests.getByText('7')).toBeDefined();
    const cache = within(screen.getByRole('region', { name: text.kvCache }));
    expect(cache.getByText(text.share(0.5))).toBeDefined();
    const gpu = within(screen.getByRole('region', { name: text.gpuMemory }));
    expect(gpu.getByText('69.5 GiB')).toBeDefined();
    expect(gpu.getByText(text.gpuNote(1))).toBeDefined();
    for (const title of [text.tokens, text.ttft, text.itl, text.cpu, text.memory, text.gpuUse])
      expect(screen.getByRole('region', { name: title })).toBeDefined();
  });

  test('says what this NIM does not count, and draws no empty lines for it', async () => {
    renderApp({
      fake: withSamples([fakeSample(noCounters)], { totals: fakeTotals({ family: 'nim', ...noCounters }) }),
      hash,
    });
    await screen.findByText(new RegExp(`^${text.missing} .*${text.names.ttft}`));
    expect(screen.queryByRole('region', { name: text.requests })).toBeNull();
    expect(screen.getByRole('region', { name: text.cpu })).toBeDefined();
    expect(screen.queryByText(text.totals)).toBeNull();
  });

  test.each(['off', 'waiting', 'none', 'not-answering'] as const)(
    'says why there is nothing of its own: %s',
    async (nimSource) => {
      renderApp({ fake: withSamples([], { nimSource, totals: null }), hash });
      await screen.findByText(text.sources[nimSource].title);
    },
  );

  test('a NIM without a GPU is said to have none', async () => {
    renderApp({
      fake: withSamples([fakeSample({ gpuMemoryMiB: null, gpuUtilizationPercent: null })], { gpuCount: 0 }),
      hash,
    });
    expect(await screen.findAllByText(text.noGpu)).toHaveLength(2);
  });

  test('goes on with each new sample, and asks only for what it missed', async () => {
    const first = [fakeSample({ at: ago(6), running: 1 }), fakeSample({ at: ago(4), running: 2 })];
    const fake = withSamples(first);
    renderApp({ fake, hash });
    const requests = within(await screen.findByRole('region', { name: text.requests }));
    await requests.findByText('2');
    const reads = () => fake.calls.filter(([operation]) => operation === 'metrics.read').length;
    const before = reads();
    act(() => fake.world.metrics.set(fakeMetrics([...first, fakeSample({ running: 9 })])));
    await requests.findByText('9');
    expect(reads()).toBe(before);
  });
});

describe('the samples held', () => {
  const samples = Array.from({ length: 5 }, (_, index) => fakeSample({ at: ago(50 - index * 10), running: index }));
  const runningOf = (window: ReturnType<typeof createSampleWindow>) => window.samples().map(({ running }) => running);

  test('what was missed is read, and a gap is none', async () => {
    const fake = withSamples(samples);
    const window = createSampleWindow(fake.api, nim.id);
    const close = window.open();
    window.follow(fakeMetrics(samples.slice(0, 2)));
    await vi.waitFor(() => expect(runningOf(window)).toEqual([0, 1, 2, 3, 4]));
    close();
  });

  test('another core counts anew', async () => {
    const fake = withSamples(samples);
    const window = createSampleWindow(fake.api, nim.id);
    const close = window.open();
    window.follow(fakeMetrics(samples));
    await vi.waitFor(() => expect(window.samples()).toHaveLength(5));
    fake.world.samples = [fakeSample({ running: 77 })];
    window.follow(fakeMetrics(fake.world.samples));
    await vi.waitFor(() => expect(runningOf(window)).toEqual([77]));
    close();
  });

  test('what core has dropped goes', async () => {
    const fake = withSamples(samples);
    const window = createSampleWindow(fake.api, nim.id);
    const close = window.open();
    window.follow(fakeMetrics(samples));
    await vi.waitFor(() => expect(window.samples()).toHaveLength(5));
    window.follow(fakeMetrics([...samples, fakeSample({ running: 5 })], { first: 3 }));
    expect(runningOf(window)).toEqual([3, 4, 5]);
    close();
  });

  test('a reader that has left asks for nothing more', async () => {
    const fake = withSamples(samples);
    const release = fake.hold('metrics.read');
    const window = createSampleWindow(fake.api, nim.id);
    const close = window.open();
    window.follow(fakeMetrics(samples));
    close();
    release();
    await waitFor(() => expect(fake.calls.filter(([operation]) => operation === 'metrics.read')).toHaveLength(1));
    expect(window.samples()).toEqual([]);
  });
});

test('the time that is shown ends with the newest sample', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 24, 15, minutes)).toISOString();
  const samples = [0, 10, 14, 15].map((minute) => fakeSample({ at: at(minute), running: minute }));
  expect(recent(samples, 5).map(({ running }) => running)).toEqual([10, 14, 15]);
  expect(recent(samples, Infinity)).toHaveLength(4);
  expect(recent([], 5)).toEqual([]);
});

test('no line is drawn across a minute in which nobody measured', () => {
  const samples = [ago(64), ago(62), ago(2)].map((at) => fakeSample({ at }));
  const known = toPoints(samples).map(({ sample }) => sample !== null);
  expect(known).toEqual([true, true, false, true]);
});

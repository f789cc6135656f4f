import { act, screen, waitFor } from '@testing-library/react';
import { Profiler, useState } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { streams } from '../query.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { fakeGpuReport, fakeJob } from '../testing/fake-data.ts';
import { renderPart } from '../testing/render-app.tsx';
import { useStream } from './use-stream.ts';

function Titles() {
  const { data, failure } = useStream(streams.jobs);
  return (
    <p>
      {data?.map((job) => job.title).join(' ') ?? 'nothing yet'} {failure?.code}
    </p>
  );
}

function Folded() {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setOpen(!isOpen)}>
        fold
      </button>
      {isOpen && <Titles />}
    </>
  );
}

const jobsOpened = (calls: [string, unknown][]) => calls.filter(([operation]) => operation === 'jobs.watch').length;

test('shows what comes, with one reader for many components, and frees it', async () => {
  const fake = createFakeApi();
  const { unmount } = renderPart(
    <>
      <Titles />
      <Titles />
    </>,
    { fake },
  );
  expect(screen.getAllByText('nothing yet')).toHaveLength(2);
  await waitFor(() => expect(fake.world.jobs.readers()).toBe(1));
  act(() => fake.world.jobs.set([fakeJob('one')]));
  await waitFor(() => expect(screen.getAllByText('one')).toHaveLength(2));
  expect(fake.world.jobs.readers()).toBe(1);
  unmount();
  await waitFor(() => expect(fake.world.jobs.readers()).toBe(0));
});

test('a flood of states is merged: at most one commit a frame, and the newest is the last', async () => {
  const fake = createFakeApi();
  let commits = 0;
  renderPart(
    <Profiler id="titles" onRender={() => (commits += 1)}>
      <Titles />
    </Profiler>,
    { fake },
  );
  await waitFor(() => expect(fake.world.jobs.readers()).toBe(1));
  commits = 0;
  for (let index = 0; index < 500; index += 1) fake.world.jobs.set([fakeJob(`job ${index}`)]);
  await screen.findByText('job 499');
  expect(commits).toBeLessThan(10);
});

test('goes on after a reconnect, and keeps what it had until then', async () => {
  const fake = createFakeApi();
  fake.world.jobs.set([fakeJob('before')]);
  const { connection } = renderPart(<Titles />, { fake });
  await screen.findByText('before');
  connection.setState({ status: 'waiting', nextTryAt: Date.now() + 1000 });
  fake.world.jobs.fail(new AppError('DISCONNECTED', 'cut'));
  await waitFor(() => expect(fake.world.jobs.readers()).toBe(0));
  const opened = jobsOpened(fake.calls);
  expect(screen.getByText('before')).toBeDefined();
  fake.world.jobs.set([fakeJob('after')]);
  expect(jobsOpened(fake.calls)).toBe(opened);
  act(() => connection.setState({ status: 'connected' }));
  await screen.findByText('after');
});

test('tells of a failure, tries again where that may help, and takes it back', async () => {
  const fake = createFakeApi();
  fake.failWith('jobs.watch', new AppError('ENGINE_LOST', ''));
  renderPart(<Titles />, { fake });
  await screen.findByText('nothing yet ENGINE_LOST');
  fake.world.jobs.set([fakeJob('again')]);
  fake.failWith('jobs.watch', null);
  await screen.findByText('again', {}, { timeout: 3000 });
});

test('what failed for the reader before is not said of the next one', async () => {
  const fake = createFakeApi();
  fake.failWith('jobs.watch', new AppError('BAD_INPUT', ''));
  const { user } = renderPart(<Folded />, { fake });
  await screen.findByText('nothing yet BAD_INPUT');
  await user.click(screen.getByRole('button'));
  fake.failWith('jobs.watch', null);
  fake.world.jobs.set([fakeJob('again')]);
  await user.click(screen.getByRole('button'));
  expect((await screen.findByText('again')).textContent.trim()).toBe('again');
});

test('a failure that trying again would not mend ends the reading', async () => {
  const fake = createFakeApi();
  fake.failWith('jobs.watch', new AppError('BAD_INPUT', ''));
  renderPart(<Titles />, { fake });
  await screen.findByText('nothing yet BAD_INPUT');
  const opened = jobsOpened(fake.calls);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(jobsOpened(fake.calls)).toBe(opened);
});

describe('in a hidden window', () => {
  function Machine() {
    const { data, failure } = useStream(streams.gpu, ({ gpus }) => gpus.length);
    return (
      <p>
        {data ?? 'no'} GPUs {failure?.code}
      </p>
    );
  }
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    show(true);
    vi.useRealTimers();
  });
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  function show(isShown: boolean) {
    Object.defineProperty(document, 'hidden', { configurable: true, value: !isShown });
    document.dispatchEvent(new Event('visibilitychange'));
  }

  test('a look ends with its sight and begins again with it; what is kept for everybody goes on', async () => {
    const fake = createFakeApi();
    fake.world.gpu.set(fakeGpuReport());
    renderPart(
      <>
        <Machine />
        <Titles />
      </>,
      { fake },
    );
    await pass(100);
    expect(screen.getByText(/^[1-9] GPUs$/)).toBeDefined();
    expect([fake.world.gpu.readers(), fake.world.jobs.readers()]).toEqual([1, 1]);
    show(false);
    await pass(0);
    expect([fake.world.gpu.readers(), fake.world.jobs.readers()]).toEqual([0, 1]);
    await pass(60_000);
    expect(fake.world.gpu.readers()).toBe(0);
    fake.world.gpu.set({ ...fakeGpuReport(), gpus: [] });
    show(true);
    await pass(100);
    expect(fake.world.gpu.readers()).toBe(1);
    expect(screen.getByText('0 GPUs')).toBeDefined();
  });

  test('it begins with the first time that the window is shown, and ends with whoever wanted it', async () => {
    show(false);
    const fake = createFakeApi();
    const { unmount } = renderPart(<Machine />, { fake });
    await pass(10_000);
    expect(fake.world.gpu.readers()).toBe(0);
    show(true);
    await pass(100);
    expect(fake.world.gpu.readers()).toBe(1);
    show(false);
    await pass(10_000);
    unmount();
    show(true);
    await pass(100);
    expect(fake.world.gpu.readers()).toBe(0);
  });
});

test('another key is another stream', async () => {
  const sources = { first: streams.logCounts('run-1'), second: streams.logCounts('run-2') };
  function Switch() {
    const [isSecond, setSecond] = useState(false);
    useStream(isSecond ? sources.second : sources.first);
    return <button onClick={() => setSecond(true)}>switch</button>;
  }
  const fake = createFakeApi();
  const { user } = renderPart(<Switch />, { fake });
  await user.click(screen.getByText('switch'));
  await waitFor(() => expect(fake.calls.at(-1)).toEqual(['logs.watch', { runId: 'run-2' }]));
  await waitFor(() => expect(fake.world.counts.readers()).toBe(1));
});

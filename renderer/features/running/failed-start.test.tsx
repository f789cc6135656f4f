import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../shared/contract/jobs.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeJob, fakeNim, idOf } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { failedStartOf } from './failed-start.tsx';

const line = 'EngineCore failed to start.';
const exited = fakeNim('two', {
  status: 'exited',
  startedAt: ago(30),
  address: null,
  exit: { code: 1, at: ago(20), isOutOfMemory: false, firstErrorLine: line },
});
const failed = (changes: Partial<Job> = {}) =>
  fakeJob('two', {
    kind: 'deploy',
    nimId: idOf('two'),
    state: 'failed',
    pull: null,
    startedAt: ago(40),
    endedAt: ago(20),
    failure: { code: 'NIM_GPU_MEMORY_TAKEN', message: 'Free memory on device is less than desired.' },
    ...changes,
  });
const { title } = errorCatalog.NIM_GPU_MEMORY_TAKEN;

function withFailed(hash: string) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [exited] });
  fake.world.jobs.set([failed()]);
  renderApp({ fake, hash });
}

test('the page of a NIM that did not start says why in words, and what can be done', async () => {
  withFailed(`#/running/${idOf('two')}/overview`);
  const card = within(await screen.findByRole('alert'));
  expect(card.getByText(title)).toBeDefined();
  expect(card.getByText('Free memory on device is less than desired.')).toBeDefined();
  expect(card.getByRole('button', { name: words.deploy.change })).toBeDefined();
});

test('its row says it, too, above the first error line', async () => {
  withFailed('#/running');
  const main = within(await screen.findByRole('main'));
  const said = await main.findByText(title);
  expect(said.closest('p')?.nextElementSibling?.textContent).toBe(line);
});

describe('after the job has been replaced or cleared away, the cause stays with the container', () => {
  function withoutJob(hash: string) {
    const fake = createFakeApi();
    const failure = { code: 'NIM_GPU_MEMORY_TAKEN', message: 'Free memory on device is less than desired.' } as const;
    const nim = { ...exited, exit: exited.exit === null ? null : { ...exited.exit, failure } };
    fake.world.nims.set({ isKnown: true, nims: [fakeNim('two-2', { status: 'starting' }), nim] });
    fake.world.jobs.set([
      failed({ id: 'newer', nimId: idOf('two-2'), state: 'running', failure: null, endedAt: null }),
    ]);
    fake.world.holders = [{ nim: null, gpuIndex: 0, pid: 71, processName: 'python3', memoryMiB: 60_000 }];
    return renderApp({ fake, hash });
  }

  test('on its page, with who is in the way and what can be changed', async () => {
    const { user } = withoutJob(`#/running/${idOf('two')}/overview`);
    const card = within(await screen.findByRole('alert'));
    expect(card.getByText(title)).toBeDefined();
    expect(await card.findByRole('list', { name: words.gpu.holders.title })).toBeDefined();
    await user.click(await card.findByRole('button', { name: words.deploy.change }));
    expect(await screen.findByRole('dialog')).toBeDefined();
  });

  test('in its row', async () => {
    withoutJob('#/running');
    const main = within(await screen.findByRole('main'));
    expect((await main.findByText(title)).closest('p')?.nextElementSibling?.textContent).toBe(line);
  });
});

describe('the job that tells why', () => {
  test('is the last one', () => {
    const older = failed({ id: 'older', startedAt: ago(400), endedAt: ago(300) });
    expect(failedStartOf(exited, [older, failed()])?.id).toBe('job-two');
  });

  test.each<[string, readonly Job[]]>([
    ['is of another NIM', [failed({ nimId: idOf('one') })]],
    ['went well, and the NIM ended later', [failed({ state: 'done', failure: null })]],
    [
      'was followed by one that went well',
      [failed(), failed({ id: 'b', state: 'done', failure: null, startedAt: ago(25) })],
    ],
    ['ended before a start from elsewhere', [failed({ startedAt: ago(400), endedAt: ago(300) })]],
  ])('tells nothing where it %s', (_name, jobs) => {
    expect(failedStartOf(exited, jobs)).toBeNull();
  });

  test('tells nothing while the NIM runs', () => {
    expect(failedStartOf(fakeNim('two'), [failed()])).toBeNull();
  });
});

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { ago, fakeGpu, fakeGpuReport, fakeJob, fakeNim, fakePull, idOf, noEngine } from '../testing/fake-data.ts';
import { renderApp } from '../testing/render-app.tsx';
import { navigate } from '../router.ts';
import { words } from '../words.ts';
import { cancelCost } from './cancel-job.tsx';
import { useDialogs } from './dialogs.ts';
import { jobPhase, pulledPart, pullFacts } from './job-progress.tsx';
import { justEnded } from './notices.ts';
import { gpuMemory } from './machine.ts';

describe('the frame', () => {
  test('leads to every page, says where it is, and tells the window', async () => {
    const { user } = renderApp();
    const rail = screen.getByRole('navigation', { name: words.shell.navigation });
    for (const page of ['running', 'chat', 'settings', 'home', 'models'] as const) {
      await user.click(within(rail).getByRole('link', { name: words.pages[page] }));
      await waitFor(() =>
        expect(within(rail).getByRole('link', { name: words.pages[page] }).getAttribute('aria-current')).toBe('page'),
      );
      expect(document.title).toBe(words.shell.pageTitle(words.pages[page]));
      await screen.findByRole('heading', { level: 1 });
    }
  });

  test('by keyboard', async () => {
    const { user } = renderApp();
    await user.keyboard('{Control>}3{/Control}');
    await waitFor(() => expect(window.location.hash).toBe('#/running'));
    await user.keyboard('{Control>},{/Control}');
    await waitFor(() => expect(window.location.hash).toBe('#/settings'));
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    await user.keyboard('{Control>}2{/Control}');
    await user.keyboard('{Control>}f{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('searchbox')));
  });

  test('an address that leads nowhere', async () => {
    renderApp({ hash: '#/nowhere' });
    await screen.findByRole('heading', { level: 1, name: words.common.unknownPage });
  });

  test('without the right token there is only what to do', () => {
    renderApp({ connection: { status: 'refused' } });
    expect(screen.getByRole('heading', { level: 1, name: words.connection.refusedTitle })).toBeDefined();
    expect(screen.queryByRole('navigation')).toBeNull();
  });

  test('a cut connection: counts down and can be tried now', async () => {
    const { user, connection } = renderApp();
    act(() => connection.setState({ status: 'waiting', nextTryAt: Date.now() + 60_000 }));
    await user.click(screen.getByRole('button', { name: words.connection.tryNow }));
    expect(connection.retries).toBe(1);
    act(() => connection.setState({ status: 'connected' }));
    expect(screen.queryByRole('button', { name: words.connection.tryNow })).toBeNull();
  });

  test('what was set aside at the start is said once', async () => {
    const fake = createFakeApi();
    fake.world.info.notices = [{ code: 'STORE_DAMAGED', message: 'nimdeck.db was set aside as nimdeck.db.damaged-1.' }];
    const { user } = renderApp({ fake });
    await screen.findByText(/set aside as/);
    await user.click(screen.getByRole('button', { name: words.common.dismiss }));
    expect(screen.queryByText(/set aside as/)).toBeNull();
  });

  test('the strip says engine and GPU memory', async () => {
    const fake = createFakeApi();
    fake.world.gpu.set(fakeGpuReport([fakeGpu({ memoryTotalMiB: 81_920, memoryUsedMiB: 20_480 })]));
    renderApp({ fake });
    await screen.findByText('Docker 27.3.1');
    expect(screen.getByText('20.0 GiB of 80.0 GiB')).toBeDefined();
    act(() => fake.world.engine.set(noEngine));
    await screen.findByText(words.engine.strip.unreachable);
  });
});

describe('what lies over a page', () => {
  const isAnythingOpen = () => screen.queryByRole('dialog') !== null || screen.queryByRole('alertdialog') !== null;
  const dialogs = useDialogs.getState();
  const job = fakeJob('mixtral-8x7b');

  test.each<[string, () => void]>([
    ['a dialog', () => dialogs.openShortcuts()],
    ['a form', () => dialogs.openRun('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5')],
    ['a question', () => dialogs.openCancelJob(job.id)],
    ['the palette', () => dialogs.openPalette('all')],
    ['the jobs', () => dialogs.setTrayOpen(true)],
  ])('goes with it: %s', async (_name, open) => {
    const fake = createFakeApi();
    fake.world.jobs.set([job]);
    renderApp({ fake, hash: '#/models' });
    await screen.findByRole('heading', { level: 1, name: words.pages.models });
    act(open);
    await waitFor(() => expect(isAnythingOpen()).toBe(true));
    act(() => navigate({ page: 'running' }));
    const heading = await screen.findByRole('heading', { level: 1, name: words.pages.running });
    await waitFor(() => expect(isAnythingOpen()).toBe(false));
    await waitFor(() => expect(document.activeElement).toBe(heading));
  });

  test('stays while the page’s address only becomes more exact', async () => {
    let isReplaced = false;
    // Happy DOM tells of a replaced address as of another one; browsers do not.
    const swallow = (event: Event) => {
      if (isReplaced && event instanceof HashChangeEvent) event.stopImmediatePropagation();
    };
    window.addEventListener('hashchange', swallow);
    onTestFinished(() => window.removeEventListener('hashchange', swallow));
    renderApp({ hash: '#/settings' });
    await screen.findByRole('heading', { level: 1, name: words.pages.settings });
    act(() => dialogs.openShortcuts());
    await screen.findByRole('dialog');
    isReplaced = true;
    act(() => navigate({ page: 'settings', section: 'key' }, { replace: true }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAnythingOpen()).toBe(true);
  });
});

describe('jobs', () => {
  const open = async (jobs: Parameters<typeof fakeJob>[]) => {
    const fake = createFakeApi();
    fake.world.jobs.set(jobs.map((job) => fakeJob(...job)));
    const rendered = renderApp({ fake, hash: '#/settings' });
    await rendered.user.click(await screen.findByRole('button', { name: /^(Jobs|\d+ jobs? running)/ }));
    return { ...rendered, tray: await screen.findByRole('dialog', { name: words.jobs.title }) };
  };

  test('none', async () => {
    const { tray } = await open([]);
    expect(within(tray).getByText(words.jobs.empty)).toBeDefined();
  });

  test('progress, speed, what is left', async () => {
    const { tray } = await open([['one']]);
    const bar = within(tray).getByRole('progressbar', { name: words.jobs.progressOf('one') });
    expect(bar.getAttribute('aria-valuenow')).toBe('41.5');
    for (const fact of ['4.31 GB of 10.4 GB', '12 of 31 layers', '88.2 MB/s', '1 min 9 s left'])
      expect(within(tray).getByText(fact)).toBeDefined();
  });

  test('a size that is not known is not invented', async () => {
    const { tray } = await open([['one', { pull: fakePull({ bytesTotal: null, etaSeconds: null }) }]]);
    expect(within(tray).getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
    expect(within(tray).getByText(words.jobs.sizeUnknown)).toBeDefined();
  });

  test('says what a cancel loses, before', async () => {
    const { user, tray, fake } = await open([['one', { cancelKeeps: 'nothing' }]]);
    await user.click(within(tray).getByRole('button', { name: words.jobs.cancel('one') }));
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog.textContent).toContain(words.jobs.cancelCosts.nothing('4.31 GB'));
    expect(fake.calls.some(([operation]) => operation === 'jobs.cancel')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: words.jobs.cancelConfirm.pull }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.cancel', { jobId: 'job-one' }]));
  });

  test('and after; where nothing is lost nothing is asked', async () => {
    const { user, tray, fake } = await open([
      ['one', { cancelKeeps: null }],
      ['two', { state: 'cancelled', cancelKeeps: 'layers', endedAt: ago(5) }],
    ]);
    expect(within(tray).getByText(words.jobs.cancelled.layers)).toBeDefined();
    await user.click(within(tray).getByRole('button', { name: words.jobs.cancel('one') }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.cancel', { jobId: 'job-one' }]));
  });

  test('a failed start: why, the last lines, its log, and away with it', async () => {
    const { user, tray, fake } = await open([
      [
        'mine',
        {
          kind: 'deploy',
          state: 'failed',
          endedAt: ago(1),
          nimId: idOf('mine'),
          failure: { code: 'NIM_EXITED', message: 'It ended with code 0.' },
          logTail: ['first', 'Invalid key'],
        },
      ],
    ]);
    const alert = within(tray).getByRole('alert');
    expect(alert.textContent).toContain('It ended with code 0.');
    expect(alert.textContent).toContain('Invalid key');
    expect(within(tray).getByRole('link', { name: words.jobs.openLog }).getAttribute('href')).toBe(
      `#/running/${idOf('mine')}/log`,
    );
    await user.click(within(tray).getByRole('button', { name: words.jobs.dismiss('mine') }));
    expect(fake.calls).toContainEqual(['jobs.dismiss', { jobId: 'job-mine' }]);
    await user.click(within(tray).getByRole('button', { name: words.jobs.dismissAll }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.dismiss', { jobId: null }]));
  });

  test('a missing key is asked for where it is needed, then the pull is tried again', async () => {
    const { user, tray, fake } = await open([
      ['one', { state: 'failed', endedAt: ago(1), failure: { code: 'NGC_KEY_MISSING', message: '' } }],
    ]);
    await user.click(within(tray).getByRole('button', { name: words.common.signIn }));
    const dialog = await screen.findByRole('dialog', { name: words.signIn.title });
    await user.type(within(dialog).getByLabelText(words.signIn.key), 'nvapi-x{Enter}');
    await waitFor(() => expect(fake.calls).toContainEqual(['images.pull', { reference: fakeJob('one').reference }]));
    expect(fake.calls).toContainEqual(['ngc.signIn', { key: 'nvapi-x' }]);
  });

  test('a key that was missing is asked for by the notice itself, and then the pull is tried again', async () => {
    const fake = createFakeApi();
    fake.world.jobs.set([fakeJob('one')]);
    const { user } = renderApp({ fake, hash: '#/running' });
    await screen.findByText('one');
    act(() =>
      fake.world.jobs.set([
        fakeJob('one', { state: 'failed', endedAt: ago(0), failure: { code: 'NGC_KEY_MISSING', message: '' } }),
      ]),
    );
    await screen.findAllByText(words.jobs.failedTitle.pull('one'));
    await user.click(await screen.findByRole('button', { name: words.common.signIn, hidden: true }));
    const dialog = await screen.findByRole('dialog', { name: words.signIn.title });
    await user.type(within(dialog).getByLabelText(words.signIn.key), 'nvapi-x{Enter}');
    await waitFor(() => expect(fake.calls).toContainEqual(['images.pull', { reference: fakeJob('one').reference }]));
  });

  test('a key that is refused keeps the dialog and its words', async () => {
    const { user, tray, fake } = await open([
      ['one', { state: 'failed', endedAt: ago(1), failure: { code: 'NGC_KEY_MISSING', message: '' } }],
    ]);
    fake.failWith('ngc.signIn', new AppError('NGC_KEY_REJECTED', 'nvcr.io said no.'));
    await user.click(within(tray).getByRole('button', { name: words.common.signIn }));
    const dialog = await screen.findByRole('dialog', { name: words.signIn.title });
    await user.type(within(dialog).getByLabelText(words.signIn.key), 'nvapi-x{Enter}');
    expect((await within(dialog).findByRole('alert')).textContent).toContain('nvcr.io said no.');
    expect(within(dialog).queryByRole('button', { name: words.common.signIn })).toBeNull();
    expect(fake.calls.some(([operation]) => operation === 'images.pull')).toBe(false);
  });

  test('how one ended is said on whatever page is open', async () => {
    const fake = createFakeApi();
    fake.world.jobs.set([fakeJob('one'), fakeJob('old', { state: 'done', endedAt: ago(50) })]);
    const { user } = renderApp({ fake, hash: '#/settings' });
    await screen.findByText('one');
    act(() =>
      fake.world.jobs.set([
        fakeJob('one', { state: 'done', endedAt: ago(0) }),
        fakeJob('old', { state: 'done', endedAt: ago(50) }),
      ]),
    );
    expect((await screen.findAllByText(words.jobs.done.pull('one'))).length).toBeGreaterThan(0);
    expect(screen.queryByText(words.jobs.done.pull('old'))).toBeNull();
    await user.click(await screen.findByRole('button', { name: words.models.run }));
    const dialog = await screen.findByRole('dialog', { name: words.deploy.title('one') });
    expect(within(dialog).getByDisplayValue(fakeJob('one').reference ?? '')).toBeDefined();
  });

  test('what has become ready on another page is one step away', async () => {
    const fake = createFakeApi();
    const nim = fakeNim('stage');
    fake.world.nims.set({ isKnown: true, nims: [nim] });
    const deploy = { kind: 'deploy', nimId: nim.id } as const;
    fake.world.jobs.set([fakeJob('stage', deploy)]);
    const { user } = renderApp({ fake, hash: '#/settings' });
    await screen.findByText('stage');
    act(() => fake.world.jobs.set([fakeJob('stage', { ...deploy, state: 'done', endedAt: ago(0) })]));
    await screen.findAllByText(words.jobs.done.deploy('stage'));
    await user.click(await screen.findByRole('button', { name: words.jobs.openNim }));
    await waitFor(() => expect(window.location.hash).toBe(`#/running/${nim.id}/overview`));
  });
});

test('justEnded finds what ran and runs no more', () => {
  const done = fakeJob('a', { state: 'done' });
  expect(justEnded([fakeJob('a'), fakeJob('b')], [done, fakeJob('b')])).toEqual([done]);
  expect(justEnded([], [done])).toEqual([]);
});

test('progress in words and numbers', () => {
  expect(pulledPart(fakePull({ bytesDone: 5, bytesTotal: 10 }))).toBe(0.5);
  expect(pulledPart(fakePull({ bytesTotal: null }))).toBeNull();
  expect(pulledPart(fakePull({ bytesTotal: 0, phase: 'DONE' }))).toBe(1);
  expect(jobPhase(fakeJob('a'))).toBe('Pulling 41 %');
  expect(jobPhase(fakeJob('a', { pull: fakePull({ phase: 'EXTRACTING' }) }))).toBe('Unpacking');
  const stalled = fakePull({ stalledSince: new Date(0).toISOString() });
  expect(pullFacts(stalled, 47_000)).toContain(words.jobs.stalledFor('47 s'));
  expect(pullFacts(stalled, 47_000)).not.toContain('88.2 MB/s');
});

test('a start that is cancelled loses its container, not its image', () => {
  const start = { step: 'starting', phase: 'CREATED', phaseSince: ago(1), lastLine: null } as const;
  expect(cancelCost(fakeJob('a', { start }))).toBe(words.jobs.cancelStart);
  expect(cancelCost(fakeJob('a', { cancelKeeps: null }))).toBeNull();
});

test('a card that does not say its memory is left out', () => {
  expect(
    gpuMemory(fakeGpuReport([fakeGpu({ memoryUsedMiB: 1, memoryTotalMiB: 2 }), fakeGpu({ memoryUsedMiB: null })])),
  ).toEqual({
    usedMiB: 1,
    totalMiB: 2,
  });
  expect(gpuMemory(fakeGpuReport([]))).toBeNull();
});

import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { useNimFilter } from './nim-list.tsx';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeJob, fakeLine, fakeNim, noEngine } from '../../testing/fake-data.ts';
import { fakeCost, fakeDetails, fakeEvent } from '../../testing/fake-nim.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';
import { chatCommand } from '../../app/chat-command.ts';

function withNims(nims: Nim[], isKnown = true) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown, nims });
  return fake;
}

afterEach(() => useNimFilter.setState(useNimFilter.getInitialState()));

describe('the list', () => {
  test('loading', () => {
    const fake = createFakeApi();
    fake.world.nims = watchable();
    renderApp({ fake, hash: '#/running' });
    expect(screen.getAllByText(words.common.loading).length).toBeGreaterThan(0);
    expect(screen.queryByText(words.running.empty)).toBeNull();
  });

  test('empty: what to do first', async () => {
    renderApp({ hash: '#/running' });
    await screen.findByText(words.running.empty);
    expect(screen.getByRole('link', { name: words.running.chooseModel }).getAttribute('href')).toBe('#/models');
  });

  test('every status has its word, its phase and its time', async () => {
    renderApp({
      fake: withNims([
        fakeNim('a'),
        fakeNim('b', { status: 'starting', phase: 'WEIGHTS', statusSince: ago(130) }),
        fakeNim('c', { status: 'exited', exit: { code: 137, at: ago(5), isOutOfMemory: true, firstErrorLine: null } }),
        fakeNim('d', { status: 'not-answering' }),
        fakeNim('e', { status: 'stopped' }),
      ]),
      hash: '#/running',
    });
    const main = within(await screen.findByRole('list', { name: words.running.title }));
    for (const status of ['ready', 'starting', 'exited', 'not-answering', 'stopped'] as const)
      expect(await main.findByText(words.running.statuses[status], { selector: 'li span' })).toBeDefined();
    const rowOf = (text: RegExp) => main.getByText(text).closest('li')?.textContent;
    expect(rowOf(/Loading weights/)).toMatch(/2 min 1\d s/);
    expect(rowOf(/code 137/)).toContain(words.running.outOfMemory);
  });

  test('a run whose container is not made yet is shown as its job', async () => {
    const fake = createFakeApi();
    fake.world.jobs.set([fakeJob('coming', { kind: 'deploy' })]);
    renderApp({ fake, hash: '#/running' });
    const main = within(await screen.findByRole('main'));
    expect(await main.findByText('coming')).toBeDefined();
    expect(screen.queryByText(words.running.empty)).toBeNull();
  });

  test('a run that comes can be cancelled where it is shown', async () => {
    const fake = createFakeApi();
    fake.world.jobs.set([fakeJob('coming', { kind: 'deploy', cancelKeeps: null })]);
    const { user } = renderApp({ fake, hash: '#/running' });
    const main = within(await screen.findByRole('main'));
    await user.click(await main.findByRole('button', { name: words.jobs.cancel('coming') }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.cancel', { jobId: 'job-coming' }]));
  });

  test('a run that failed says why where one looks for it, and its choices can be changed', async () => {
    const fake = createFakeApi();
    const failure = { code: 'TAG_NOT_FOUND' as const, message: 'no such tag' };
    const failed = { kind: 'deploy', state: 'failed', pull: null, failure } as const;
    fake.world.jobs.set([fakeJob('gone', failed), fakeJob('older', failed)]);
    const { user } = renderApp({ fake, hash: '#/running' });
    const main = within(await screen.findByRole('main'));
    expect((await main.findByRole('alert')).textContent).toContain('no such tag');
    expect(main.queryByText('older')).toBeNull();
    expect(screen.queryByText(words.running.empty)).toBeNull();
    await user.click(main.getByRole('button', { name: words.deploy.change }));
    const dialog = within(await screen.findByRole('dialog', { name: words.deploy.title('gone') }));
    await user.click(dialog.getByRole('button', { name: words.deploy.run }));
    // The old entry goes when the new run begins.
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.dismiss', { jobId: 'job-gone' }]));
  });

  test('without an engine: the list as last seen, and nothing can be done', async () => {
    const fake = withNims([fakeNim('a', { status: 'unknown' })], false);
    fake.world.engine.set(noEngine);
    renderApp({ fake, hash: '#/running' });
    await screen.findByText(words.running.isOld);
    expect(screen.getByRole('button', { name: words.running.start }).hasAttribute('disabled')).toBe(true);
  });

  test('a failure of the list is a card', async () => {
    const fake = createFakeApi();
    fake.failWith('nims.watch', new AppError('ENGINE_LOST', 'gone'));
    renderApp({ fake, hash: '#/running' });
    expect((await screen.findByRole('alert')).textContent).toContain('gone');
  });

  test('one that was paused with another tool says so, and is resumed from here', async () => {
    const fake = withNims([fakeNim('a', { status: 'paused' })]);
    const { user } = renderApp({ fake, hash: '#/running' });
    const list = within(await screen.findByRole('list', { name: words.running.title }));
    expect(list.getByText(words.running.statuses.paused)).toBeDefined();
    expect(list.getByText(words.running.pausedHint)).toBeDefined();
    expect(list.getByRole('button', { name: words.running.stop })).toBeDefined();
    await user.click(list.getByRole('button', { name: words.running.resume }));
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.resume', { nimId: fakeNim('a').id }]));
  });

  test('stop, start and restart', async () => {
    const fake = withNims([fakeNim('a'), fakeNim('b', { status: 'stopped' })]);
    const { user } = renderApp({ fake, hash: '#/running' });
    await user.click(await screen.findByRole('button', { name: words.running.stop }));
    await user.click(screen.getByRole('button', { name: words.running.start }));
    await user.click(screen.getByRole('button', { name: words.common.moreActions('b') }));
    expect(await screen.findByRole('menuitem', { name: words.running.remove })).toBeDefined();
    expect(screen.queryByRole('menuitem', { name: words.running.restart })).toBeNull();
    await user.keyboard('{Escape}');
    await user.click(screen.getByRole('button', { name: words.common.moreActions('a') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.restart }));
    await waitFor(() =>
      expect(fake.calls.filter(([operation]) => /^nims\.(?:stop|start|restart)$/.test(operation))).toEqual([
        ['nims.stop', { nimId: fakeNim('a').id }],
        ['nims.start', { nimId: fakeNim('b').id }],
        ['nims.restart', { nimId: fakeNim('a').id }],
      ]),
    );
  });
});

describe('removing', () => {
  test('names the NIM and what it costs; the harmless way out is first', async () => {
    const fake = withNims([fakeNim('mine')]);
    const { user } = renderApp({ fake, hash: '#/running' });
    await user.click(await screen.findByRole('button', { name: words.common.moreActions('mine') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.remove }));
    const dialog = await screen.findByRole('alertdialog', { name: words.running.removeTitle('mine') });
    expect(dialog.textContent).toContain(words.running.removeCostRunning);
    expect(dialog.textContent).toContain(words.running.removeStays);
    await within(dialog).findByText(words.running.startCost('2 min 16 s'));
    await user.click(within(dialog).getByRole('button', { name: words.running.keep }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(fake.calls.some(([operation]) => operation === 'nims.remove')).toBe(false);
  });

  test.each([true, false])(
    'from the list leaves the focus on the page; answered before the row goes: %s',
    async (isAnsweredFirst) => {
      const fake = withNims([fakeNim('mine'), fakeNim('other')]);
      const { user } = renderApp({ fake, hash: '#/running' });
      await user.click(await screen.findByRole('button', { name: words.common.moreActions('mine') }));
      await user.click(await screen.findByRole('menuitem', { name: words.running.remove }));
      const answer = isAnsweredFirst ? null : fake.hold('nims.remove');
      await user.click(await screen.findByRole('button', { name: words.running.removeConfirm }));
      if (isAnsweredFirst) await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
      act(() => fake.world.nims.set({ isKnown: true, nims: [fakeNim('other')] }));
      await waitFor(() => expect(screen.queryByText('mine')).toBeNull());
      answer?.();
      await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
    },
  );

  test('from its page leads back to the list', async () => {
    const fake = withNims([fakeNim('mine', { status: 'stopped' })]);
    const { user } = renderApp({ fake, hash: `#/running/${fakeNim('mine').id}/overview` });
    await user.click(await screen.findByRole('button', { name: words.common.moreActions('mine') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.remove }));
    await user.click(await screen.findByRole('button', { name: words.running.removeConfirm }));
    await waitFor(() => expect(window.location.hash).toBe('#/running'));
    expect(fake.calls).toContainEqual(['nims.remove', { nimId: fakeNim('mine').id }]);
  });
});

describe('removing more than the container', () => {
  async function openDialog(cost: Parameters<typeof fakeCost>[0] = {}) {
    const fake = withNims([fakeNim('mine')]);
    fake.world.cost = fakeCost(cost);
    const { user } = renderApp({ fake, hash: '#/running' });
    await user.click(await screen.findByRole('button', { name: words.common.moreActions('mine') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.remove }));
    const dialog = within(await screen.findByRole('alertdialog', { name: words.running.removeTitle('mine') }));
    return { fake, user, dialog };
  }
  const nimId = fakeNim('mine').id;

  test('is a choice, with what it costs', async () => {
    const { fake, user, dialog } = await openDialog();
    await user.click(await dialog.findByRole('checkbox', { name: /21.4 GB/ }));
    expect(dialog.queryByText(words.running.removeStays)).toBeNull();
    expect(dialog.getByText(words.running.removeModelsStay)).toBeDefined();
    await user.click(dialog.getByRole('button', { name: words.running.removeConfirm }));
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.remove', { nimId, image: true }]));
  });

  test('is not offered for what other NIMs need, nor for what is not there', async () => {
    const { fake, user, dialog } = await openDialog({ image: { sizeBytes: 1, usedBy: ['other'] }, cache: null });
    await dialog.findByText(words.running.removeImageUsed(['other']));
    expect(dialog.queryByRole('checkbox')).toBeNull();
    await user.click(dialog.getByRole('button', { name: words.running.removeConfirm }));
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.remove', { nimId }]));
  });

  test('nothing is taken away while what it costs is not known', async () => {
    const fake = withNims([fakeNim('mine')]);
    fake.failWith('nims.cost', new AppError('ENGINE_LOST', 'gone'));
    const { user } = renderApp({ fake, hash: '#/running' });
    await user.click(await screen.findByRole('button', { name: words.common.moreActions('mine') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.remove }));
    const dialog = within(await screen.findByRole('alertdialog'));
    await user.click(dialog.getByRole('button', { name: words.running.removeConfirm }));
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.remove', { nimId }]));
  });
});

test('a stop asks first while somebody is being answered', async () => {
  const nim = fakeNim('mine');
  const fake = withNims([nim]);
  fake.world.cost = fakeCost({ runningRequests: 3 });
  const { user } = renderApp({ fake, hash: '#/running' });
  await user.click(await screen.findByRole('button', { name: words.running.stop }));
  const dialog = within(await screen.findByRole('alertdialog', { name: words.running.stopTitle('mine') }));
  expect(dialog.getByText(words.running.stopCost(3))).toBeDefined();
  expect(fake.calls.some(([operation]) => operation === 'nims.stop')).toBe(false);
  await user.click(dialog.getByRole('button', { name: words.running.stopConfirm }));
  await waitFor(() => expect(fake.calls).toContainEqual(['nims.stop', { nimId: nim.id }]));
});

describe('many', () => {
  const many = [
    ...Array.from({ length: 50 }, (_, index) => fakeNim(`llama-${index}`, { status: 'stopped', address: null })),
    fakeNim('mixtral', {
      status: 'exited',
      exit: { code: 1, at: ago(5), isOutOfMemory: false, firstErrorLine: 'no memory' },
    }),
  ];

  test('can be searched and filtered, and what failed comes first', { timeout: 20_000 }, async () => {
    const { user } = renderApp({ fake: withNims(many), hash: '#/running' });
    const list = await screen.findByRole('list', { name: words.running.title });
    expect(within(list).getAllByRole('heading')[0]?.textContent).toBe('mixtral');
    expect(screen.getByText('no memory')).toBeDefined();
    await user.type(screen.getByRole('searchbox', { name: words.running.filter.search }), 'llama-4 1.15');
    // llama-4 and llama-40 to llama-49
    await screen.findByText(words.running.filter.counts(11, 51));
    await user.click(screen.getByRole('button', { name: words.running.filter.statuses.failed }));
    await screen.findByText(words.running.filter.none);
    await user.click(screen.getByRole('button', { name: words.running.filter.clear }));
    await screen.findByText(words.running.filter.counts(51, 51));
  });

  test('a few are just shown', async () => {
    renderApp({ fake: withNims([fakeNim('a')]), hash: '#/running' });
    await screen.findByRole('list', { name: words.running.title });
    expect(screen.queryByRole('searchbox')).toBeNull();
  });
});

describe('the page of a NIM', () => {
  test('its tabs have their own addresses', async () => {
    const nim = fakeNim('mine');
    const { user } = renderApp({ fake: withNims([nim]), hash: `#/running/${nim.id}` });
    await screen.findByRole('heading', { level: 1, name: 'mine' });
    await user.click(screen.getByRole('tab', { name: words.running.tabs.log }));
    await waitFor(() => expect(window.location.hash).toBe(`#/running/${nim.id}/log`));
    await screen.findByText(words.log.none);
  });

  test('says what ended it', async () => {
    const firstErrorLine = 'ValueError: No available memory';
    const nim = fakeNim('mine', {
      status: 'exited',
      exit: { code: 1, at: ago(1), isOutOfMemory: false, firstErrorLine },
    });
    renderApp({ fake: withNims([nim]), hash: `#/running/${nim.id}/overview` });
    await screen.findByText(firstErrorLine);
  });

  test('tells how far a start is, and what is still to come by the measure of the last one', async () => {
    const startedAt = ago(100);
    const nim = fakeNim('mine', { status: 'starting', phase: 'WEIGHTS', startedAt, statusSince: startedAt });
    const fake = withNims([nim]);
    fake.world.events.set([
      fakeEvent(1, 'started', { at: startedAt, startedAt }),
      fakeEvent(2, 'phase', { at: ago(90), startedAt, phase: 'ENGINE_START' }),
      fakeEvent(3, 'phase', { at: ago(60), startedAt, phase: 'WEIGHTS' }),
    ]);
    renderApp({ fake, hash: `#/running/${nim.id}/overview` });
    const steps = within(await screen.findByRole('list', { name: words.running.startUnderWay }));
    const items = steps.getAllByRole('listitem');
    expect(items.map((item) => item.getAttribute('aria-current'))).toEqual([null, null, 'step', null]);
    expect(items[1]?.textContent).toContain('30 s');
    expect(items[1]?.textContent).toContain(words.running.lastTime('31 s'));
    expect(items[3]?.textContent).toContain(words.jobs.startPhases.GRAPHS);
    await screen.findByText(words.running.lastStart('2 min 16 s'));
  });

  test('its errors lead to their lines', async () => {
    const nim = fakeNim('mine');
    const fake = withNims([nim]);
    fake.world.runs = [{ id: 'run-1', nimId: nim.id, startedAt: ago(100), endedAt: null }];
    fake.world.errors = [fakeLine(41, 'ERROR first'), fakeLine(700, 'ERROR newest')];
    renderApp({ fake, hash: `#/running/${nim.id}/overview` });
    const newest = (await screen.findByText('ERROR newest')).closest('li') ?? document.body;
    expect(within(newest).getByRole('link').getAttribute('href')).toBe(`#/running/${nim.id}/log/701`);
    expect(screen.getByText('ERROR first')).toBeDefined();
  });

  test('says what it was given where that is not what was asked for', async () => {
    const nim = fakeNim('mine', { gpus: { kind: 'devices', ids: ['GPU-gone'] } });
    const fake = withNims([nim]);
    fake.world.details = fakeDetails(nim, {
      gpu: { asked: nim.gpus, way: 'hook', devices: [{ id: 'GPU-gone', name: null, memoryTotalMiB: null }] },
    });
    renderApp({ fake, hash: `#/running/${nim.id}/overview` });
    await screen.findByText(new RegExp(words.configuration.notListed));
  });

  test('run again opens its choices, with a name and a port of its own', async () => {
    const nim = fakeNim('mine');
    const fake = withNims([nim]);
    const { user } = renderApp({ fake, hash: `#/running/${nim.id}/configuration` });
    await user.click(await screen.findByRole('button', { name: words.configuration.runAgain }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: words.deploy.run }));
    await waitFor(() =>
      expect(fake.calls).toContainEqual([
        'nims.deploy',
        expect.objectContaining({ reference: nim.reference, name: null, port: null, gpus: { kind: 'all' } }),
      ]),
    );
    expect(fake.calls.some(([operation]) => operation === 'jobs.dismiss')).toBe(false);
  });

  test('one that is gone is said to be gone, also while it is looked at', async () => {
    const nim = fakeNim('mine');
    const fake = withNims([nim]);
    renderApp({ fake, hash: `#/running/${nim.id}/overview` });
    await screen.findByRole('heading', { level: 1, name: 'mine' });
    act(() => fake.world.nims.set({ isKnown: true, nims: [] }));
    await screen.findByText(words.running.notFound);
  });
});

test('the command can be pasted, whatever the model is called', () => {
  const command = chatCommand('http://127.0.0.1:8000', `it's "x"`);
  expect(command).toContain(String.raw`it'\''s \"x\"`);
});

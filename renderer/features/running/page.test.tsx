import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeJob, fakeNim, noEngine } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';
import { chatCommand } from './overview.tsx';

function withNims(nims: Nim[], isKnown = true) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown, nims });
  return fake;
}

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
    for (const status of ['ready', 'starting', 'exited', 'not-answering', 'stopped'] as const)
      expect(await screen.findByText(words.running.statuses[status])).toBeDefined();
    expect(screen.getByText(/Loading weights/).textContent).toMatch(/2 min 1\d s/);
    expect(screen.getByText(/code 137/).textContent).toContain(words.running.outOfMemory);
  });

  test('a run whose container is not made yet is shown as its job', async () => {
    const fake = createFakeApi();
    fake.world.jobs.set([fakeJob('coming', { kind: 'deploy' })]);
    renderApp({ fake, hash: '#/running' });
    expect((await screen.findAllByText('coming')).length).toBeGreaterThan(1);
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

  test('stop, start and restart', async () => {
    const fake = withNims([fakeNim('a'), fakeNim('b', { status: 'stopped' })]);
    const { user } = renderApp({ fake, hash: '#/running' });
    await user.click(await screen.findByRole('button', { name: words.running.stop }));
    await user.click(screen.getByRole('button', { name: words.running.start }));
    await user.click(screen.getByRole('button', { name: words.common.moreActions('a') }));
    await user.click(await screen.findByRole('menuitem', { name: words.running.restart }));
    await waitFor(() =>
      expect(fake.calls.filter(([operation]) => operation.startsWith('nims.') && operation !== 'nims.watch')).toEqual([
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
    await user.click(within(dialog).getByRole('button', { name: words.running.keep }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(fake.calls.some(([operation]) => operation === 'nims.remove')).toBe(false);
  });

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

import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { PracticeState } from '../../../shared/contract/practice.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeNim } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const state: PracticeState = {
  isRunning: true,
  machine: 'rtx-4090',
  speed: 20,
  faults: [],
  key: 'nvapi-PRACTICE-not-a-real-key',
};

function practise(change: Partial<PracticeState> = {}, hash = '#/models') {
  const fake = createFakeApi();
  fake.world.practice.set({ ...state, ...change });
  return renderApp({ fake, hash, core: 'practice' });
}

/** The hint stands behind the title, in the same name. */
const begins = (title: string) => (name: string) => name.startsWith(title);

const bar = () => screen.getByRole('region', { name: words.practice.title });

describe('the bar of practice mode', () => {
  test('is on every page and in the title, and leads back', async () => {
    const { user, connection } = practise();
    for (const page of ['models', 'running', 'hardware', 'chat', 'settings']) {
      window.location.hash = `#/${page}`;
      await waitFor(() => expect(document.title).toMatch(/^Practice: /));
      expect(within(bar()).getByText(words.practice.nothingIsReal)).toBeTruthy();
    }
    await user.click(within(bar()).getByRole('button', { name: words.practice.leave }));
    expect(connection.switches).toEqual(['real']);
  });

  test('is not there in the real thing, which asks nothing of practice', async () => {
    const { fake } = renderApp();
    await screen.findByRole('heading', { level: 1 });
    expect(screen.queryByRole('region', { name: words.practice.title })).toBeNull();
    expect(fake.calls.filter(([operation]) => operation.startsWith('practice.'))).toEqual([]);
    expect(document.title).not.toContain('Practice');
  });

  test('says what it is once, and again when asked', async () => {
    const { user, unmount } = practise();
    for (const sentence of words.practice.intro.sentences) expect(screen.getByText(sentence)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: words.practice.intro.done }));
    expect(screen.queryByText(words.practice.intro.title)).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    await user.click(within(bar()).getByRole('button', { name: words.practice.more }));
    await user.click(await screen.findByRole('menuitem', { name: words.practice.about }));
    expect(await screen.findByText(words.practice.intro.title)).toBeTruthy();
    unmount();
  });

  test.each([
    ['gives the page its place in a low window', 320, false],
    ['stays beside the page in a high one', 900, true],
  ])('its words: a step %s', async (_, height, isLeft) => {
    localStorage.clear();
    const before = window.innerHeight;
    window.innerHeight = height;
    try {
      const { user } = practise({}, '#/home');
      await user.click(await screen.findByRole('link', { name: words.practice.intro.pull }));
      await screen.findByRole('heading', { level: 1, name: words.models.title });
      await waitFor(() => expect(screen.queryByText(words.practice.intro.title) !== null).toBe(isLeft));
    } finally {
      window.innerHeight = before;
    }
  });

  test('makes things go wrong and takes them back', async () => {
    const { user, fake } = practise({ faults: [{ fault: 'pull-stalls', isHappening: false }] });
    await user.click(await within(bar()).findByRole('button', { name: words.practice.faults.on(1) }));
    const { titles } = words.practice.faults;
    const item = (fault: keyof typeof titles, role: 'menuitem' | 'menuitemcheckbox') =>
      screen.getByRole(role, { name: begins(titles[fault].title) });
    const stalls = await screen.findByRole('menuitemcheckbox', { name: begins(titles['pull-stalls'].title) });
    expect(stalls.getAttribute('aria-checked')).toBe('true');
    expect(stalls.textContent).toContain(words.practice.faults.waits);
    const offered = [...screen.getAllByRole('menuitem'), ...screen.getAllByRole('menuitemcheckbox')];
    expect(offered).toHaveLength(Object.keys(titles).length);
    await user.click(stalls);
    await user.click(item('gpu-lost', 'menuitemcheckbox'));
    await user.click(item('nim-dies', 'menuitem'));
    expect(fake.calls.filter(([operation]) => operation === 'practice.provoke').map(([, input]) => input)).toEqual([
      { fault: 'pull-stalls', isOn: false },
      { fault: 'gpu-lost', isOn: true },
      { fault: 'nim-dies', isOn: true },
    ]);
  });

  test('says what cannot go wrong now', async () => {
    const { user, fake } = practise();
    fake.failWith('practice.provoke', new AppError('CONFLICT', 'No NIM runs.'));
    await user.click(await within(bar()).findByRole('button', { name: words.practice.faults.trigger }));
    const { title } = words.practice.faults.titles['nim-dies'];
    await user.click(await screen.findByRole('menuitem', { name: begins(title) }));
    expect(await screen.findAllByText(/No NIM runs\./)).not.toEqual([]);
  });

  test('changes the machine at once where nothing runs, and asks where something would end', async () => {
    const { user, fake } = practise();
    const choose = async (title: string) => {
      await user.click(await within(bar()).findByRole('combobox', { name: words.practice.machine.label }));
      await user.click(await screen.findByRole('option', { name: begins(title) }));
    };
    const changes = () => fake.calls.filter(([operation]) => operation === 'practice.setMachine');
    await choose(words.practice.machine.titles.gb10.title);
    await waitFor(() => expect(changes()).toEqual([['practice.setMachine', { machine: 'gb10' }]]));

    fake.world.nims.set({ isKnown: true, nims: [fakeNim('llama', { status: 'ready' })] });
    await choose(words.practice.machine.titles.none.title);
    const question = await screen.findByRole('alertdialog');
    expect(question.textContent).toContain('llama');
    await user.click(within(question).getByRole('button', { name: words.practice.machine.keep }));
    expect(changes()).toHaveLength(1);
    await choose(words.practice.machine.titles.none.title);
    await user.click(await screen.findByRole('button', { name: words.practice.machine.change }));
    await waitFor(() => expect(changes()[1]).toEqual(['practice.setMachine', { machine: 'none' }]));
  });

  test('offers to begin anew, and asks first', async () => {
    const { user, fake } = practise({ isRunning: false });
    expect(await within(bar()).findByText(words.practice.ended)).toBeTruthy();
    await user.click(within(bar()).getByRole('button', { name: words.practice.reset.action }));
    const question = await screen.findByRole('alertdialog', { name: words.practice.reset.title });
    expect(fake.calls.some(([operation]) => operation === 'practice.reset')).toBe(false);
    await user.click(within(question).getByRole('button', { name: words.practice.reset.confirm }));
    await waitFor(() => expect(window.location.hash).toBe('#/home'));
    expect(fake.calls.some(([operation]) => operation === 'practice.reset')).toBe(true);
  });

  test('gives the practice key where a key is asked for', async () => {
    const { user, fake } = practise({}, '#/settings');
    const field = await screen.findByLabelText(words.signIn.key);
    await user.click(await screen.findByRole('button', { name: words.practice.key.use }));
    expect((field as HTMLInputElement).value).toBe(state.key);
    await user.click(screen.getByRole('button', { name: words.signIn.submit }));
    await waitFor(() => expect(fake.calls).toContainEqual(['ngc.signIn', { key: state.key }]));
  });
});

test('the real thing is left by one click, once practice mode has begun', async () => {
  const fake = createFakeApi();
  fake.world.engine.set({ ...fake.world.engine.get()!, status: 'unreachable' });
  const { user, connection } = renderApp({ fake, hash: '#/running' });
  fake.failWith('practice.open', new AppError('PRACTICE_UNAVAILABLE', 'It could not begin.'));
  const enter = await screen.findByRole('button', { name: words.practice.try });
  await user.click(enter);
  expect(await screen.findAllByText(/It could not begin\./)).not.toEqual([]);
  expect(connection.switches).toEqual([]);
  fake.failWith('practice.open', null);
  await user.click(enter);
  await waitFor(() => expect(connection.switches).toEqual(['practice']));
});

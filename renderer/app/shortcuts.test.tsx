import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { createFakeApi } from '../testing/fake-api.ts';
import { fakeConversation, fakeNim, fakeSettings } from '../testing/fake-data.ts';
import { renderApp } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { spellChord } from './chord.ts';
import { chordOf, isCharacterKey, shortcutIds, shortcuts } from './shortcuts.ts';

describe('in a window of our own', () => {
  test('leads to every page by its number, which stays when others come between', async () => {
    const { user } = renderApp();
    for (const [digit, hash] of [
      ['1', '#/home'],
      ['3', '#/running'],
      ['4', '#/hardware'],
      ['5', '#/chat'],
      ['6', '#/compare'],
      ['7', '#/settings'],
      ['2', '#/models'],
    ] as const) {
      await user.keyboard(`{Control>}${digit}{/Control}`);
      await waitFor(() => expect(window.location.hash).toBe(hash));
    }
  });

  test('new chat, settings, palette, models, jobs, side bar', async () => {
    const { user } = renderApp();
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    await user.keyboard('{Control>},{/Control}');
    await waitFor(() => expect(window.location.hash).toBe('#/settings'));
    await user.keyboard('{Control>}k{/Control}');
    expect(await screen.findByRole('dialog', { name: words.palette.title })).toBeDefined();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.keyboard('{Control>}l{/Control}');
    expect(await screen.findByRole('dialog', { name: words.palette.titleModels })).toBeDefined();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.keyboard('{Control>}j{/Control}');
    expect(await screen.findByRole('dialog', { name: words.jobs.title })).toBeDefined();
    const toggle = () => screen.getByRole('button', { name: words.keyboard.actions['side-bar'] });
    const before = toggle().getAttribute('aria-expanded');
    await user.keyboard('{Control>}b{/Control}');
    expect(toggle().getAttribute('aria-expanded')).not.toBe(before);
  });
});

describe('in a browser', () => {
  test('its own keys stay its own; the others are there, and Alt+Shift takes the place of Ctrl', async () => {
    const { user } = renderApp({ shell: 'browser' });
    for (const kept of ['n', 'l', '3']) {
      await user.keyboard(`{Control>}${kept}{/Control}`);
      expect(window.location.hash).toBe('#/models');
    }
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.keyboard('{Alt>}{Shift>}n{/Shift}{/Alt}');
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    await user.keyboard('{Alt>}{Shift>}[Digit3]{/Shift}{/Alt}');
    await waitFor(() => expect(window.location.hash).toBe('#/running'));
    await user.keyboard('{Alt>}{Shift>}l{/Shift}{/Alt}');
    expect(await screen.findByRole('dialog', { name: words.palette.titleModels })).toBeDefined();
  });
});

describe('single characters', () => {
  test('/ goes to the search, but is typed in a text field', async () => {
    const { user } = renderApp();
    const search = await screen.findByRole('searchbox', { name: words.models.search });
    await user.keyboard('/');
    expect(document.activeElement).toBe(search);
    await user.keyboard('a/b');
    expect(search).toHaveProperty('value', 'a/b');
  });

  test('can be switched off in the settings; then the list leaves them out and says why', async () => {
    const fake = createFakeApi();
    fake.world.settings.set(fakeSettings({ hasCharacterKeys: false }));
    const { user } = renderApp({ fake });
    const search = await screen.findByRole('searchbox', { name: words.models.search });
    await waitFor(() => expect(fake.world.settings.readers()).toBe(1));
    await user.keyboard('/');
    await user.keyboard('?');
    expect(document.activeElement).not.toBe(search);
    expect(screen.queryByRole('dialog')).toBeNull();
    // Those with Ctrl always work.
    await user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(search);
  });

  test('the switch in Settings', async () => {
    const { user, fake } = renderApp({ hash: '#/settings/keyboard' });
    await user.click(await screen.findByRole('switch', { name: new RegExp(words.keyboard.characterKeys) }));
    await waitFor(() => expect(fake.calls).toContainEqual(['settings.update', { hasCharacterKeys: false }]));
    await user.keyboard('?');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('button', { name: words.keyboard.show }));
    const list = await screen.findByRole('dialog', { name: words.keyboard.title });
    expect(within(list).getByText(words.keyboard.charactersOff)).toBeDefined();
    expect(within(list).queryByText(words.keyboard.actions.search)).toBeNull();
  });
});

describe('the list', () => {
  test('says every shortcut, as it is pressed here', async () => {
    const { user } = renderApp();
    await user.keyboard('?');
    const list = await screen.findByRole('dialog', { name: words.keyboard.title });
    for (const id of shortcutIds) {
      const row = within(list).getByText(words.keyboard.actions[id]).closest('tr');
      expect(row?.textContent).toBe(
        words.keyboard.actions[id] + spellChord(chordOf(id, 'desktop'), { isMac: false }).replaceAll('+', ''),
      );
    }
    expect(within(list).queryByText(words.keyboard.inBrowser)).toBeNull();
  });

  test('in a browser it says why some are others', async () => {
    const { user } = renderApp({ shell: 'browser' });
    await user.keyboard('?');
    const list = await screen.findByRole('dialog', { name: words.keyboard.title });
    expect(within(list).getByText(words.keyboard.inBrowser)).toBeDefined();
    const row = within(list).getByText(words.keyboard.actions['new-chat']).closest('tr');
    expect(row?.textContent).toContain('AltShiftN');
  });
});

test('two shortcuts never share their keys; single characters are / and ?, and the prompts’ digits', () => {
  for (const shell of ['desktop', 'browser'] as const) {
    const spelled = shortcutIds.map((id) => spellChord(chordOf(id, shell), { isMac: false }));
    expect(new Set(spelled).size).toBe(spelled.length);
  }
  expect(shortcutIds.filter((id) => isCharacterKey(chordOf(id, 'desktop')))).toEqual([
    'list',
    'search',
    ...shortcutIds.filter((id) => shortcuts[id].group === 'presenting'),
  ]);
});

test('a question is answered first: no shortcut reaches the page behind it', async () => {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('stage')] });
  const { user } = renderApp({ fake, hash: '#/models' });
  await user.click(await screen.findByRole('button', { name: words.models.byHand }));
  await screen.findByRole('dialog', { name: words.models.byHandTitle });
  await user.keyboard('{Control>}1{/Control}');
  expect(window.location.hash).toBe('#/models');
  await user.keyboard('{Control>}k{/Control}');
  expect(screen.queryByRole('dialog', { name: words.palette.title })).toBeNull();
});

test('the focus goes to the heading of a new page, stays on a tab, and a chat keeps its text field', async () => {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('stage')] });
  fake.world.conversations.set([fakeConversation('Paging')]);
  const { user } = renderApp({ fake, hash: '#/models' });
  await user.click(screen.getByRole('link', { name: words.pages.running }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
  expect(document.title).toBe(words.shell.pageTitle(words.pages.running));
  await user.click(await screen.findByRole('link', { name: 'stage' }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe('stage'));
  await waitFor(() => expect(document.title).toBe(words.shell.detailTitle('stage', words.pages.running)));
  await user.click(
    within(screen.getByRole('navigation', { name: words.shell.navigation })).getByRole('link', {
      name: words.pages.chat,
    }),
  );
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(words.chat.composer)));
  act(() => {
    window.location.hash = '#/nowhere';
  });
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
});

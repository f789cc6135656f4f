import { configure, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeSettings } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

// The pages are loaded when they are first gone to, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });

const { keyboard } = words;
const chord = (key: string, changes = {}) => ({ key, mod: false, shift: false, alt: false, ...changes });

async function open(shortcutKeys = {}) {
  const fake = createFakeApi();
  fake.world.settings.set(fakeSettings({ shortcutKeys }));
  const rendered = renderApp({ fake, hash: '#/settings/keyboard' });
  await rendered.user.click(await screen.findByText(keyboard.customise));
  // By their labels: a search by role goes through the styles of every row.
  const dialogFor = async (action: string, keys: string) => {
    await rendered.user.click(screen.getByLabelText(keyboard.change(action, keys)));
    return await screen.findByRole('dialog', { name: keyboard.changeTitle(action) });
  };
  return { ...rendered, fake, dialogFor };
}

test('other keys are pressed, kept, and work at once', async () => {
  const { user, fake, dialogFor } = await open();
  const dialog = await dialogFor(keyboard.actions.palette, 'Ctrl+K');
  await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
  await user.click(within(dialog).getByText(keyboard.use));
  await waitFor(() =>
    expect(fake.calls).toContainEqual([
      'settings.update',
      { shortcutKeys: { palette: chord('p', { mod: true, shift: true }) } },
    ]),
  );
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.keyboard('{Control>}k{/Control}');
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
  await screen.findByRole('dialog', { name: words.palette.title });
});

test('keys that another one has are named, and swapped', async () => {
  const { user, fake, dialogFor } = await open();
  const dialog = await dialogFor(keyboard.actions.palette, 'Ctrl+K');
  await user.keyboard('{Control>}j{/Control}');
  await within(dialog).findByText(keyboard.conflict('Ctrl+J', keyboard.actions.jobs));
  await user.click(within(dialog).getByText(keyboard.swap));
  await waitFor(() =>
    expect(fake.calls).toContainEqual([
      'settings.update',
      { shortcutKeys: { palette: chord('j', { mod: true }), jobs: chord('k', { mod: true }) } },
    ]),
  );
});

test('keys that every page needs are refused; a digit of the prompts is in nobody’s way elsewhere', async () => {
  const { user, dialogFor } = await open();
  const dialog = await dialogFor(keyboard.actions.palette, 'Ctrl+K');
  await user.keyboard('{ArrowDown}');
  await within(dialog).findByText(keyboard.notHere);
  expect(within(dialog).getByText(keyboard.use)).toHaveProperty('disabled', true);
  await user.keyboard('3');
  expect(within(dialog).queryByText(keyboard.notHere)).toBeNull();
  expect(within(dialog).getByText(keyboard.use)).toHaveProperty('disabled', false);
});

test('one is reset, or all of them with a way back', async () => {
  const own = { palette: chord('p', { mod: true }), list: chord('h') };
  const { user, fake } = await open(own);
  await user.click(screen.getByLabelText(keyboard.reset(keyboard.actions.list)));
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['settings.update', { shortcutKeys: { palette: own.palette } }]),
  );
  await user.click(screen.getByText(keyboard.resetAll));
  await waitFor(() => expect(fake.calls).toContainEqual(['settings.update', { shortcutKeys: {} }]));
  await user.click(await screen.findByText(words.common.undo));
  await waitFor(() =>
    expect(fake.calls.at(-1)).toEqual(['settings.update', { shortcutKeys: { palette: own.palette } }]),
  );
});

test('the same keys twice, as an edited file may have them, are named', async () => {
  await open({ list: chord('k', { mod: true }) });
  expect(screen.getByText(keyboard.clash(keyboard.actions.palette))).toBeDefined();
  expect(screen.getByText(keyboard.clash(keyboard.actions.list))).toBeDefined();
});

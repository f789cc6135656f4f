import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeSettings, signedIn, signedOut } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';
import { parseLogCap } from './storage-card.tsx';

const open = (fake = createFakeApi()) => renderApp({ fake, hash: '#/settings' });

test('loading', () => {
  const fake = createFakeApi();
  fake.world.settings = watchable();
  fake.world.ngc = watchable();
  open(fake);
  expect(screen.getAllByText(words.common.loading).length).toBeGreaterThan(0);
});

describe('the NGC key', () => {
  test('is checked and kept; the field is emptied', async () => {
    const { user, fake } = open();
    const field = await screen.findByLabelText(words.signIn.key);
    expect(field.getAttribute('type')).toBe('password');
    await user.type(field, 'nvapi-secret{Enter}');
    await waitFor(() => expect(fake.calls).toContainEqual(['ngc.signIn', { key: 'nvapi-secret' }]));
    await waitFor(() => expect(field).toHaveProperty('value', ''));
    // The form goes when core says so: the focus is not lost with it.
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 }));
    act(() => fake.world.ngc.set(signedIn));
    await screen.findByText(words.settings.states['signed-in']);
    expect(screen.getByText(words.settings.keyEnding('x7Qa'))).toBeDefined();
    expect(screen.getByText(words.settings.keptIn['key-store'])).toBeDefined();
    expect(document.body.textContent).not.toContain('nvapi-secret');
  });

  test('a refused one is said, and stays to be corrected', async () => {
    const fake = createFakeApi();
    fake.failWith('ngc.signIn', new AppError('NGC_KEY_REJECTED', ''));
    const { user } = open(fake);
    await user.type(await screen.findByLabelText(words.signIn.key), 'wrong{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('NGC refused the key');
    expect(screen.getByLabelText(words.signIn.key)).toHaveProperty('value', 'wrong');
  });

  test('where it is kept is said openly', async () => {
    const fake = createFakeApi();
    fake.world.ngc.set({ ...signedIn, storage: 'file' });
    open(fake);
    await screen.findByText(words.settings.keptIn.file);
  });

  test('is deleted only after a question', async () => {
    const fake = createFakeApi();
    fake.world.ngc.set(signedIn);
    const { user } = open(fake);
    await user.click(await screen.findByRole('button', { name: words.settings.signOut }));
    const dialog = await screen.findByRole('alertdialog');
    expect(fake.calls.some(([operation]) => operation === 'ngc.signOut')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: words.settings.signOut }));
    await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'ngc.signOut')).toBe(true));
    act(() => fake.world.ngc.set(signedOut));
    await screen.findByLabelText(words.signIn.key);
  });
});

describe('values', () => {
  test('the cap and the folder are saved together; wrong ones are not', async () => {
    const { user, fake } = open();
    const cap = await screen.findByLabelText(words.settings.logCap);
    await user.clear(cap);
    await user.type(cap, '0');
    expect(screen.getByText(words.settings.logCapError)).toBeDefined();
    expect(screen.getByRole('button', { name: words.common.save }).hasAttribute('disabled')).toBe(true);
    await user.clear(cap);
    await user.type(cap, '512');
    await user.type(screen.getByLabelText(words.settings.cacheFolder), '/data/nim');
    await user.click(screen.getByRole('button', { name: words.common.save }));
    await waitFor(() =>
      expect(fake.calls).toContainEqual(['settings.update', { cacheFolder: '/data/nim', logCapMiB: 512 }]),
    );
  });

  test('high contrast is chosen here, and remembered for the next start', async () => {
    const { user, fake } = open();
    await user.click(await screen.findByRole('combobox', { name: words.settings.contrast }));
    await user.click(await screen.findByRole('option', { name: words.settings.contrasts.more }));
    await waitFor(() => expect(fake.calls).toContainEqual(['settings.update', { contrast: 'more' }]));
    await waitFor(() => expect(document.documentElement.dataset['contrast']).toBe('more'));
    expect(localStorage.getItem('nimdeck.contrast')).toBe('more');
    act(() => fake.world.settings.set(fakeSettings()));
    await waitFor(() => expect(document.documentElement.dataset['contrast']).toBeUndefined());
  });

  test('the theme is taken on at once, and remembered for the next start', async () => {
    const { fake } = open();
    await screen.findByText(words.settings.sections.appearance);
    act(() => fake.world.settings.set(fakeSettings({ theme: 'dark' })));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    expect(localStorage.getItem('nimdeck.theme')).toBe('dark');
    act(() => fake.world.settings.set(fakeSettings()));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBeUndefined());
  });

  test.each([
    ['1', 1],
    [' 100000 ', 100_000],
    ['100001', null],
    ['1.5', null],
    ['-1', null],
    ['', null],
  ])('a cap of “%s” is %s', (text, cap) => expect(parseLogCap(text)).toBe(cap));
});

test('says which data folder and who owns it', async () => {
  open();
  await screen.findByText('/home/ada/.local/share/nimdeck');
  expect(screen.getByText(words.settings.ownerProcess(words.settings.owners.browser, 4711))).toBeDefined();
});

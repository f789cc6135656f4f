import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { FootprintItem } from '../../../shared/contract/footprint.ts';
import { supportText } from '../../../shared/support-text.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const open = (fake = createFakeApi()) => renderApp({ fake, hash: '#/settings' });

const item = (id: string, more: Partial<FootprintItem> = {}): FootprintItem => ({
  id,
  kind: 'container',
  name: id,
  path: null,
  sizeBytes: null,
  usedBy: [],
  notes: [],
  ...more,
});

test('a support bundle is shown before it is written, and written as it was shown', async () => {
  const written: Blob[] = [];
  const names: string[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    if (blob instanceof Blob) written.push(blob);
    return 'blob:bundle';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
    names.push(this.download);
  });
  const { user, fake } = open();
  await user.click(await screen.findByRole('button', { name: words.support.open }));
  const dialog = await screen.findByRole('dialog');
  await user.click(await within(dialog).findByRole('button', { name: words.support.parts.about }));
  await within(dialog).findByText(/version 0.1.0/);
  expect(written).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: words.support.save }));
  expect(await written[0]?.text()).toBe(supportText(fake.world.support));
  expect(names).toEqual(['nimdeck-support-2026-01-31T10-20-30.md']);
  vi.restoreAllMocks();
});

test('only what is ticked is removed, after a question', async () => {
  const fake = createFakeApi();
  fake.world.footprint.items = [
    item('container:one', { notes: ['runs'] }),
    item('container:two'),
    item('data:folder', { kind: 'data', notes: ['at-end'] }),
  ];
  const { user } = open(fake);
  await user.click(await screen.findByRole('button', { name: words.footprint.open }));
  const dialog = await screen.findByRole('dialog');
  const nothing = await within(dialog).findByRole('button', { name: words.footprint.none });
  expect(nothing.hasAttribute('disabled')).toBe(true);
  await user.click(await within(dialog).findByRole('checkbox', { name: /container:two/ }));
  await user.click(within(dialog).getByRole('checkbox', { name: new RegExp(words.footprint.data) }));
  await user.click(within(dialog).getByRole('button', { name: words.footprint.remove(2) }));
  const question = await screen.findByRole('alertdialog');
  expect(fake.calls.some(([operation]) => operation === 'footprint.remove')).toBe(false);
  await user.click(within(question).getByRole('button', { name: words.footprint.remove(2) }));
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['footprint.remove', { ids: ['container:two', 'data:folder'] }]),
  );
  await within(dialog).findByText(words.footprint.quit);
  expect(within(dialog).queryByRole('checkbox', { name: /container:two/ })).toBeNull();
});

test('without an engine the list says what is not in it', async () => {
  const fake = createFakeApi();
  fake.world.footprint.isEngineKnown = false;
  const { user } = open(fake);
  await user.click(await screen.findByRole('button', { name: words.footprint.open }));
  await screen.findByText(words.footprint.engineUnknown);
});

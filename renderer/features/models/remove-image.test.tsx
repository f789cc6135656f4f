import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeImage, fakeModel, fakeNim, idOf } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { neededBy } from './needed-by.ts';

const gemma = fakeModel('gemma-3-1b-it', { title: 'Gemma 3 1B' });
const reference = `${gemma.repository}:1.8.0`;

async function ask(nims = [fakeNim('gemma-3-1b-it', { reference, status: 'stopped' })]) {
  const fake = createFakeApi();
  fake.world.catalog.models = [gemma];
  fake.world.images.set([fakeImage(reference)]);
  fake.world.nims.set({ isKnown: true, nims });
  const { user } = renderApp({ fake });
  await user.click(await screen.findByRole('button', { name: words.common.moreActions('Gemma 3 1B') }));
  await user.click(await screen.findByRole('menuitem', { name: words.models.removeImage }));
  const dialog = within(await screen.findByRole('alertdialog'));
  return { fake, user, dialog, confirm: dialog.getByRole('button', { name: words.models.removeImageConfirm }) };
}

test('says before which NIM needs the image, leads to it, and cannot be confirmed', async () => {
  const { dialog, confirm, user } = await ask();
  expect(dialog.getByText(words.models.imageNeeded(1))).toBeDefined();
  expect(confirm).toHaveProperty('disabled', true);
  await user.click(dialog.getByRole('link', { name: 'gemma-3-1b-it' }));
  expect(window.location.hash).toBe(`#/running/${idOf('gemma-3-1b-it')}/overview`);
});

test('what another program holds is said where it was asked', async () => {
  const { fake, dialog, confirm, user } = await ask([]);
  expect(confirm).toHaveProperty('disabled', false);
  fake.failWith('images.remove', new AppError('CONFLICT', 'The container “lab” uses this image.'));
  await user.click(confirm);
  expect((await dialog.findByRole('alert')).textContent).toContain('The container “lab” uses this image.');
});

describe('an image is needed', () => {
  const nim = (of: string) => fakeNim('one', { reference: of });

  test.each([
    [reference, reference, true],
    [`${gemma.repository}:1.12.0`, reference, false],
    ['docker.io/lab/nim', 'lab/nim:latest', true],
    ['localhost:5000/nim', 'localhost:5000/nim:latest', true],
    [`lab/nim@sha256:${'ab'.repeat(32)}`, `lab/nim@sha256:${'ab'.repeat(32)}`, true],
  ])('by a NIM of %s: %s, %s', (of, image, isNeeded) => {
    expect(neededBy(fakeImage(image), [nim(of)])).toHaveLength(isNeeded ? 1 : 0);
  });

  test('only while it has no other name', () => {
    const image = fakeImage(reference, { references: [reference, `${gemma.repository}:latest`] });
    expect(neededBy(image, [nim(reference)])).toEqual([]);
  });
});

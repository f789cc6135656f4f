import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeNim, idOf, noEngine } from '../../testing/fake-data.ts';
import { fakeDetails } from '../../testing/fake-nim.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const hash = `#/running/${idOf('one')}/overview`;

test('while the engine cannot be asked, a NIM that is not in the list is not said to be gone', async () => {
  const fake = createFakeApi();
  fake.world.engine.set(noEngine);
  fake.world.nims.set({ isKnown: false, nims: [] });
  renderApp({ fake, hash });
  await screen.findByText(errorCatalog.ENGINE_UNREACHABLE.title);
  expect(screen.queryByText(words.running.notFound)).toBeNull();
});

test('a list that cannot be had is said, not waited for', async () => {
  const fake = createFakeApi();
  fake.failWith('nims.watch', new AppError('ENGINE_LOST', 'The engine closed the connection.'));
  renderApp({ fake, hash });
  await screen.findByText('The engine closed the connection.');
  expect(screen.queryByText(words.common.loading)).toBeNull();
});

test('says which profile the NIM has picked, by its name or by what it is', async () => {
  const fake = createFakeApi();
  const nim = fakeNim('one');
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  const details = fakeDetails(nim);
  fake.world.details = details;
  const { unmount } = renderApp({ fake, hash });
  await screen.findByText('vllm-fp8-tp1-pp1-27.0');
  await screen.findByText(`(${words.running.profilePicked})`);
  unmount();
  fake.world.details = { ...details, profile: { ...details.profile, name: null } };
  renderApp({ fake, hash });
  await screen.findByText(/^fp8, 1 GPU/);
});

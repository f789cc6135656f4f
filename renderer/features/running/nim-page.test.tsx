import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { idOf, noEngine } from '../../testing/fake-data.ts';
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

import { screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { TargetCapabilities } from '../../../shared/contract/targets.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { fakeTarget } from '../../testing/fake-asking.ts';
import { fakeNim, idOf } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

const { vectors } = words;
const unknown: TargetCapabilities = {
  chat: null,
  vision: null,
  tools: null,
  reasoning: null,
  embedding: null,
  rerank: null,
};

function withModels(): FakeApi {
  const fake = createFakeApi();
  const talker = fakeNim('talker');
  const embedder = fakeNim('embedder');
  const ranker = fakeNim('ranker');
  fake.world.nims.set({ isKnown: true, nims: [talker, embedder, ranker] });
  fake.world.targets.set({
    targets: [
      fakeTarget(talker, { capabilities: { ...unknown, chat: true } }),
      fakeTarget(embedder, { capabilities: { ...unknown, chat: false, embedding: true } }),
      fakeTarget(ranker, { capabilities: { ...unknown, chat: false, rerank: true } }),
    ],
    hosted: { key: null, keyHint: null, isLive: false, failure: null },
    addresses: [],
  });
  return fake;
}

test('the list of NIMs leads where each can be tried', async () => {
  const fake = withModels();
  renderApp({ fake, hash: '#/running' });
  const tries = await screen.findAllByRole('link', { name: vectors.tryIt });
  expect(tries.map((link) => link.getAttribute('href'))).toEqual([
    `#/vectors/${idOf('embedder')}`,
    `#/vectors/${idOf('ranker')}`,
  ]);
  expect(within(screen.getByRole('main')).getAllByRole('link', { name: words.running.chat })).toHaveLength(1);
});

test('embeds lines, and says who is near whom', async () => {
  const fake = withModels();
  const { user } = renderApp({ fake, hash: `#/vectors/${idOf('embedder')}` });
  await user.type(await screen.findByRole('textbox', { name: vectors.texts }), 'one{Enter}{Enter}two{Enter}three');
  await user.type(screen.getByRole('textbox', { name: vectors.dimensions }), '256');
  await user.click(screen.getByRole('button', { name: vectors.embed }));
  await waitFor(() =>
    expect(fake.calls).toContainEqual([
      'chat.embed',
      {
        target: { kind: 'nim', nimId: idOf('embedder') },
        texts: ['one', 'two', 'three'],
        inputType: 'passage',
        dimensions: 256,
        truncate: null,
      },
    ]),
  );
  // The fake gives (1, 0, 0), (1, 1, 0), (1, 2, 0).
  const nearest = await screen.findByRole('table', { name: vectors.nearest });
  const rows = within(nearest).getAllByRole('row').slice(1);
  expect(rows.map((row) => row.textContent)).toEqual([
    `2two${vectors.cosine(Math.SQRT1_2)}`,
    `3three${vectors.cosine(1 / Math.sqrt(5))}`,
  ]);
  const matrix = screen.getByRole('table', { name: vectors.matrix });
  expect(within(matrix).getAllByRole('cell')).toHaveLength(9);
});

test('a question is embedded as a query', async () => {
  const fake = withModels();
  const { user } = renderApp({ fake, hash: `#/vectors/${idOf('embedder')}` });
  await user.click(await screen.findByRole('button', { name: vectors.example }));
  await user.click(screen.getByRole('button', { name: vectors.embed }));
  await screen.findByRole('table', { name: vectors.nearest });
  const types = fake.calls.flatMap(([operation, input]) =>
    operation === 'chat.embed' && typeof input === 'object' && input !== null && 'inputType' in input
      ? [input.inputType]
      : [],
  );
  expect(types).toEqual(['passage', 'query']);
});

test('ranks passages, best first, with their logits', async () => {
  const fake = withModels();
  const { user } = renderApp({ fake, hash: `#/vectors/${idOf('ranker')}` });
  await user.type(await screen.findByRole('textbox', { name: vectors.query }), 'why');
  await user.type(screen.getByRole('textbox', { name: vectors.passages }), 'a{Enter}b');
  await user.click(screen.getByRole('button', { name: vectors.rank }));
  const table = await screen.findByRole('table', { name: vectors.ranking });
  expect(
    within(table)
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.textContent),
  ).toEqual(['1a10.000', '2b2\u22121.000']);
  const copy = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(screen.getByRole('button', { name: vectors.copyRanking }));
  await waitFor(() => expect(copy).toHaveBeenCalled());
  const copied: unknown = JSON.parse(copy.mock.calls[0]?.[0] ?? '');
  expect(copied).toMatchObject({ ranking: [{ logit: 0 }, { logit: -1 }] });
});

test('what the model refuses is said, and without any such model the way to one', async () => {
  const fake = withModels();
  fake.failWith('chat.embed', new AppError('MODEL_REFUSED', 'Model does not support dimensions=3'));
  const { user, unmount } = renderApp({ fake, hash: '#/vectors' });
  await user.click(await screen.findByRole('button', { name: vectors.example }));
  await user.click(screen.getByRole('button', { name: vectors.embed }));
  await screen.findByText(/does not support dimensions/);
  unmount();
  renderApp({ hash: '#/vectors' });
  await screen.findByText(vectors.noTarget);
});

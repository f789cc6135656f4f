import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeGpu, fakeGpuReport, fakeModel, fakeNim } from '../../testing/fake-data.ts';
import { fakeFit, fakeFitDevice } from '../../testing/fake-fit.ts';
import { fakeSlice } from '../../testing/hardware-worlds.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { gpuChoices } from './gpu-fields.tsx';
import { otherPlace } from './other-place.ts';

const gpu = fakeGpu({ migEnabled: true, migDevices: [0, 1, 2].map((index) => fakeSlice(0, index)) });
const choices = gpuChoices([gpu]);
const labelOf = (index: number) => choices[index]?.label ?? '';
const on = (id: string, changes: Partial<FitAnswer> = {}) =>
  fakeFit({ needMiB: 8_192, devices: [fakeFitDevice({ id, memory: 'slice', totalMiB: 9_984 })], ...changes });
const busy = fakeNim('busy', { gpus: { kind: 'devices', ids: ['MIG-0-0'] } });
const taken = on('MIG-0-0', {
  verdict: 'does-not-fit',
  reason: 'taken',
  stop: [{ nims: [{ id: busy.id, name: 'busy', memoryMiB: 7_900, isIdle: true }] }],
});

test('where the first slice is taken, a free one is offered before anything is stopped', async () => {
  const fake = createFakeApi();
  fake.world.catalog.models = [fakeModel('llama-3.1-8b-instruct', { title: 'Llama' })];
  fake.world.gpu.set(fakeGpuReport([gpu]));
  fake.world.nims.set({ isKnown: true, nims: [busy] });
  fake.world.fit = taken;
  fake.api.fit.places = async () => ({
    readAt: '2026-11-24T15:00:00.000Z',
    places: [
      on('GPU-11111111-2222-3333-4444-555555555555', { verdict: 'does-not-fit', reason: 'gpu-is-sliced' }),
      taken,
      on('MIG-0-1'),
      on('MIG-0-2'),
    ],
  });
  const { user } = renderApp({ fake });
  await user.click(await screen.findByRole('button', { name: words.models.runOf('Llama') }));
  const card = within(await screen.findByRole('region', { name: words.fit.title }));
  const choose = await card.findByRole('button', { name: words.fit.takePlace(labelOf(1)) });
  expect(card.getByText(words.fit.oneSlice)).toBeDefined();
  expect(card.queryByText(words.fit.toStart)).toBeNull();
  const stop = card.getByRole('list', { name: words.fit.orStop });
  expect(choose.compareDocumentPosition(stop)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);

  fake.world.fit = on('MIG-0-1');
  await user.click(choose);
  expect(screen.getByRole('checkbox', { name: new RegExp(`slice.*1g.10gb.*1`) }).getAttribute('aria-checked')).toBe(
    'true',
  );
  await waitFor(() =>
    expect(fake.calls.findLast(([operation]) => operation === 'fit.check')?.[1]).toMatchObject({
      gpus: { kind: 'devices', ids: ['MIG-0-1'] },
    }),
  );
  await waitFor(() => expect(card.queryByRole('button', { name: /^Use GPU/ })).toBeNull());
  expect(await card.findByText(words.fit.verdicts.fits)).toBeDefined();
});

describe('the other place', () => {
  const tight = on('MIG-0-1', { verdict: 'tight', reason: 'short-context' });
  const places = [taken, tight, on('MIG-0-2')];

  test.each<[string, FitAnswer, FitAnswer[], string[], number | null]>([
    ['is one on which it fits whole', taken, places, [], 2],
    ['is one that is tight where none fits', taken, [taken, tight], [], 1],
    ['is none for what fits already', on('MIG-0-0'), places, [], null],
    ['is none where it is no better', tight, [taken, tight], [], null],
    ['is not one that is chosen', taken, places, ['MIG-0-2'], 1],
    ['is not one that cannot be chosen', taken, [on('MIG-9-9')], [], null],
  ])('%s', (_what, answer, all, chosen, index) => {
    expect(otherPlace(answer, all, choices, chosen)?.label ?? null).toBe(index === null ? null : labelOf(index));
  });
});

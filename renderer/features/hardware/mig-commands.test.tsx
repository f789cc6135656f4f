import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeGpuReport, fakeNim } from '../../testing/fake-data.ts';
import { fakePlan, slicedGpus } from '../../testing/hardware-worlds.ts';
import { renderPart } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { MigCommands } from './mig-layouts.tsx';
import { nimsOnCard } from './nims-on-card.ts';

const nims = [
  fakeNim('on-a-slice', { gpus: { kind: 'devices', ids: ['MIG-0-3'] } }),
  fakeNim('on-the-card', { gpus: { kind: 'devices', ids: ['nvidia.com/gpu=0'] } }),
  fakeNim('on-all'),
  fakeNim('elsewhere', { gpus: { kind: 'devices', ids: ['MIG-1-3'] } }),
  fakeNim('stopped', { status: 'stopped', gpus: { kind: 'devices', ids: ['MIG-0-0'] } }),
  fakeNim('without', { gpus: { kind: 'none' } }),
];

test('in the way are those that are up and were given the card or a slice of it', () => {
  const names = nimsOnCard(0, fakeGpuReport(slicedGpus()), nims).map(({ name }) => name);
  expect(names).toEqual(['on-a-slice', 'on-the-card', 'on-all']);
});

test('the plan says who is in the way, before the commands', async () => {
  const fake = createFakeApi();
  fake.world.gpu.set(fakeGpuReport(slicedGpus()));
  fake.world.nims.set({ isKnown: true, nims });
  renderPart(<MigCommands plan={fakePlan()} />, { fake });
  const said = within((await screen.findByText(new RegExp(words.mig.inTheWay(3)))).closest('li') ?? document.body);
  expect(said.getAllByRole('link').map((link) => link.textContent)).toEqual(['on-a-slice', 'on-the-card', 'on-all']);
});

test('of a kind of card nobody is in the way', async () => {
  const fake = createFakeApi();
  fake.world.gpu.set(fakeGpuReport(slicedGpus()));
  fake.world.nims.set({ isKnown: true, nims });
  renderPart(<MigCommands plan={fakePlan({ gpuIndex: null })} />, { fake });
  await screen.findByText(words.mig.indexToFill);
  expect(screen.queryByRole('link')).toBeNull();
});

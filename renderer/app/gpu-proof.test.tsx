import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { fakeNim } from '../testing/fake-data.ts';
import { renderApp, renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { GpuProofBanner, GpuProofChip } from './gpu-proof.tsx';

const nim = { ...fakeNim('llama'), status: 'ready' as const, gpus: { kind: 'all' as const } };
const device = { id: 'GPU-0', name: 'NVIDIA L40S', gpuIndex: 0, memoryMiB: 20_480 };

const proofOf = (change: Partial<GpuProof>): GpuProof => ({
  nimId: nim.id,
  startedAt: nim.startedAt ?? '',
  state: 'proven',
  since: '2026-03-06T12:00:00.000Z',
  devices: [],
  failure: null,
  doubt: null,
  isRestartUseful: false,
  isBack: false,
  ...change,
});

function worldWith(change: Partial<GpuProof>) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.proofs.set([proofOf(change)]);
  return fake;
}

const lost = {
  state: 'lost',
  devices: [{ ...device, memoryMiB: null }],
  failure: { code: 'NVML_UNKNOWN_ERROR', message: 'Inside the container: Failed to initialize NVML: Unknown Error' },
  isRestartUseful: true,
} as const satisfies Partial<GpuProof>;

test('a row says what is proven', async () => {
  const { fake } = renderPart(<GpuProofChip nim={nim} />, { fake: worldWith({ devices: [device] }) });
  expect((await screen.findByText('GPU 0, 20.0 GiB')).closest('[title]')?.getAttribute('title')).toContain(
    'NVIDIA L40S',
  );
  act(() => fake.world.proofs.set([proofOf({ state: 'none', failure: { code: 'GPU_NOT_USED', message: 'seen' } })]));
  expect(await screen.findByText(words.gpuProof.states.none)).toBeDefined();
  act(() => fake.world.proofs.set([proofOf({ state: 'waiting' })]));
  await waitFor(() => expect(screen.queryByText(words.gpuProof.states.none)).toBeNull());
  for (const text of Object.values(words.gpuProof.states)) expect(screen.queryByText(text)).toBeNull();
});

test('a lost GPU is said above all of its page, with a restart and what lasts', async () => {
  const { user, fake } = renderPart(<GpuProofBanner canAct nim={nim} />, { fake: worldWith(lost) });
  const banner = await screen.findByRole('alert');
  expect(banner.textContent).toContain(words.gpuProof.lostTitle(nim.name));
  expect(banner.textContent).toContain(lost.failure.message);
  await user.click(within(banner).getByText(words.gpuProof.keepAway));
  expect(banner.textContent).toContain('native.cgroupdriver=cgroupfs');
  await user.click(within(banner).getByText(words.gpuProof.restart));
  expect(fake.calls).toContainEqual(['nims.restart', { nimId: nim.id }]);
});

test('of one that has ended the page says when its GPU is back, and only then offers to start it', async () => {
  const ended = { ...nim, status: 'exited' as const };
  const away = {
    ...lost,
    failure: { code: 'GPU_LOST', message: 'GPU is lost. Reboot the system to recover this GPU' },
    isRestartUseful: false,
  } as const;
  const { user, fake } = renderPart(<GpuProofBanner canAct nim={ended} />, { fake: worldWith(away) });
  const banner = await screen.findByRole('alert');
  expect(banner.textContent).toContain(words.gpuProof.startNotYet);
  const names = () =>
    within(banner)
      .getAllByRole('button')
      .map(({ textContent }) => textContent);
  expect(names()).not.toContain(words.gpuProof.startAgain);

  act(() => fake.world.proofs.set([proofOf({ ...away, isRestartUseful: true, isBack: true })]));
  expect(await within(banner).findByText(words.gpuProof.backTitle(nim.name))).toBeDefined();
  expect(banner.textContent).toContain(words.gpuProof.startHint);
  expect(banner.textContent).not.toContain(away.failure.message);
  expect(banner.textContent).not.toContain(errorCatalog.GPU_LOST.remedy);
  expect(names()).not.toContain(words.gpuProof.restart);
  await user.click(within(banner).getByText(words.gpuProof.startAgain));
  expect(fake.calls).toContainEqual(['nims.start', { nimId: nim.id }]);
});

test('what a NIM was given is read again once its GPU is back', async () => {
  const fake = worldWith({ ...lost, isRestartUseful: false });
  renderApp({ hash: `#/running/${nim.id}/overview`, fake });
  await screen.findByRole('alert');
  const reads = () => fake.calls.filter(([operation]) => operation === 'nims.inspect').length;
  await waitFor(() => expect(reads()).toBeGreaterThan(0));
  const before = reads();
  act(() => fake.world.proofs.set([proofOf({ ...lost, isBack: true })]));
  await waitFor(() => expect(reads()).toBe(before + 1));
});

test('Home says that a GPU is back, and no longer how it went', async () => {
  renderApp({ hash: '', fake: worldWith({ ...lost, isBack: true }) });
  const card = await screen.findByRole('region', { name: words.home.attention });
  expect(within(card).getByText(words.gpuProof.backTitle(nim.name))).toBeDefined();
  expect(within(card).getByText(words.gpuProof.back)).toBeDefined();
  expect(within(card).queryByText(lost.failure.message)).toBeNull();
});

test('a lost GPU stands on Home, with the way to it', async () => {
  renderApp({ hash: '', fake: worldWith(lost) });
  const card = await screen.findByRole('region', { name: words.home.attention });
  expect(within(card).getByText(words.gpuProof.lostTitle(nim.name))).toBeDefined();
  const link = within(card).getByRole('link', { name: words.home.seeNim });
  expect(link.getAttribute('href')).toContain(nim.id);
});

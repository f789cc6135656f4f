import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { words } from '../../words.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { fakeGpu, fakeGpuReport, fakeImage, fakeNim } from '../../testing/fake-data.ts';
import { fakeFit, fakeFitDevice } from '../../testing/fake-fit.ts';
import {
  brokenDriver,
  fakeHistory,
  fakePlan,
  fakeSlice,
  sharedAndLost,
  slicedGpus,
  unified,
  withoutGpu,
} from '../../testing/hardware-worlds.ts';
import { renderPart } from '../../testing/render-app.tsx';
import { StatusStrip } from '../../app/status-strip.tsx';
import type { HardwareTab } from '../../router.ts';
import { RunDialog } from '../deploy/run-dialog.tsx';
import { HardwarePage } from './page.tsx';

const text = words.hardware;
const open = (fake: FakeApi, tab: HardwareTab = 'board') =>
  renderPart(
    <>
      <HardwarePage tab={tab} Checks={null} />
      <RunDialog />
      <StatusStrip />
    </>,
    { fake },
  );

function sliced(): FakeApi {
  const fake = createFakeApi();
  const slices = [fakeSlice(0, 0), fakeSlice(0, 1, { memoryUsedMiB: 8_000 })];
  fake.world.gpu.set(fakeGpuReport([fakeGpu({ migEnabled: true, utilizationPercent: null, migDevices: slices })]));
  fake.world.images.set([fakeImage('nvcr.io/nim/meta/small:1')]);
  fake.world.nims.set({
    isKnown: true,
    nims: [
      fakeNim('busy', { gpus: { kind: 'devices', ids: ['MIG-0-1'] } }),
      fakeNim('asleep', { status: 'stopped', address: null }),
    ],
  });
  const device = (id: string) => fakeFitDevice({ id, memory: 'slice', totalMiB: 9_984, takenMiB: 9 });
  fake.api.fit.places = async () => ({
    readAt: '2026-01-01T00:00:00.000Z',
    places: [
      fakeFit({ needMiB: 8_192, devices: [device('MIG-0-0')] }),
      fakeFit({
        verdict: 'does-not-fit',
        reason: 'taken',
        needMiB: 8_192,
        devices: [{ ...device('MIG-0-1'), takenMiB: 8_000 }],
        stop: [{ nims: [{ id: fakeNim('busy').id, name: 'busy', memoryMiB: 7_900, isIdle: true }] }],
      }),
    ],
  });
  return fake;
}

describe('the board', () => {
  it('shows slices as lanes with their NIMs, and that MIG makes their use not measurable', async () => {
    open(sliced());
    const gpu = await screen.findByRole('region', { name: 'GPU 0: NVIDIA H100 80GB HBM3' });
    const lanes = within(gpu).getByRole('list', { name: /^Slices of/ });
    expect(within(lanes).getAllByRole('meter')).toHaveLength(2);
    expect(within(lanes).getByRole('link', { name: /^busy/ })).toBeTruthy();
    expect(within(gpu).getByText(text.notMeasurable)).toBeTruthy();
    const [empty] = within(lanes).getAllByRole('meter');
    expect(empty?.getAttribute('aria-valuetext')).toBe('9 MiB of 9.8 GiB in use');
  });

  it('of many slices makes a line each: figures seen, the rest heard', async () => {
    const fake = sliced();
    const need = 'what it holds is not known';
    const linesOf = async () => {
      const { unmount } = open(fake);
      const [lanes] = await screen.findAllByRole('list', { name: /^Slices of/ });
      const link = await screen.findByRole('link', { name: new RegExp(`^busy.*${need}`) });
      const [meter] = within(lanes ?? document.body).getAllByRole('meter');
      const found = {
        hasFigures: within(lanes ?? document.body).queryAllByText('9 MiB of 9.8 GiB').length > 0,
        isNeedSeen: within(link).getByText(need).className !== 'sr-only',
        heard: meter?.getAttribute('aria-valuetext'),
      };
      unmount();
      return found;
    };
    const heard = '9 MiB of 9.8 GiB in use';
    expect(await linesOf()).toEqual({ hasFigures: false, isNeedSeen: true, heard });
    fake.world.gpu.set(fakeGpuReport(slicedGpus()));
    expect(await linesOf()).toEqual({ hasFigures: true, isNeedSeen: false, heard });
  });

  it('places a NIM by keyboard: picked up, told where it fits, put down, run with that slice', async () => {
    const { user, fake } = open(sliced());
    const chip = await screen.findByRole('button', { name: /^Place asleep/ });
    chip.focus();
    await user.keyboard('{Enter}');
    const fits = await screen.findByRole('button', {
      name: /asleep on GPU 0, slice 1g\.10gb \(0\)\. Fits: needs 8\.0 GiB/,
    });
    await waitFor(() => expect(document.activeElement).toBe(fits));
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement?.getAttribute('aria-label')).toMatch(
      /slice 1g\.10gb \(1\)\. No room now: needs 8\.0 GiB, 1\.9 GiB is free/,
    );
    await user.keyboard('{ArrowUp}{Enter}');
    const dialog = await screen.findByRole('dialog', { name: /^Run asleep/ });
    expect(
      within(dialog)
        .getByRole('checkbox', { name: /1g\.10gb \(0\)/ })
        .getAttribute('aria-checked'),
    ).toBe('true');
    expect(
      within(dialog)
        .getByRole('checkbox', { name: /1g\.10gb \(1\)/ })
        .getAttribute('aria-checked'),
    ).toBe('false');
    expect(fake.calls.map(([operation]) => operation)).not.toContain('nims.deploy');
  });

  it('says what to stop to make room, and stops it', async () => {
    const { user, fake } = open(sliced());
    await user.click(await screen.findByRole('button', { name: /^Place small/ }));
    const ways = await screen.findByRole('list', { name: text.place.stopToMakeRoom });
    await user.click(within(ways).getByRole('button', { name: 'Stop busy' }));
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.stop', { nimId: fakeNim('busy').id }]));
  });

  it('puts nothing down with Escape, and goes back to where it was picked up', async () => {
    const { user } = open(sliced());
    const chip = await screen.findByRole('button', { name: /^Place asleep/ });
    await user.click(chip);
    await screen.findByText(text.place.placing('asleep'));
    await user.keyboard('{Escape}');
    expect(screen.queryByText(text.place.placing('asleep'))).toBeNull();
    expect(document.activeElement).toBe(chip);
  });

  it('keeps a lost GPU in sight with the time, and joins the lanes of a NIM over two', async () => {
    open(sharedAndLost());
    const lost = await screen.findByRole('region', { name: 'GPU 2: NVIDIA H100 80GB HBM3' });
    expect(within(lost).getByText('Lost')).toBeTruthy();
    expect(within(lost).getByText(/It was last read on .*\d:\d\d/)).toBeTruthy();
    expect(await screen.findAllByRole('link', { name: /^llama-3\.3-70b-instruct holds 45\.1 GiB/ })).toHaveLength(2);
    expect(screen.getByText('1 of 2')).toBeTruthy();
    expect(screen.getByText('2 of 2')).toBeTruthy();
  });

  it('shows what core kept, with the time chosen', async () => {
    const fake = sharedAndLost();
    fake.world.gpuHistory = fakeHistory();
    const { user } = open(fake);
    await user.click(await screen.findByRole('button', { name: text.more('GPU 0: NVIDIA H100 80GB HBM3') }));
    const gpu = screen.getByRole('region', { name: 'GPU 0: NVIDIA H100 80GB HBM3' });
    expect(await within(gpu).findByText(/blender \(process 2200\)/)).toBeTruthy();
    await user.click(within(gpu).getByRole('button', { name: text.ranges['86400'] }));
    await waitFor(() => expect(fake.calls).toContainEqual(['gpu.history', { uuid: 'GPU-a', seconds: 86_400 }]));
  });

  it('says whose memory a board without its own has', async () => {
    open(unified());
    expect(await screen.findByText(text.shared)).toBeTruthy();
    expect(screen.getAllByText(/47\.1 GiB of 120 GiB/).length).toBeGreaterThan(0);
  });

  it('says that there is none, and that nobody can say', async () => {
    const { unmount } = open(withoutGpu());
    expect(await screen.findByText(text.none)).toBeTruthy();
    unmount();
    open(brokenDriver());
    expect(await screen.findByText(/^The GPUs cannot be read: /)).toBeTruthy();
  });

  it('adds up the same memory as the strip under every page', async () => {
    open(sharedAndLost());
    const total = await screen.findByRole('meter', { name: text.total });
    const strip = screen.getByRole('contentinfo', { name: words.shell.status });
    expect(within(strip).getAllByText(total.getAttribute('aria-valuetext') ?? '').length).toBeGreaterThan(0);
  });

  it('has the GPUs read every second', async () => {
    const { fake } = open(sliced());
    await screen.findByRole('list', { name: /^Slices of/ });
    expect(fake.calls).toContainEqual(['gpu.watch', { isClose: true }]);
  });
});

describe('MIG', () => {
  function withPlan(): FakeApi {
    const fake = sliced();
    fake.world.migPlan = fakePlan({ wanted: [], layouts: [], chosen: null, commands: [] });
    return fake;
  }

  it('draws what the card is cut into now', async () => {
    open(withPlan(), 'mig');
    const slots = await screen.findByRole('list', { name: words.mig.geometry('H100 80GB') });
    expect(
      within(slots)
        .getAllByRole('listitem')
        .map((item) => item.getAttribute('title')),
    ).toEqual(['1g.10gb at slot 0', '2g.20gb at slots 2 to 3', '3g.40gb at slots 4 to 7']);
    expect(screen.getByText('1 slot is free')).toBeTruthy();
  });

  it('plans: what is wanted is asked for, layouts and commands are shown and run nothing', async () => {
    const { user, fake } = open(withPlan(), 'mig');
    const add = await screen.findByRole('button', { name: words.mig.add('3g.40gb') });
    fake.world.migPlan = fakePlan();
    await user.click(add);
    await user.click(add);
    await waitFor(() =>
      expect(fake.calls).toContainEqual(['gpu.planMig', { gpu: '0', slices: ['2x3g.40gb'], layout: 0 }]),
    );
    expect(await screen.findByText('1 layout is possible')).toBeTruthy();
    expect(screen.getByText('sudo nvidia-smi mig -i 0 -cgi 9:0,9:4 -C')).toBeTruthy();
    expect(screen.getByText(words.mig.before)).toBeTruthy();
    const asking = new Set(['gpu.planMig', 'gpu.migCards', 'gpu.watch', 'gpu.watchProofs', 'gpu.holders', 'gpu.read']);
    expect(fake.calls.map(([name]) => name).filter((name) => name.startsWith('gpu.') && !asking.has(name))).toEqual([]);
  });

  it('plans anew once somebody has cut the card', async () => {
    const { fake } = open(withPlan(), 'mig');
    await screen.findByRole('list', { name: words.mig.geometry('H100 80GB') });
    const asked = () => fake.calls.filter(([name]) => name === 'gpu.planMig').length;
    const before = asked();
    const gpus = fake.world.gpu.get()?.gpus.map((gpu) => ({ ...gpu, temperatureCelsius: 77 })) ?? [];
    act(() => fake.world.gpu.set(fakeGpuReport(gpus)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked()).toBe(before);
    act(() => fake.world.gpu.set(fakeGpuReport(gpus.map((gpu) => ({ ...gpu, migDevices: [] })))));
    await waitFor(() => expect(asked()).toBe(before + 1));
  });

  it('says that they do not fit together', async () => {
    const fake = withPlan();
    fake.world.migPlan = fakePlan({ layouts: [], chosen: null, commands: [] });
    open(fake, 'mig');
    expect(await screen.findByText(words.mig.doNotFit)).toBeTruthy();
  });
});

import { act, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { checkId } from '../../../shared/contract/doctor.ts';
import { doctorText } from '../../../shared/doctor.ts';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { brokenDriverReport, fakeReport } from '../../testing/fake-doctor.ts';
import { type RenderedApp, renderApp, renderPart } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
// Loaded by the app when it is reached; here it is there before.
import '../hardware/page.tsx';
import { DoctorSection } from './section.tsx';

// Eighteen checks with their buttons: finding one by its name takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const { doctor } = words;
/** What is good or waits is behind a line. */
async function unfold(user: RenderedApp['user']) {
  const lines = new RegExp([doctor.good(2), doctor.waiting(2)].map((line) => line.replace('2 ', '')).join('|'));
  for (const line of await screen.findAllByRole('button', { name: lines })) await user.click(line);
}

const rowOf = (title: string) => within(screen.getByRole('heading', { name: title }).closest('li') ?? document.body);

test('is a tab of the hardware, with every check', async () => {
  const { user } = renderApp({ hash: '#/hardware/checks' });
  const chain = await screen.findByRole('region', { name: doctor.chain });
  const needs = screen.getByRole('region', { name: doctor.needs });
  const titles = () =>
    [chain, needs]
      .flatMap((group) => within(group).queryAllByRole('heading', { level: 3 }))
      .map((title) => title.textContent);
  // Nothing is broken: what remains is what somebody may try.
  expect(titles()).toEqual([doctor.titles.probe]);
  await unfold(user);
  expect(titles().toSorted()).toEqual(checkId.options.map((id) => doctor.titles[id]).toSorted());
  expect(screen.queryByText(doctor.mendFirst)).toBeNull();
});

test('the first broken link stands out with what mends it; what is behind it waits', async () => {
  const fake = createFakeApi();
  fake.world.doctor.set(brokenDriverReport());
  const { user } = renderPart(<DoctorSection />, { fake });
  await screen.findByText(doctor.mendFirst);
  const row = rowOf(doctor.titles.library);
  expect(row.getByText(doctor.mendFirst)).toBeDefined();
  expect(screen.queryByRole('heading', { name: doctor.titles.mig })).toBeNull();
  await unfold(user);
  expect(row.getByText(doctor.states.failed)).toBeDefined();
  expect(row.getByText(/Restart the machine/)).toBeDefined();
  expect(screen.getAllByText(doctor.mendFirst)).toHaveLength(1);
  expect(rowOf(doctor.titles.mig).getByText(doctor.waitsFor(doctor.titles.library))).toBeDefined();
  expect(row.queryByText('Kernel module 595.45.04')).toBeNull();
  await user.click(row.getByRole('button', { name: new RegExp(doctor.details) }));
  expect(await row.findByText(/Kernel module 595\.45\.04/)).toBeDefined();
  expect(row.getByText(doctor.source('/proc/driver/nvidia/version'))).toBeDefined();
  expect(row.getByText(doctor.code('DRIVER_LIBRARY_MISMATCH'))).toBeDefined();
});

test('one or all are looked at again; a container is tried only when that is asked for', async () => {
  const fake = createFakeApi();
  const { user } = renderPart(<DoctorSection />, { fake });
  await unfold(user);
  await user.click(await screen.findByLabelText(doctor.recheck(doctor.titles.disk)));
  await user.click(screen.getByText(doctor.recheckAll));
  expect(fake.calls.filter(([name]) => name !== 'doctor.watch')).toEqual([
    ['doctor.check', { ids: ['disk'] }],
    ['doctor.check', { ids: null }],
  ]);
  await user.click(screen.getByText(doctor.probe));
  expect(fake.calls.at(-1)).toEqual(['doctor.probe', { isAgain: false }]);
  act(() => fake.world.doctor.set(fakeReport({ probe: { state: 'ok' } })));
  await user.click(await screen.findByText(doctor.probeAgain));
  expect(fake.calls.at(-1)).toEqual(['doctor.probe', { isAgain: true }]);
  act(() => fake.world.doctor.set(fakeReport({ probe: { state: 'checking' } }, { isProbing: true, isRunning: true })));
  expect((await screen.findByText(doctor.probing)).getAttribute('aria-busy')).toBe('true');
});

test('all of it is copied as text', async () => {
  const fake = createFakeApi();
  const report = brokenDriverReport();
  fake.world.doctor.set(report);
  const { user } = renderPart(<DoctorSection />, { fake });
  const copy = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(await screen.findByRole('button', { name: doctor.copyAll }));
  expect(copy).toHaveBeenCalledWith(doctorText(report));
});

test('while nothing is known it promises nothing; a core that cannot say why is told', async () => {
  const fake = createFakeApi();
  fake.failWith('doctor.watch', new AppError('INTERNAL', 'It fell over.'));
  renderPart(<DoctorSection />, { fake });
  expect(await screen.findByText('It fell over.')).toBeDefined();
  expect(screen.queryByRole('region', { name: doctor.chain })).toBeNull();
});

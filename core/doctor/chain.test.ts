import { expect, test, vi } from 'vitest';
import { type CheckId, checkId } from '../../shared/contract/doctor.ts';
import { checkTitles, doctorSummary, doctorText, firstBroken } from '../../shared/doctor.ts';
import { errorCatalog } from '../../shared/errors.ts';
import { doctorRows, gpuLine, noCdi, noToolkit } from '../testing/doctor-rows.ts';
import { openDoctor } from '../testing/doctor-world.ts';
import { type RecordedCheck, recordedFile, withoutChance } from '../testing/recorded-checks.ts';

// Each asks programs and sockets; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

const recorded: RecordedCheck[] = [];

test.each(doctorRows)('%s (%s)', async (name, id, world, state, code, remedy) => {
  await using machine = await openDoctor(world);
  const check = await machine.check(id);
  expect([check.state, check.failure?.code ?? null], JSON.stringify(check)).toEqual([state, code]);
  if (remedy === null) expect(check.remedy).toBeNull();
  else expect(check.remedy).toMatch(remedy);
  // Whatever is claimed has been seen, or measured against something.
  expect(check.evidence.length + (check.failure === null ? 0 : 1)).toBeGreaterThan(0);
  recorded.push({ name, check: withoutChance(check) });
});

test('page and terminal are shown what these machines really say', async () => {
  // Recorded anew by `vitest run -u` on this file.
  await expect(`${JSON.stringify(recorded, null, 2)}\n`).toMatchFileSnapshot(recordedFile);
});

test('the table has every check that can fail, with a failure and its remedy', () => {
  const withFailure = new Set(
    doctorRows.filter(([, , , , code, remedy]) => code !== null && remedy !== null).map(([, id]) => id),
  );
  expect(checkId.options.filter((id) => !withFailure.has(id))).toEqual([]);
  for (const [, , , , code] of doctorRows) if (code !== null) expect(errorCatalog[code].remedy).not.toBe('');
});

test('a good machine: every link is good or of no matter, but what only a container can prove', async () => {
  await using machine = await openDoctor();
  const report = await machine.doctor.api.check({ ids: null });
  const states = Object.fromEntries(report.checks.map(({ id, state }) => [id, state]));
  expect(states).toEqual({
    ...Object.fromEntries(checkId.options.map((id) => [id, 'ok'])),
    mig: 'not-applicable',
    'engine-gpu': 'unknown',
    probe: 'unknown',
    key: 'not-applicable',
  });
  expect(report.checks.map(({ id }) => id)).toEqual(checkId.options);
  expect(machine.asked.filter((line) => line !== 'POST /containers/create')).toEqual(machine.asked);
});

test('behind a broken link what is bad or unknown waits; what could be seen to be good stays good', async () => {
  await using machine = await openDoctor({ machine: 'driver-broken' });
  const report = await machine.doctor.api.check({ ids: null });
  const of = (id: CheckId) => report.checks.find((check) => check.id === id);
  expect(firstBroken(report)?.id).toBe('library');
  expect(of('driver')?.state).toBe('ok');
  for (const id of ['driver-version', 'mig', 'cdi', 'probe'] as const)
    expect(of(id), id).toMatchObject({ state: 'skipped', brokenBy: 'library', remedy: null });
  expect(of('toolkit')?.state).toBe('ok');
  expect(doctorSummary(report)).toBe('Broken: Driver and library agree.');
  const text = doctorText(report);
  expect(text).toContain('[Broken] Driver and library agree');
  expect(text).toContain('(DRIVER_LIBRARY_MISMATCH)');
  expect(text).toContain('To do: Restart the machine');
  for (const title of Object.values(checkTitles)) expect(text).toContain(`] ${title}\n`);
});

test('a container that saw the GPU outweighs what was not found where it is looked for', async () => {
  const saw = { 'nvidia-smi': { text: gpuLine, exitCode: 0 } };
  await using machine = await openDoctor({
    files: { ...noToolkit, ...noCdi, '/etc/cdi/old.json': '{"kind":"nvidia.com/gpu","devices":[{"name":"0:3"}]}' },
    engine: { info: { Runtimes: { runc: {} } }, inside: saw },
  });
  const before = await machine.doctor.api.check({ ids: null });
  expect(firstBroken(before)?.id).toBe('cdi');
  const report = await machine.doctor.api.probe({ isAgain: true });
  expect(firstBroken(report)).toBeNull();
  const stateOf = (id: CheckId) => report.checks.find((check) => check.id === id)?.state;
  expect([stateOf('toolkit'), stateOf('cdi'), stateOf('engine-gpu'), stateOf('probe')]).toEqual([
    'ok',
    'warning',
    'ok',
    'ok',
  ]);
});

test('with an engine on another machine nothing is claimed of this one’s card', async () => {
  await using machine = await openDoctor({ machine: 'none', smi: null, isRemote: true });
  const report = await machine.doctor.api.check({ ids: null });
  for (const id of ['card', 'driver', 'library', 'driver-version', 'mig', 'toolkit', 'cdi'] as const)
    expect(report.checks.find((check) => check.id === id)?.state, id).toBe('not-applicable');
  expect(firstBroken(report)).toBeNull();
});

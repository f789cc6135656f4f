import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDeps } from '../core/testing/deps.ts';
import { startTerminal } from '../core/testing/terminal.ts';
import { createMachine, type Machine, type MachineId } from '../sandbox/machines/machine.ts';
import type { GpuReport } from '../shared/contract/gpu.ts';

/** The terminal on a machine whose nvidia-smi is a stand-in. */
const run = (id: MachineId, ...args: string[]) => runAfter(id, () => {}, ...args);

async function runAfter(id: MachineId, happens: (machine: Machine) => void, ...args: string[]) {
  const deps = createTestDeps();
  const machine = await createMachine(id, join(deps.home, 'machine'));
  happens(machine);
  onTestFinished(async () => {
    await machine.close();
    deps[Symbol.dispose]();
  });
  const { child, printed, exitCode } = startTerminal(deps, args, {
    PATH: `${dirname(machine.nvidiaSmi)}:${process.env['PATH']}`,
  });
  return { child, printed: () => printed.stdout + printed.stderr, exitCode };
}

test('gpus --watch prints a reading a line, and ends with Ctrl-C', { timeout: 60_000 }, async () => {
  const { child, printed, exitCode } = await run('h100-mig-7', 'gpus', '--watch', '--json');
  const lines = () => printed().split('\n').slice(0, -1);
  await expect.poll(() => lines().length, { timeout: 50_000 }).toBeGreaterThanOrEqual(2);
  const [first, second] = lines().map((line) => JSON.parse(line) as GpuReport);
  expect(first?.gpus[0]).toMatchObject({ utilizationPercent: null, migEnabled: true });
  expect(Date.parse(second?.readAt ?? '')).toBeGreaterThan(Date.parse(first?.readAt ?? ''));
  child.kill('SIGINT');
  expect([0, 130]).toContain(await exitCode);
});

test('gpus --watch is no way to look at what was saved', { timeout: 60_000 }, async () => {
  const { printed, exitCode } = await run('none', 'gpus', '--watch', '--from', 'x');
  expect(await exitCode).toBe(2);
  expect(printed()).toContain('no --watch');
});

test('a GPU that is lost hides no other, and the exit code speaks of it', { timeout: 60_000 }, async () => {
  const loseFirst = (machine: Machine) => machine.lose(machine.devices()[0]?.uuid ?? '');
  const { printed, exitCode } = await runAfter('two-rtx-6000-ada', loseFirst, 'gpus');
  expect(await exitCode).toBe(1);
  expect(printed()).toMatch(/^GPU +NAME[^]*RTX 6000 Ada/);
  expect(printed()).toContain('A GPU stopped answering (GPU_LOST)');
});

test('mig plan on a card of this machine says what to type', { timeout: 60_000 }, async () => {
  const { printed, exitCode } = await run('a100-mig-mixed', 'mig', 'plan', '0', '2x3g.40gb');
  expect(await exitCode).toBe(0);
  expect(printed()).toContain('sudo nvidia-smi mig -i 0 -cgi 9:0,9:4 -C');
  expect(printed()).toMatch(/Slices vanish at a reboot/);
});

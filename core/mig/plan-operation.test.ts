import { afterEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, type MachineId } from '../../sandbox/machines/machine.ts';
import { createGpuService } from '../gpu/service.ts';
import { createRunProgram } from '../lib/run-program.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createPlanMig } from './plan-operation.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** The operation on a machine whose nvidia-smi is a stand-in program. */
async function onMachine(id: MachineId) {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-mig-'));
  const machine = await createMachine(id, folder);
  const runReal = createRunProgram(process.env, process.platform);
  const [program = '', ...leading] = machine.command;
  const deps = createTestDeps({ run: (_file, args, options) => runReal(program, [...leading, ...args], options) });
  const gpu = createGpuService(deps);
  ends.push(async () => {
    await gpu.close();
    await machine.close();
    deps[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return createPlanMig(gpu);
}

describe('gpu.planMig', () => {
  it('says what the card is cut into now, at which places, and removes that first', async () => {
    const plan = await (await onMachine('a100-mig-mixed'))({ gpu: '0', slices: ['2x3g.40gb'] });
    expect(plan).toMatchObject({
      gpuIndex: 0,
      isMigEnabled: true,
      card: { key: 'A100-80', memorySlots: 8 },
      present: [
        { profile: '1g.10gb', start: 0, size: 1 },
        { profile: '1g.10gb', start: 1, size: 1 },
        { profile: '2g.20gb', start: 2, size: 2 },
        { profile: '3g.40gb', start: 4, size: 4 },
      ],
      wanted: ['3g.40gb', '3g.40gb'],
    });
    const commands = plan.commands.map(({ command }) => command);
    expect(commands.slice(0, 2)).toEqual([
      'sudo nvidia-smi mig -i 0 -dci && sudo nvidia-smi mig -i 0 -dgi',
      'sudo nvidia-smi mig -i 0 -cgi 9:0,9:4 -C',
    ]);
    expect(plan.warnings.join(' ')).toMatch(/reboot.*CDI.*client.*reset/);
  });

  it('undoes to what is there now: the same slices at the same places, and MIG stays on', async () => {
    const { undo } = await (await onMachine('a100-mig-mixed'))({ gpu: '0', slices: ['2x3g.40gb'] });
    expect(undo.map(({ command }) => command)).toEqual([
      'sudo nvidia-smi mig -i 0 -dci && sudo nvidia-smi mig -i 0 -dgi',
      'sudo nvidia-smi mig -i 0 -cgi 19:0,19:1,14:2,9:4 -C',
      'nvidia-smi -L',
      'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
    ]);
  });

  it('makes the commands of the layout that is chosen', async () => {
    const planMig = await onMachine('a100-mig-mixed');
    const { layouts } = await planMig({ gpu: '0', slices: ['2g'] });
    expect(layouts.length).toBe(3);
    const plan = await planMig({ gpu: '0', slices: ['2g'], layout: 2 });
    expect(plan.commands[1]?.command).toContain(`14:${layouts[2]?.instances[0]?.start}`);
    await expect(planMig({ gpu: '0', slices: ['2g'], layout: 3 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('tells what a kind of card can do without one at hand', async () => {
    const plan = await (await onMachine('none'))({ gpu: 'H100 NVL', slices: [] });
    expect(plan).toMatchObject({ gpuIndex: null, present: null, layouts: [], chosen: null, commands: [] });
    expect(plan.card.profiles.map(({ name }) => name)).toContain('1g.12gb');
  });

  it.each([
    ['rtx-4090', '0', 'BAD_INPUT'],
    ['rtx-4090', '7', 'NOT_FOUND'],
    ['driver-broken', '0', 'DRIVER_LIBRARY_MISMATCH'],
    ['none', 'RTX 4090', 'BAD_INPUT'],
  ] as const)('on %s, %s is %s', async (id, gpu, code) => {
    await expect((await onMachine(id))({ gpu, slices: [] })).rejects.toMatchObject({ code });
  });
});

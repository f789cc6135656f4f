import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunProgram } from '../../core/deps.ts';
import { readSmiOutput } from '../../core/gpu/read-output.ts';
import { createSmi } from '../../core/gpu/smi.ts';
import { readMemInfo } from '../../core/lib/mem-info.ts';
import { createRunProgram } from '../../core/lib/run-program.ts';
import { createMachine, type Machine, type MachineId, machineIds } from './machine.ts';

// Each asks real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const open: { machine: Machine; folder: string }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { machine, folder } of open.splice(0)) {
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function start(id: MachineId, now?: () => number): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck machine '));
  const machine = await createMachine(id, folder, now === undefined ? {} : { now });
  open.push({ machine, folder });
  return machine;
}

const never = new AbortController().signal;
const runReal = createRunProgram(process.env, process.platform);

/** As the app reads it: its three calls, its parsers. */
async function read({ command, memInfo }: Machine) {
  const run: RunProgram = (_file, args, options) => runReal(command[0] ?? '', [...command.slice(1), ...args], options);
  return createSmi({ run, platform: 'linux', env: {}, now: Date.now, memInfo: () => readMemInfo(memInfo) }).read(never);
}

async function ask({ command }: Machine, ...args: string[]): Promise<{ code: number; stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(command[0] ?? '', [...command.slice(1), ...args]);
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

const uuidsOf = (machine: Machine) => machine.devices().map(({ uuid }) => uuid);

describe('the app reads each machine', () => {
  it('an RTX 4090', async () => {
    const { gpus, failure } = await read(await start('rtx-4090'));
    expect(failure).toBeNull();
    expect(gpus).toEqual([
      {
        index: 0,
        name: 'NVIDIA GeForce RTX 4090',
        uuid: 'GPU-40900000-5a1d-4c0e-9b7a-000000000001',
        driverVersion: '595.58.03',
        cudaVersion: '13.2',
        computeCapability: '8.9',
        memoryTotalMiB: 24564,
        memoryUsedMiB: 312,
        memoryReservedMiB: 434,
        isMemoryShared: false,
        utilizationPercent: 0,
        temperatureCelsius: 38,
        powerWatts: expect.closeTo(22, -0.5),
        migEnabled: null,
        migDevices: [],
      },
    ]);
  });

  it('two equal cards', async () => {
    const { gpus } = await read(await start('two-rtx-6000-ada'));
    expect(gpus.map(({ index, name, memoryTotalMiB }) => [index, name, memoryTotalMiB])).toEqual([
      [0, 'NVIDIA RTX 6000 Ada Generation', 49140],
      [1, 'NVIDIA RTX 6000 Ada Generation', 49140],
    ]);
    expect(new Set(gpus.map(({ uuid }) => uuid)).size).toBe(2);
  });

  it('an H100 in seven slices', async () => {
    const machine = await start('h100-mig-7');
    const [gpu, ...others] = (await read(machine)).gpus;
    expect(others).toEqual([]);
    expect(gpu).toMatchObject({ computeCapability: '9.0', migEnabled: true, utilizationPercent: null });
    expect(gpu?.migDevices).toEqual(
      [7, 8, 9, 10, 11, 12, 13].map((gi, index) => ({
        index,
        gi,
        ci: 0,
        uuid: uuidsOf(machine)[index + 1],
        profile: '1g.10gb',
        memoryTotalMiB: 9984,
        memoryUsedMiB: 9,
        memoryReservedMiB: 0,
      })),
    );
  });

  it('an A100 in slices of three sizes', async () => {
    const [gpu] = (await read(await start('a100-mig-mixed'))).gpus;
    expect(gpu?.migDevices.map(({ profile, gi, memoryTotalMiB }) => [profile, gi, memoryTotalMiB])).toEqual([
      ['3g.40gb', 2, 40448],
      ['2g.20gb', 4, 19968],
      ['1g.10gb', 7, 9728],
      ['1g.10gb', 8, 9728],
    ]);
  });

  it('a GB10, whose memory is the system’s and not said by the driver', async () => {
    const machine = await start('gb10');
    const [gpu] = (await read(machine)).gpus;
    expect(gpu).toMatchObject({
      name: 'NVIDIA GB10',
      computeCapability: '12.1',
      memoryTotalMiB: 122_502,
      memoryUsedMiB: 4900,
      isMemoryShared: true,
      utilizationPercent: 0,
      migEnabled: null,
    });
    expect(machine.devices()).toMatchObject([{ isUnified: true, memoryTotalMiB: 122_502 }]);
    expect(readFileSync(machine.memInfo, 'utf8')).toMatch(/^MemTotal: +125442048 kB\n/);
  });

  it('none and a broken driver, each with its own reason', async () => {
    expect(await read(await start('none'))).toMatchObject({ gpus: [], failure: { code: 'NVIDIA_SMI_MISSING' } });
    const broken = await start('driver-broken');
    expect(await read(broken)).toMatchObject({ gpus: [], failure: { code: 'DRIVER_LIBRARY_MISMATCH' } });
    expect(await ask(broken, '-L')).toEqual({
      code: 18,
      stdout: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 595.58\n',
    });
  });
});

describe('processes', () => {
  it('take memory, are listed, and give it back', async () => {
    const machine = await start('rtx-4090');
    const [uuid = ''] = uuidsOf(machine);
    const held = machine.hold({ pid: 4711, name: "it's vllm, $(HOME)", deviceUuid: uuid, memoryMiB: 20_000 });
    expect((await read(machine)).gpus[0]?.memoryUsedMiB).toBe(20_312);
    expect(machine.devices()[0]?.memoryUsedMiB).toBe(20_312);
    const apps = ['--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory', '--format=csv,noheader'];
    expect(await ask(machine, ...apps)).toEqual({
      code: 0,
      stdout: `${uuid}, 4711, it's vllm, $(HOME), 20000 MiB\n`,
    });
    expect((await ask(machine)).stdout).toContain("4711      C   it's vllm, $(HOME) ");
    if (held.ok) held.release();
    if (held.ok) held.release();
    expect((await read(machine)).gpus[0]?.memoryUsedMiB).toBe(312);
    expect((await ask(machine, ...apps)).stdout).toBe('');
  });

  it('are refused where they do not fit, with what is free', async () => {
    const machine = await start('rtx-4090');
    const [uuid = ''] = uuidsOf(machine);
    const free = 24_564 - 434 - 312;
    const hold = (memoryMiB: number) => machine.hold({ pid: 1, name: 'x', deviceUuid: uuid, memoryMiB });
    expect(hold(free + 1)).toEqual({ ok: false, freeMiB: free });
    expect(hold(free).ok).toBe(true);
    expect(hold(1)).toEqual({ ok: false, freeMiB: 0 });
    const [gpu] = (await read(machine)).gpus;
    expect(gpu?.memoryUsedMiB).toBe(24_564 - 434);
  });

  it('run on slices, never on the GPU that is cut', async () => {
    const machine = await start('a100-mig-mixed');
    const [gpu = '', large = '', , small = ''] = uuidsOf(machine);
    expect(machine.hold({ pid: 1, name: 'x', deviceUuid: gpu, memoryMiB: 1 })).toEqual({ ok: false, freeMiB: 0 });
    expect(machine.hold({ pid: 2, name: 'x', deviceUuid: small, memoryMiB: 20_000 }).ok).toBe(false);
    expect(machine.hold({ pid: 3, name: 'vllm', deviceUuid: large, memoryMiB: 20_000 }).ok).toBe(true);
    const [read40] = (await read(machine)).gpus;
    expect(read40?.migDevices.map(({ memoryUsedMiB }) => memoryUsedMiB)).toEqual([20_036, 18, 9, 9]);
    expect(read40?.memoryUsedMiB).toBe(20_072);
    // Its instance is in the report, its parent's UUID in the list of processes (gpu facts 7).
    expect((await ask(machine, '-q', '-x')).stdout).toMatch(
      /<gpu_instance_id>2<\/gpu_instance_id>\s*<compute_instance_id>0<\/compute_instance_id>\s*<pid>3</,
    );
    expect((await ask(machine, '--query-compute-apps=gpu_uuid,pid', '--format=csv,noheader')).stdout).toBe(
      `${gpu}, 3\n`,
    );
  });

  it('of a machine with shared memory take the system’s', async () => {
    const machine = await start('gb10');
    const [uuid = ''] = uuidsOf(machine);
    const available = () => Number(/MemAvailable: +(\d+)/.exec(readFileSync(machine.memInfo, 'utf8'))?.[1]);
    const before = available();
    expect(machine.hold({ pid: 7, name: 'vllm', deviceUuid: uuid, memoryMiB: 40_000 }).ok).toBe(true);
    expect(before - available()).toBe(40_000 * 1024);
    expect((await read(machine)).gpus[0]?.memoryUsedMiB).toBe(44_900);
    expect((await ask(machine, '--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits')).stdout).toBe(
      '7, 40000\n',
    );
  });

  it('heat the card while they work, and nothing ticks once it is cold again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const machine = await start('rtx-4090', Date.now);
    const [uuid = ''] = uuidsOf(machine);
    const readings = async () => {
      const { stdout } = await ask(
        machine,
        '--query-gpu=temperature.gpu,power.draw,utilization.gpu',
        '--format=csv,noheader,nounits',
      );
      return stdout.split(', ').map(Number) as [celsius: number, watts: number, percent: number];
    };
    expect(vi.getTimerCount()).toBe(0);
    const held = machine.hold({ pid: 1, name: 'vllm', deviceUuid: uuid, memoryMiB: 20_000 });
    if (!held.ok) throw new Error('It fits.');
    held.work(1);
    vi.advanceTimersByTime(10_000);
    const early = await readings();
    vi.advanceTimersByTime(80_000);
    const late = await readings();
    expect(early[2]).toBe(96);
    expect(late[1]).toBeGreaterThan(320);
    expect(early[0]).toBeGreaterThan(40);
    expect(late[0]).toBeGreaterThan(early[0] + 10);
    held.work(0);
    vi.advanceTimersByTime(2_000);
    expect((await readings())[2]).toBeLessThan(5);
    held.release();
    vi.advanceTimersByTime(600_000);
    expect(vi.getTimerCount()).toBe(0);
    expect((await readings())[0]).toBe(38);
  });
});

describe('a GPU that falls off the bus', () => {
  it('is told before those that are left, and comes back', async () => {
    const machine = await start('two-rtx-6000-ada');
    const [first = '', second = ''] = uuidsOf(machine);
    let changes = 0;
    const stop = machine.onChange(() => (changes += 1));
    machine.lose(first);
    machine.lose(first);
    expect(changes).toBe(1);
    const left = await read(machine);
    expect(left.gpus.map(({ uuid }) => uuid)).toEqual([second]);
    expect(left.failure?.code).toBe('GPU_LOST');
    expect(await ask(machine, '-L')).toMatchObject({
      code: 15,
      stdout: expect.stringMatching(
        /^Unable to determine the device handle for GPU0000:41:00.0: GPU is lost. Reboot the system to recover this GPU\nGPU 1: /,
      ),
    });
    expect(machine.hold({ pid: 1, name: 'x', deviceUuid: first, memoryMiB: 1 }).ok).toBe(false);
    machine.restore();
    stop();
    machine.lose(second);
    expect(changes).toBe(2);
    machine.restore();
    expect(await read(machine)).toMatchObject({ failure: null, gpus: [{ uuid: first }, { uuid: second }] });
  });

  it('takes its slices with it, and was the only one', async () => {
    const machine = await start('h100-mig-7');
    machine.lose(uuidsOf(machine)[3] ?? '');
    expect(machine.devices()).toEqual([]);
    expect(await read(machine)).toMatchObject({ gpus: [], failure: { code: 'GPU_LOST' } });
    expect((await ask(machine, '-q', '-x')).code).toBe(15);
  });
});

describe('what an engine’s request gets', () => {
  const names = (machine: Machine, request: Parameters<Machine['resolve']>[0]) => {
    const answer = machine.resolve(request);
    return answer.ok ? answer.devices.map(({ uuid }) => uuid.slice(-2)) : answer.message;
  };

  it('by count, number, UUID and CDI name', async () => {
    const machine = await start('two-rtx-6000-ada');
    const [first = '', second = ''] = uuidsOf(machine);
    expect(names(machine, { count: -1 })).toEqual(['01', '02']);
    expect(names(machine, { count: 1 })).toEqual(['01']);
    expect(names(machine, { deviceIds: ['1', second] })).toEqual(['02']);
    expect(names(machine, { deviceIds: [`nvidia.com/gpu=${first}`, 'nvidia.com/gpu=1'] })).toEqual(['01', '02']);
    expect(names(machine, { deviceIds: ['nvidia.com/gpu=all'] })).toEqual(['01', '02']);
    expect(names(machine, {})).toEqual([]);
    expect(names(machine, { count: 3 })).toBe('nvidia-container-cli: device error: 2: unknown device');
    expect(names(machine, { deviceIds: ['GPU-x'] })).toBe('nvidia-container-cli: device error: GPU-x: unknown device');
    expect(names(machine, { deviceIds: ['nvidia.com/gpu=7'] })).toBe(
      'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=7',
    );
    machine.lose(second);
    expect(names(machine, { deviceIds: [second] })).toMatch(/: unknown device$/);
  });

  it('of slices, by their UUID and their place', async () => {
    const machine = await start('a100-mig-mixed');
    expect(names(machine, { deviceIds: ['0:1'] })).toEqual(['02']);
    expect(names(machine, { deviceIds: [uuidsOf(machine)[4] ?? ''] })).toEqual(['04']);
    expect(names(machine, { count: -1 })).toEqual(['01', '02', '03', '04']);
    expect(names(machine, { deviceIds: ['0:4'] })).toBe('nvidia-container-cli: device error: 0:4: unknown device');
  });

  it('without a driver is refused, and asking for nothing is not', async () => {
    const none = await start('none');
    expect(names(none, { count: -1 })).toMatch(/load library failed: libnvidia-ml\.so\.1/);
    expect(names(none, {})).toEqual([]);
    expect(names(await start('driver-broken'), { deviceIds: ['0'] })).toMatch(/version mismatch$/);
  });
});

describe('nvidia-smi', () => {
  it.each([
    [['--query-gpu=index,cuda_version', '--format=csv'], 2, 'Field "cuda_version" is not a valid field to query.\n'],
    [['--query-gpu=index,$(id)', '--format=csv'], 2, 'Field "$(id)" is not a valid field to query.\n'],
    [['mig', '-lgi'], 6, 'No MIG-enabled devices found.\n'],
    [['-q', '-L'], 2, "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n"],
  ])('answers %j with %i', async (args, code, stdout) => {
    expect(await ask(await start('rtx-4090'), ...args)).toEqual({ code, stdout });
  });

  it('writes headers and units as asked', async () => {
    const machine = await start('two-rtx-6000-ada');
    const ask2 = async (format: string) =>
      (await ask(machine, '--query-gpu=index,memory.total,mig.mode.current,gpu_name', `--format=${format}`)).stdout;
    expect(await ask2('csv')).toBe(
      'index, memory.total [MiB], mig.mode.current, gpu_name\n' +
        '0, 49140 MiB, [N/A], NVIDIA RTX 6000 Ada Generation\n1, 49140 MiB, [N/A], NVIDIA RTX 6000 Ada Generation\n',
    );
    expect((await ask2('csv,noheader,nounits')).split('\n')[0]).toBe('0, 49140, [N/A], NVIDIA RTX 6000 Ada Generation');
    expect((await ask(machine, '-i', '1', '--query-gpu=index', '--format=csv,noheader')).stdout).toBe('1\n');
  });

  it.each(['rtx-4090', 'two-rtx-6000-ada', 'h100-mig-7', 'a100-mig-mixed', 'gb10'] as const)(
    'of %s says the same in every format',
    async (id) => {
      const machine = await start(id);
      const said = async (...args: string[]) => {
        const output = readSmiOutput((await ask(machine, ...args)).stdout);
        return 'gpus' in output ? output.gpus.map((gpu) => ({ ...gpu, format: output.format })) : [];
      };
      const xml = await said('-q', '-x');
      expect(xml.length).toBeGreaterThan(0);
      const without = (gpus: typeof xml, ...names: string[]) =>
        gpus.map((gpu) =>
          Object.fromEntries(Object.entries(gpu).filter(([name]) => !['format', ...names].includes(name))),
        );
      expect(without(await said('-q'))).toEqual(without(xml));
      // The table has no UUID and cuts names; the query knows no slices and no CUDA.
      expect(without(await said(), 'uuid', 'name')).toEqual(without(xml, 'uuid', 'name'));
      const query = ['--query-gpu=index,name,uuid,memory.total,driver_version,mig.mode.current', '--format=csv'];
      expect(without(await said(...query), 'cudaVersion', 'migDevices')).toEqual(
        without(xml, 'cudaVersion', 'migDevices'),
      );
      expect((await said('-L')).map(({ uuid, migDevices }) => [uuid, migDevices?.length])).toEqual(
        xml.map(({ uuid, migDevices }) => [uuid, migDevices?.length]),
      );
      const slices = xml.flatMap(({ migDevices }) => migDevices ?? []).map(({ gi }) => gi);
      const listed = readSmiOutput((await ask(machine, 'mig', '-lgi')).stdout);
      if (slices.length > 0) expect('instances' in listed && listed.instances.map(({ gi }) => gi)).toEqual(slices);
      else expect(listed).toMatchObject({ problem: { code: 'MIG_NO_INSTANCES' } });
    },
  );

  it.each(machineIds)('of %s leaves nothing behind', async (id) => {
    const machine = await start(id);
    const folder = open.at(-1)?.folder ?? '';
    expect(existsSync(machine.nvidiaSmi)).toBe(id !== 'none');
    await machine.close();
    expect(readdirSync(folder)).toEqual([]);
    // Another machine can take its place.
    const next = await createMachine('gb10', folder);
    expect((await ask(next, '-L')).stdout).toContain('NVIDIA GB10');
    await next.close();
  });

  it('on Windows is a batch file that its shell is started for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nimdeck machine '));
    const machine = await createMachine('rtx-4090', folder, { platform: 'win32' });
    open.push({ machine, folder });
    expect(machine.command).toEqual(['cmd.exe', '/d', '/c', machine.nvidiaSmi]);
    const lines = readFileSync(machine.nvidiaSmi, 'utf8').split('\r\n');
    const named = lines.flatMap((line) => /set "text=([\w-]+)" & goto show/.exec(line)?.[1] ?? []);
    // Each text that it can name is one that a machine writes.
    const written = new Set([
      'failure',
      'mig-lgi',
      'mig-lci',
      'mig-lgip',
      'mig-lgipp',
      ...readdirSync(join(folder, 'texts')),
    ]);
    expect(named.filter((name) => !written.has(name))).toEqual([]);
    expect(named).toContain('identity');
    expect(readFileSync(join(folder, 'texts', 'identity'), 'utf8')).toBe(
      '0, GPU-40900000-5a1d-4c0e-9b7a-000000000001, 8.9\n',
    );
  });
});

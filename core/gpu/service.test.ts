import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProgramResult, RunProgram } from '../deps.ts';
import { createAttention } from '../lib/attention.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import { createGpuService, type GpuService } from './service.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/h100-two-slices.${name}`, import.meta.url), 'utf8');
const said = (stdout: string, exitCode = 0): ProgramResult => ({ exitCode, stdout, stderr: '', isTimedOut: false });

/** The far side of the wire: a program that prints what nvidia-smi prints, where it is installed. */
function fakeSmi(installed: Record<string, (args: readonly string[]) => ProgramResult | Promise<ProgramResult>>) {
  const calls: string[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const run: RunProgram = async (file, args) => {
    calls.push(`${file} ${args[0]}`);
    const program = installed[file];
    if (program === undefined) throw Object.assign(new Error(`spawn ${file} ENOENT`), { code: 'ENOENT' });
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    try {
      await Promise.resolve();
      return await program(args);
    } finally {
      running -= 1;
    }
  };
  return { run, calls, mostAtOnce: () => mostAtOnce };
}

function working(args: readonly string[]): ProgramResult {
  if (args[0] === '-L') return said(fixture('list.txt'));
  return said(fixture(args[0] === '-q' ? 'xml' : 'query.csv'));
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  // oxlint-disable-next-line no-unused-vars -- only that they come counts
  for await (const _ of items);
}

const open: { deps: TestDeps; gpu: GpuService }[] = [];
function start(run: RunProgram, overrides: Parameters<typeof createTestDeps>[0] = {}, intervalMs = 5) {
  const deps = createTestDeps({ run, platform: 'linux', ...overrides });
  const gpu = createGpuService(deps, { intervalMs });
  open.push({ deps, gpu });
  return gpu.api;
}

afterEach(async () => {
  for (const { deps, gpu } of open.splice(0)) {
    await gpu.close();
    deps[Symbol.dispose]();
  }
});

describe('gpu.read', () => {
  it('joins the three calls', async () => {
    const { gpus, failure } = await start(fakeSmi({ 'nvidia-smi': working }).run).read({});
    expect(failure).toBeNull();
    expect(gpus[0]?.migDevices[0]?.uuid).toBe('MIG-bbbbbbbb-0000-5000-8000-000000000001');
    expect(gpus[1]?.computeCapability).toBe('12.1');
  });

  it('says that nvidia-smi is missing', async () => {
    const smi = fakeSmi({});
    const { gpus, failure } = await start(smi.run).read({});
    expect(gpus).toEqual([]);
    expect(failure?.code).toBe('NVIDIA_SMI_MISSING');
    expect(smi.calls).toContain('/usr/lib/wsl/lib/nvidia-smi -q');
  });

  it('finds the one that works behind one that always fails (WSL), and goes there first afterwards', async () => {
    const smi = fakeSmi({
      'nvidia-smi': () => said("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9),
      '/usr/lib/wsl/lib/nvidia-smi': working,
    });
    const api = start(smi.run);
    expect((await api.read({})).gpus).toHaveLength(2);
    smi.calls.length = 0;
    expect((await api.read({})).gpus).toHaveLength(2);
    expect(smi.calls).toEqual(['/usr/lib/wsl/lib/nvidia-smi -q', '/usr/lib/wsl/lib/nvidia-smi -L']);
  });

  it('asks once what stays the same, again for other cards, and for slices only where there can be some', async () => {
    const [xml, query] = [fixture('xml'), fixture('query.csv')];
    let isWhole = true;
    const smi = fakeSmi({
      'nvidia-smi': ([what = '']) => {
        // Without a card that can be cut, and later under another UUID.
        const whole = xml
          .replaceAll(/<current_mig>[^<]*</g, '<current_mig>Disabled<')
          .replaceAll(/<mig_devices>[^]*?<\/mig_devices>/g, '');
        if (what === '-q') return said(isWhole ? whole : whole.replaceAll(/<uuid>GPU-.{4}/g, '<uuid>GPU-0000'));
        return said(what === '-L' ? fixture('list.txt') : query);
      },
    });
    const api = start(smi.run);
    const capabilities = async () => (await api.read({})).gpus.map(({ computeCapability }) => computeCapability);
    const first = await capabilities();
    expect(first[1]).toBe('12.1');
    expect(await capabilities()).toEqual(first);
    expect(smi.calls.map((call) => call.split(' ')[1]?.replace(/=.*/, ''))).toEqual(['-q', '--query-gpu', '-q']);
    isWhole = false;
    await capabilities();
    expect(smi.calls.at(-1)).toContain('--query-gpu');
  });

  it('looks in the places of Windows', async () => {
    const smi = fakeSmi({ 'D:\\Win\\System32\\nvidia-smi.exe': working });
    const api = start(smi.run, { platform: 'win32', env: { SystemRoot: 'D:\\Win' } });
    expect((await api.read({})).gpus).toHaveLength(2);
  });

  it.each([
    [
      'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.173\n',
      18,
      'DRIVER_LIBRARY_MISMATCH',
    ],
    ['No devices were found\n', 6, 'NO_GPU_FOUND'],
    ['Failed to initialize NVML: Unknown Error\n', 255, 'NVML_UNKNOWN_ERROR'],
    ['Unable to determine the device handle for GPU0000:CB:00.0: GPU is lost.\n', 15, 'GPU_LOST'],
    ['', 1, 'GPU_OUTPUT_UNREADABLE'],
    ['hello\n', 0, 'GPU_OUTPUT_UNREADABLE'],
  ])('%j with exit code %i is %s', async (stdout, exitCode, code) => {
    const { gpus, failure } = await start(fakeSmi({ 'nvidia-smi': () => said(stdout, exitCode) }).run).read({});
    expect(gpus).toEqual([]);
    expect(failure?.code).toBe(code);
  });

  it('shows the good GPUs beside a broken one', async () => {
    const warning = 'Unable to determine the device handle for GPU0000:CB:00.0: Unknown Error\n';
    const smi = fakeSmi({
      'nvidia-smi': (args) => (args[0] === '-q' ? said(warning + fixture('xml'), 0) : working(args)),
    });
    const { gpus, failure } = await start(smi.run).read({});
    expect(gpus).toHaveLength(2);
    expect(failure?.code).toBe('GPU_LOST');
  });

  it('does without what an old driver cannot say', async () => {
    const smi = fakeSmi({
      'nvidia-smi': (args) =>
        args[0]?.startsWith('--query')
          ? said('Field "compute_cap" is not a valid field to query.\n', 2)
          : working(args),
    });
    const { gpus, failure } = await start(smi.run).read({});
    expect(failure).toBeNull();
    expect(gpus.map((gpu) => gpu.computeCapability)).toEqual([null, null]);
  });

  it('reads once more where a slice went between two calls, and gives none another’s UUID where that does not help', async () => {
    const first = 'MIG-bbbbbbbb-0000-5000-8000-000000000001';
    const second = 'MIG-bbbbbbbb-0000-5000-8000-000000000002';
    // The one that is left gets the number of the one that went.
    const without = fixture('list.txt')
      .replace(/^.*Device +0: .*\n/m, '')
      .replace(/Device +1:/, 'Device  0:');
    expect(without).toContain(second);
    let lists = 0;
    const smi = fakeSmi({
      'nvidia-smi': (args) => (args[0] === '-L' && lists++ === 0 ? said(without) : working(args)),
    });
    const { gpus, failure } = await start(smi.run).read({});
    expect(failure).toBeNull();
    expect(gpus[0]?.migDevices.map(({ uuid }) => uuid)).toEqual([first, second]);
    expect(smi.calls.map((call) => call.replace(/=.*/, ''))).toEqual(
      ['-q', '-L', '-q', '-L', '--query-gpu'].map((argument) => `nvidia-smi ${argument}`),
    );

    const always = fakeSmi({ 'nvidia-smi': (args) => (args[0] === '-L' ? said(without) : working(args)) });
    const unsure = await start(always.run).read({});
    expect(unsure.gpus[0]?.migDevices.map(({ uuid, profile }) => [uuid, profile])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(always.calls).toHaveLength(5);
  });

  it('shows no slice that went before the report, and no GPU that went after it with another’s figures', async () => {
    const gone = fixture('query.csv').split('\n').slice(1).join('\n');
    const smi = fakeSmi({
      'nvidia-smi': (args) => (args[0]?.startsWith('--query') ? said(gone) : working(args)),
    });
    const { gpus } = await start(smi.run).read({});
    expect(gpus.map(({ computeCapability }) => computeCapability)).toEqual([null, '12.1']);
  });

  it.each([['-L'], ['--query-gpu']])(
    'a program that hangs from %s on is not asked again, and what it said is shown',
    async (at) => {
      const smi = fakeSmi({
        'nvidia-smi': (args) =>
          args[0]?.startsWith(at) ? { exitCode: null, stdout: '', stderr: '', isTimedOut: true } : working(args),
      });
      const { gpus, failure } = await start(smi.run).read({});
      expect(gpus).toHaveLength(2);
      expect(failure?.code).toBe('GPU_LOST');
      expect(smi.calls.at(-1)).toContain(at);
      expect(smi.calls).toHaveLength(at === '-L' ? 2 : 3);
    },
  );

  it('says of megabytes of anything that it is no report, at once', async () => {
    const texts = ['nvidia-smi '.repeat(900_000), 'GPU 0: '.repeat(1_400_000), '<nvidia_smi_log>'.repeat(600_000)];
    for (const text of texts) {
      const begin = performance.now();
      const { gpus, failure } = await start(fakeSmi({ 'nvidia-smi': () => said(text) }).run).read({});
      expect([gpus, failure?.code]).toEqual([[], 'GPU_OUTPUT_UNREADABLE']);
      // A second at most alone; what grows with the square takes minutes.
      expect(performance.now() - begin).toBeLessThan(20_000);
    }
  }, 60_000);

  it('tells a program that hangs from one that fails', async () => {
    const smi = fakeSmi({ 'nvidia-smi': () => ({ exitCode: null, stdout: '', stderr: '', isTimedOut: true }) });
    expect((await start(smi.run).read({})).failure?.code).toBe('GPU_LOST');
    expect(smi.calls).toHaveLength(1);
  });

  it('lets one reader leave without ending the reading of the others', async () => {
    const answer = Promise.withResolvers<ProgramResult>();
    const smi = fakeSmi({ 'nvidia-smi': (args) => (args[0] === '-q' ? answer.promise : working(args)) });
    const api = start(smi.run);
    const leaving = new AbortController();
    const left = api.read({}, { signal: leaving.signal });
    const stayed = api.read({});
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
    answer.resolve(said(fixture('xml')));
    expect((await stayed).gpus).toHaveLength(2);
    expect(smi.calls.filter((call) => call.endsWith('-q'))).toHaveLength(1);
  });
});

describe('gpu.watch', () => {
  it('reads once for however many watch, again and again, one process at a time', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const api = start(smi.run);
    const readers = Array.from({ length: 20 }, async () => {
      let seen = 0;
      for await (const report of api.watch({})) {
        expect(report.gpus).toHaveLength(2);
        seen += 1;
        if (seen === 3) break;
      }
    });
    await Promise.all(readers);
    expect(smi.mostAtOnce()).toBe(1);
    // Each reader sees at least two fresh reports; twenty separate readers would have made sixty readings.
    expect(smi.calls.filter((call) => call.endsWith('-q')).length).toBeLessThan(8);
  });

  it('reads seldom where nothing moves, and at once when the engine starts something', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const deps = createTestDeps({ run: smi.run, platform: 'linux' });
    const engine = createFixedEngine('/nowhere');
    // Ten seconds from one calm reading to the next: the end of this test would come first.
    const gpu = createGpuService(deps, { intervalMs: 5, calmIntervals: 2_000, restlessIntervals: 3, engine });
    open.push({ deps, gpu });
    const leaving = new AbortController();
    const reader = drain(gpu.api.watch({}, { signal: leaving.signal }));
    const readings = () => smi.calls.filter((call) => call.endsWith('-q')).length;
    await expect.poll(readings).toBeGreaterThan(1);
    const isStill = async () => {
      const before = readings();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return readings() === before;
    };
    await expect.poll(isStill).toBe(true);
    const calm = readings();
    engine.emit({ type: 'container', action: 'exec_start', id: 'x', attributes: {}, timeNano: 0n });
    expect(await isStill()).toBe(true);
    engine.emit({ type: 'container', action: 'start', id: 'x', attributes: {}, timeNano: 0n });
    await expect.poll(readings, { timeout: 3_000 }).toBeGreaterThan(calm);
    leaving.abort();
    await reader;
  });

  it('reads more often for as long as somebody looks closely', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const deps = createTestDeps({ run: smi.run, platform: 'linux' });
    // A minute between two readings: only whoever looks closely can be the reason of a third.
    const gpu = createGpuService(deps, { intervalMs: 60_000, closeMs: 5 });
    open.push({ deps, gpu });
    const leaving = new AbortController();
    const looking = new AbortController();
    const reader = drain(gpu.api.watch({}, { signal: leaving.signal }));
    const readings = () => smi.calls.filter((call) => call.endsWith('-q')).length;
    await expect.poll(readings).toBe(1);
    const closely = drain(gpu.api.watch({ isClose: true }, { signal: looking.signal }));
    await expect.poll(readings, { timeout: 4_000 }).toBeGreaterThan(2);
    looking.abort();
    await closely;
    const isStill = async () => {
      const before = readings();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return readings() === before;
    };
    await expect.poll(isStill, { timeout: 4_000 }).toBe(true);
    leaving.abort();
    await reader;
  });

  it('reads nothing when nobody watches any more', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const api = start(smi.run, {}, 60_000);
    const leaving = new AbortController();
    const reader = (async () => {
      for await (const report of api.watch({}, { signal: leaving.signal })) {
        expect(report.failure).toBeNull();
        leaving.abort();
      }
    })();
    await reader;
    const readings = () => smi.calls.filter((call) => call.endsWith(' -q')).length;
    expect(readings()).toBe(1);
    // The pause of a minute is not waited for: a new watcher gets a fresh reading at once.
    for await (const report of api.watch({})) {
      expect(report.gpus).toHaveLength(2);
      break;
    }
    expect(readings()).toBe(2);
  });

  it('shows where nothing moves only what is read for those that look, and a move at once', async () => {
    let isBusy = false;
    const busy = (args: readonly string[]) => {
      const { stdout, ...rest } = working(args);
      return { ...rest, stdout: isBusy ? stdout.replaceAll(/<used>\d+ MiB/g, '<used>9999 MiB') : stdout };
    };
    const smi = fakeSmi({ 'nvidia-smi': busy });
    const deps = createTestDeps({ run: smi.run, platform: 'linux' });
    // Ten seconds from one calm reading to the next: the end of this test would come first.
    const gpu = createGpuService(deps, { intervalMs: 5, calmIntervals: 2_000, restlessIntervals: 3 });
    open.push({ deps, gpu });
    const leaving = new AbortController();
    const following = drain(gpu.follow({ watchedMs: 5, unwatchedMs: 5 }, leaving.signal));
    let shown = 0;
    const looking = (async () => {
      for await (const _ of gpu.api.watch({}, { signal: leaving.signal })) shown += 1;
    })();
    const readings = () => smi.calls.filter((call) => call.endsWith(' -q')).length;
    const readMore = () => expect.poll(readings).toBeGreaterThan(readings() + 5);
    await readMore();
    await readMore();
    const calm = shown;
    await readMore();
    expect(shown).toBe(calm);
    isBusy = true;
    await expect.poll(() => shown).toBeGreaterThan(calm);
    leaving.abort();
    await Promise.all([following, looking]);
  });

  it('reads for who says how often no more often than that, whatever moves', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const deps = createTestDeps({ run: smi.run, platform: 'linux' });
    const gpu = createGpuService(deps, { intervalMs: 5, restlessIntervals: 1_000 });
    open.push({ deps, gpu });
    const leaving = new AbortController();
    const following = drain(gpu.follow({ watchedMs: 60_000, unwatchedMs: 60_000 }, leaving.signal));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const readings = () => smi.calls.filter((call) => call.endsWith(' -q')).length;
    expect(readings()).toBe(1);
    // A page that comes to it is not kept waiting.
    const looking = drain(gpu.api.watch({}, { signal: leaving.signal }));
    await expect.poll(readings).toBeGreaterThan(3);
    leaving.abort();
    await Promise.all([following, looking]);
  });

  it('reads seldom for who watches over NIMs while nobody looks, and at once when somebody comes', async () => {
    const smi = fakeSmi({ 'nvidia-smi': working });
    const deps = createTestDeps({ run: smi.run, platform: 'linux' });
    const attention = createAttention();
    const gpu = createGpuService(deps, { intervalMs: 1, restlessIntervals: 1_000, attention });
    open.push({ deps, gpu });
    const leaving = new AbortController();
    const following = drain(gpu.follow({ watchedMs: 5, unwatchedMs: 60_000 }, leaving.signal));
    const readings = () => smi.calls.filter((call) => call.endsWith(' -q')).length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readings()).toBe(1);
    // Wherever somebody looks.
    const leave = attention.begin();
    await expect.poll(readings).toBeGreaterThan(3);
    leave();
    const isStill = async () => {
      const before = readings();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return readings() === before;
    };
    await expect.poll(isStill).toBe(true);
    const looking = new AbortController();
    const look = drain(gpu.api.watch({}, { signal: looking.signal }));
    await expect.poll(() => attention.isHere()).toBe(true);
    looking.abort();
    await look;
    expect(attention.isHere()).toBe(false);
    leaving.abort();
    await following;
  });

  it('ends when core closes', async () => {
    const deps = createTestDeps({ run: fakeSmi({ 'nvidia-smi': working }).run });
    const gpu = createGpuService(deps, { intervalMs: 60_000 });
    let seen = 0;
    for await (const report of gpu.api.watch({})) {
      seen += report.gpus.length;
      await gpu.close();
    }
    expect(seen).toBe(2);
    deps[Symbol.dispose]();
  });
});

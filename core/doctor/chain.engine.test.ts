import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check, CheckId, CheckState } from '../../shared/contract/doctor.ts';
import { checkId } from '../../shared/contract/doctor.ts';
import { formatMemory } from '../../shared/format.ts';
import { systemFiles } from '../lib/system-files.ts';
import { type DoctorWorld, openDoctor } from '../testing/doctor-world.ts';
import { gpus } from '../testing/engine-host/gpus.ts';
import type { TestEngine, TestEngineName } from '../testing/engine-host/host.ts';
import { cleanUp, describeOnEngines, dockerOf, imageReference, pull } from '../testing/engine-host/kit.ts';
import { probeLabel } from './probe.ts';

/** What this machine has of NVIDIA: nothing on those that run these tests for us, but they may run elsewhere. */
const onBus = (() => {
  const bus = '/sys/bus/pci/devices';
  const text = (address: string, file: string) => readFileSync(`${bus}/${address}/${file}`, 'utf8');
  return (existsSync(bus) ? readdirSync(bus) : []).some(
    (address) => text(address, 'vendor').trim() === '0x10de' && text(address, 'class').startsWith('0x03'),
  );
})();
const hasToolkit = ['/usr/bin', '/usr/local/bin', '/usr/local/nvidia/toolkit'].some((folder) =>
  ['nvidia-container-runtime-hook', 'nvidia-cdi-hook', 'nvidia-container-runtime', 'nvidia-ctk'].some((name) =>
    existsSync(`${folder}/${name}`),
  ),
);
const isContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv');

interface Facts {
  version: string;
  versionState: CheckState;
  /** How the probe's GPU was asked for. */
  request: RegExp;
  /** What of its way to a GPU can be seen without a container. */
  hint: RegExp;
}
const facts: Record<TestEngineName, Facts> = {
  'overlay2-20.10': {
    version: '20.10',
    versionState: 'warning',
    request: /as --gpus all/,
    hint: /must have been there when Docker started/,
  },
  'overlay2-26.1': { version: '26.1', versionState: 'ok', request: /as --gpus all/, hint: /Lists a runtime “nvidia”/ },
  'containerd-26.1': { version: '26.1', versionState: 'ok', request: /nvidia\.com\/gpu=all/, hint: /CDI is on: / },
};

describeOnEngines('the chain on a real engine', (engine: TestEngine) => {
  const own = facts[engine.name];
  const docker = dockerOf(engine);
  beforeAll(() => pull(engine, imageReference('small')));
  afterAll(() => cleanUp(engine, `${probeLabel}=true`, [imageReference('small')]));

  const real: DoctorWorld = {
    dockerHost: engine.dockerHost,
    system: systemFiles,
    ...(process.getuid === undefined ? {} : { userId: process.getuid() }),
  };
  const of = (checks: readonly Check[], id: CheckId): Check => {
    const found = checks.find((check) => check.id === id);
    if (found === undefined) throw new Error(`There is no check ${id}.`);
    return found;
  };
  const seen = (check: Check) => check.evidence.map(({ text }) => text).join('\n');
  const stateOf = (checks: readonly Check[]) =>
    Object.fromEntries(checks.map(({ id, state, brokenBy }) => [id, brokenBy ?? state]));

  describe('of this machine as it is', () => {
    let checks: Check[] = [];
    beforeAll(async () => {
      await using machine = await openDoctor({ ...real, smi: null });
      ({ checks } = await machine.doctor.api.check({ ids: null }));
    });

    test('every check says what is so here', async () => {
      const { MemTotal } = (await docker.info()) as { MemTotal: number };
      const broken = onBus ? 'driver' : 'card';
      expect(stateOf(checks)).toEqual({
        ...Object.fromEntries(checkId.options.map((id) => [id, 'ok'])),
        card: onBus ? 'ok' : 'failed',
        driver: onBus ? 'failed' : broken,
        library: broken,
        'driver-version': broken,
        mig: broken,
        'engine-version': own.versionState,
        toolkit: hasToolkit ? 'ok' : onBus ? 'failed' : broken,
        cdi: engine.name === 'containerd-26.1' ? broken : 'not-applicable',
        'engine-gpu': onBus ? expect.any(String) : broken,
        probe: broken,
        disk: expect.stringMatching(/^(?:ok|warning|failed)$/),
        'shared-memory': MemTotal < 16 * 1024 ** 3 ? 'warning' : 'ok',
        key: 'not-applicable',
      });
      expect(of(checks, 'platform').evidence[0]?.text).toContain(
        readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
      );
      if (isContainer) expect(seen(of(checks, 'platform'))).toContain('Nimdeck itself runs in a container');
      if (!onBus) expect(seen(of(checks, 'card'))).toBe('No NVIDIA display or compute card.');
      expect(seen(of(checks, 'shared-memory'))).toContain(formatMemory(MemTotal / 2 ** 20));
      expect(Math.abs(MemTotal - totalmem())).toBeLessThan(2 ** 20);
    });

    test('the engine is named as it is, with where it answers', () => {
      expect(seen(of(checks, 'engine'))).toMatch(new RegExp(`^Docker ${own.version}.*${engine.socketPath}$`));
      expect(seen(of(checks, 'engine-version'))).toMatch(new RegExp(`^Docker ${own.version}.*, API 1\\.4[15]$`));
    });

    test('the space is that of the folders where images really go', async () => {
      const { DockerRootDir: root = '' } = (await docker.info()) as { DockerRootDir?: string };
      const folders = [root, ...(engine.name === 'containerd-26.1' ? [root.replace(/docker$/, 'containerd')] : [])];
      for (const folder of folders) {
        const { bavail, blocks, bsize } = await statfs(folder);
        const text = of(checks, 'disk').evidence.find((each) => each.text.startsWith(`${folder} `))?.text ?? '';
        const [free = NaN, total = NaN] = [...text.matchAll(/([\d.]+) GB/g)].map(([, figure]) => Number(figure));
        // Others write to the same disk meanwhile; what is rounded to a GB may be off by a half.
        expect([text, Math.abs(free - (bavail * bsize) / 1e9) < 5]).toEqual([text, true]);
        expect(Math.abs(total - (blocks * bsize) / 1e9)).toBeLessThan(1);
      }
    });
  });

  describe('of this machine with the two GPUs that the engine can give', () => {
    const uuids = /GPU-[0-9a-f-]{36}/g;
    const lost = 'GPU-99999999-1234-1234-1234-123456780000';
    let isOneLost = false;
    /** The simulated driver, with the UUIDs that hook and CDI file know. */
    const withGpus: DoctorWorld = {
      ...real,
      machine: 'two-rtx-6000-ada',
      smiText(text) {
        const here = [...new Set(text.match(uuids) ?? [])];
        const known = [gpus[0], isOneLost ? lost : gpus[1]];
        return text.replaceAll(uuids, (uuid) => known[here.indexOf(uuid)] ?? uuid);
      },
    };

    test('a container sees them by the way that this engine has; nothing is pulled, nothing is left', async () => {
      await using machine = await openDoctor(withGpus);
      const before = await machine.doctor.api.check({ ids: null });
      expect(seen(of(before.checks, 'engine-gpu'))).toMatch(own.hint);
      expect(of(before.checks, 'probe')).toMatchObject(
        of(before.checks, 'engine-gpu').state === 'failed' ? { brokenBy: 'engine-gpu' } : { state: 'unknown' },
      );
      const images = (await docker.listImages()).map(({ Id }) => Id).toSorted();

      const { checks } = await machine.doctor.api.probe({ isAgain: true });
      const probe = of(checks, 'probe');
      expect(probe).toMatchObject({ state: 'ok', failure: null });
      expect(probe.evidence[0]?.source).toMatch(/^container of /);
      for (const [index, uuid] of gpus.entries())
        expect(seen(probe)).toContain(`GPU ${index}: NVIDIA A100-SXM4-40GB (UUID: ${uuid})`);
      expect(seen(probe)).toMatch(own.request);
      expect((await docker.listImages()).map(({ Id }) => Id).toSorted()).toEqual(images);
      expect(await docker.listContainers({ all: true, filters: { label: [`${probeLabel}=true`] } })).toEqual([]);

      // Proven by what came of it, wherever this engine has it from: nothing of the chain is broken any more.
      expect(stateOf(checks)).toEqual({
        ...Object.fromEntries(checkId.options.map((id) => [id, 'ok'])),
        mig: 'not-applicable',
        'engine-version': own.versionState,
        cdi: engine.name === 'containerd-26.1' ? 'warning' : 'not-applicable',
        disk: expect.stringMatching(/^(?:ok|warning|failed)$/),
        'shared-memory': expect.any(String),
        key: 'not-applicable',
      });

      // One that the driver has, and that this engine does not give.
      isOneLost = true;
      expect(await machine.check('probe')).toMatchObject({
        state: 'warning',
        failure: { code: 'GPU_LOST', message: 'The container sees 1 of 2 GPUs or slices.' },
      });
      isOneLost = false;
    });
  });
});

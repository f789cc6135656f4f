import { join } from 'node:path';
import type { Check, DoctorReport } from '../../shared/contract/doctor.ts';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { Api } from '../../shared/contract/index.ts';
import { doctorText } from '../../shared/doctor.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { GpuService } from '../gpu/service.ts';
import type { JobsService } from '../jobs/service.ts';
import { abortable } from '../lib/abortable.ts';
import { createValue } from '../lib/value.ts';
import type { NgcService } from '../ngc/service.ts';
import { managedFilter } from '../nims/labels.ts';
import { planCache } from '../nims/model-cache.ts';
import type { SettingsService } from '../settings/service.ts';
import { judgeAll, readingsFor } from './chain.ts';
import { runProbe } from './probe.ts';
import { readEngineFacts } from './read-engine.ts';
import { readMachine } from './read-machine.ts';
import { readCache, readDisks } from './read-storage.ts';
import { type KeyReading, type KnownReadings, type Reading, type ReadingName, readWithin } from './readings.ts';

export interface DoctorService {
  api: Api['doctor'];
  /** All that the checks say, as text; looks anew where nobody has looked for a minute. */
  text(signal: AbortSignal): Promise<string>;
  /** Waits for a probe to take its container away. */
  close(): Promise<void>;
}

export interface DoctorParts {
  engine: Pick<EngineService, 'api' | 'settled' | 'docker' | 'state'>;
  gpu: { api: Pick<GpuService['api'], 'read'> };
  ngc: Pick<NgcService, 'api'>;
  jobs: Pick<JobsService, 'list'>;
  settings: Pick<SettingsService, 'get'>;
}

/**
 * Milliseconds until a look is given up. nvidia-smi has 30 s of its own for each of its places; an engine that hangs is
 * given up by its own connection within some; a folder on a dead network disk answers never.
 */
const limits: Readonly<Record<ReadingName, number>> = {
  machine: 5_000,
  gpu: 45_000,
  engine: 30_000,
  facts: 15_000,
  toolkit: 5_000,
  disks: 5_000,
  cache: 5_000,
  key: 20_000,
  hosts: 10_000,
  probe: 120_000,
};

const names: Readonly<Record<ReadingName, string>> = {
  machine: 'This machine',
  gpu: 'nvidia-smi',
  engine: 'The engine',
  facts: 'The engine',
  toolkit: 'NVIDIA’s toolkit',
  disks: 'The disks',
  cache: 'The model cache',
  key: 'The key',
  hosts: 'The hosts',
  probe: 'The probe',
};

/** Who comes later than this after the last look has everything looked at anew. */
const freshForMs = 60_000;

export function createDoctorService(deps: CoreDeps, parts: DoctorParts, timeLimits = limits): DoctorService {
  const { engine, gpu, ngc, jobs, settings } = parts;
  const closing = new AbortController();
  const readings: KnownReadings = {};
  const pending = new Set<ReadingName>();
  const underWay = new Map<ReadingName, Promise<void>>();
  const cleaning = new Set<Promise<unknown>>();
  let lastFullRun: number | null = null;

  const describe = (): DoctorReport => ({
    checks: judgeAll(readings, pending),
    isRunning: pending.size > 0,
    isProbing: pending.has('probe'),
  });
  const state = createValue<DoctorReport>(describe());
  const publish = () => state.set(describe());

  /** One look of each kind at a time, however many ask; it goes on when they have left. */
  function look<T>(
    name: ReadingName,
    work: (signal: AbortSignal) => Promise<T>,
    keep: (reading: Reading<T>) => void,
  ): Promise<void> {
    const running = underWay.get(name);
    if (running !== undefined) return running;
    pending.add(name);
    publish();
    const begin = async () => {
      try {
        const options = { limitMs: timeLimits[name], now: deps.now, signal: closing.signal, what: names[name] };
        keep(await readWithin(options, work));
        dropOldProof();
      } finally {
        pending.delete(name);
        underWay.delete(name);
        publish();
      }
    };
    const started = begin();
    underWay.set(name, started);
    return started;
  }

  /** A proof is of one engine, driver and layout of slices. */
  function dropOldProof(): void {
    const proof = readings.probe?.value;
    if (proof !== null && proof !== undefined && !holds(proof.holdsFor)) delete readings.probe;
  }

  function holds(holdsFor: string): boolean {
    if (readings.gpu?.value === undefined || readings.facts?.value === undefined) return true;
    return holdsFor === identity();
  }

  /** What a proof holds for. */
  function identity(): string {
    const gpus = readings.gpu?.value?.gpus ?? [];
    return JSON.stringify([
      readings.facts?.value?.id ?? null,
      engine.state().version,
      gpus.map(({ uuid, driverVersion, migDevices }) => [uuid, driverVersion, migDevices.map((slice) => slice.uuid)]),
    ]);
  }

  const whenKnown = async (name: ReadingName, isAgain: boolean): Promise<void> => {
    if (underWay.has(name) || readings[name] === undefined) await read(name, isAgain);
  };
  const connected = (): EngineState | null => {
    const found = readings.engine?.value;
    return found?.status === 'connected' ? found : null;
  };

  /**
   * Reads one thing, and first what it depends on where nobody has. What only a look needs (a reader of YAML, an HTTP
   * client) is loaded with it: a start does without. @param isAgain ask anew what is otherwise known
   */
  function read(name: ReadingName, isAgain: boolean): Promise<void> {
    switch (name) {
      case 'machine':
        return look(
          'machine',
          () => readMachine(deps),
          (found) => (readings.machine = found),
        );
      case 'gpu':
        return look(
          'gpu',
          (signal) => gpu.api.read({}, { signal }),
          (found) => (readings.gpu = found),
        );
      case 'engine':
        return look(
          'engine',
          (signal) => (isAgain ? engine.api.recheck({}, { signal }) : engine.settled(signal)),
          (found) => (readings.engine = found),
        );
      case 'facts':
        return look(
          'facts',
          async (signal) => {
            await whenKnown('engine', isAgain);
            // Throws what keeps it from being asked.
            return await readEngineFacts(engine.docker(), managedFilter.label[0] ?? '', signal);
          },
          (found) => (readings.facts = found),
        );
      case 'toolkit':
        return look(
          'toolkit',
          async () => {
            await whenKnown('facts', isAgain);
            const { readToolkit } = await import('./read-toolkit.ts');
            return await readToolkit(deps.system, readings.facts?.value ?? null);
          },
          (found) => (readings.toolkit = found),
        );
      case 'disks':
        return look(
          'disks',
          async () => {
            await whenKnown('facts', isAgain);
            return await readDisks(deps, connected(), readings.facts?.value ?? null, cacheFolder());
          },
          (found) => (readings.disks = found),
        );
      case 'cache':
        return look(
          'cache',
          async () => {
            await whenKnown('engine', isAgain);
            return await readCache(deps, cachePlan(), connected());
          },
          (found) => (readings.cache = found),
        );
      case 'key':
        return look(
          'key',
          (signal) => readKey(isAgain, signal),
          (found) => (readings.key = found),
        );
      case 'hosts':
        return look(
          'hosts',
          async (signal) => {
            const { readHosts } = await import('./read-hosts.ts');
            return await readHosts(deps.addressOf, signal);
          },
          (found) => (readings.hosts = found),
        );
      case 'probe':
        return probe(isAgain);
      default:
        return name satisfies never;
    }
  }

  const cacheFolder = () => settings.get().cacheFolder ?? join(deps.home, '.cache', 'nim');

  function cachePlan(): { type: 'bind' | 'volume'; source: string } {
    // Without an engine: as the documented command lines have it, so that the folder can be mended meanwhile.
    const usual = { kind: 'docker', isLocal: true, isRootless: false } as const;
    const { mount } = planCache({
      engine: connected() ?? usual,
      platform: deps.platform,
      home: deps.home,
      cacheFolder: settings.get().cacheFolder,
      imageUser: '',
      target: '/',
      ownUserId: deps.userId,
    });
    return { type: mount.Type, source: mount.Source };
  }

  async function readKey(isAgain: boolean, signal: AbortSignal): Promise<KeyReading> {
    const refused = jobs.list().find(({ failure }) => failure?.code === 'NGC_KEY_MISSING') ?? null;
    for await (const known of ngc.api.watch({}, { signal })) {
      const status = isAgain && known.state !== 'signed-out' ? await ngc.api.check({}, { signal }) : known;
      return { status, refused: refused === null ? null : { title: refused.title } };
    }
    throw cancelled();
  }

  async function probe(isAgain: boolean): Promise<void> {
    const running = underWay.get('probe');
    if (running !== undefined) return await running;
    // Engine and images as they are now; then what is known of an earlier proof can be compared.
    await Promise.all([read('engine', true), read('gpu', true)]);
    await read('facts', true);
    if (!isAgain && readings.probe?.value?.holdsFor === identity()) return;
    if (connected() === null) {
      delete readings.probe;
      publish();
      return;
    }
    await look(
      'probe',
      async (signal) => {
        const facts = readings.facts?.value;
        const on = connected();
        if (facts === null || facts === undefined || on === null)
          throw new AppError('ENGINE_LOST', 'The engine went away.');
        const holdsFor = identity();
        const work = runProbe({ docker: engine.docker(), engine: on, images: facts.images, log: deps.log }, signal);
        cleaning.add(work);
        const forget = () => void cleaning.delete(work);
        work.then(forget, forget);
        return { ...(await work), holdsFor };
      },
      (found) => (readings.probe = found),
    );
  }

  const isFresh = () => lastFullRun !== null && performance.now() - lastFullRun < freshForMs;

  const whenQuiet = async () => void (await Promise.all(underWay.values()));

  /** @param ids null: all but the probe */
  async function run(ids: readonly Check['id'][] | null, isAgain: boolean): Promise<void> {
    if (ids === null) lastFullRun = performance.now();
    await Promise.all([...readingsFor(ids)].map((name) => read(name, isAgain)));
    if (ids?.includes('probe') === true) await read('probe', true);
  }

  return {
    async text(signal) {
      await abortable(isFresh() ? whenQuiet() : run(null, false), signal);
      return doctorText(state.get());
    },
    api: {
      async *watch(_input, options) {
        if (!isFresh()) {
          // It belongs to core; every failure is in its checks, and an end of core in nobody's.
          run(null, false).catch((error: unknown) => {
            if (!closing.signal.aborted) deps.log.error('doctor.run-failed', { message: String(error) });
          });
        }
        yield* state.watch(options?.signal);
      },
      async check({ ids }, options) {
        await abortable(run(ids, true), options?.signal);
        return state.get();
      },
      async probe({ isAgain }, options) {
        await abortable(probe(isAgain), options?.signal);
        return state.get();
      },
    },
    async close() {
      closing.abort(cancelled());
      await Promise.allSettled([...underWay.values(), ...cleaning]);
    },
  };
}

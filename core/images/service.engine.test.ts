import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalImage } from '../../shared/contract/images.ts';
import { createJobsService, type JobsService } from '../jobs/service.ts';
import { createNgcService } from '../ngc/service.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { cleanUp, describeOnEngines, dockerOf, requireTestHost } from '../testing/engine-host/kit.ts';
import { connectFixedEngine, type FixedEngine } from '../testing/fixed-engine.ts';
import { type RegistryGate, startRegistryGate } from '../testing/sandbox.ts';
import { createImagesService, type ImagesService } from './service.ts';

const label = 'nimdeck.test=images';

describeOnEngines('the images of an engine', (shared) => {
  let gate: RegistryGate;
  let deps: TestDeps;
  let store: Store;
  let jobs: JobsService;
  let engine: FixedEngine & AsyncDisposable;
  let images: ImagesService;
  /** Its own reference: the gate's port is part of it. */
  let reference: string;

  beforeEach(async () => {
    const host = requireTestHost();
    gate = await startRegistryGate({ upstream: `http://${host.registry}` });
    reference = `${gate.registry}/${host.images.small}`;
    engine = await connectFixedEngine(shared.socketPath);
    deps = createTestDeps({ env: { NIMDECK_NGC_REGISTRY: gate.registry } });
    store = await openStore(deps);
    jobs = await createJobsService(deps, store);
    images = createImagesService(deps, engine, await createNgcService(deps), jobs);
  });

  afterEach(async () => {
    await jobs.close();
    await images.close();
    await store.close();
    await engine[Symbol.asyncDispose]();
    deps[Symbol.dispose]();
    await cleanUp(shared, label, [reference]);
    await gate.stop();
  });

  /** Reads the stream of images until one of its states is as wanted; leaves it then. */
  async function until(matches: (list: LocalImage[] | null) => boolean): Promise<LocalImage[] | null> {
    const abort = new AbortController();
    for await (const list of images.api.watch(
      {},
      { signal: AbortSignal.any([abort.signal, AbortSignal.timeout(30_000)]) },
    )) {
      if (matches(list)) return list;
    }
    throw new Error('no such state within 30 s');
  }

  const isListed = (list: LocalImage[] | null) =>
    list?.some(({ references }) => references.includes(reference)) === true;

  it('are pulled as a job, listed, in use, and removed', async () => {
    const signal = AbortSignal.timeout(60_000);
    await until((list) => list !== null && !isListed(list));
    expect(await images.has(reference, signal)).toBe(false);

    const { jobId } = await images.api.pull({ reference });
    const job = await jobs.whenEnded(jobId, signal);
    expect(job).toMatchObject({ kind: 'pull', state: 'done', reference, cancelKeeps: null, failure: null });
    expect(job.pull).toMatchObject({ phase: 'DONE' });

    const listed = (await until(isListed))?.find(({ references }) => references.includes(reference));
    expect(listed?.sizeBytes).toBeGreaterThan(100_000);
    expect(listed?.id).toMatch(/^sha256:/);
    expect(await images.has(reference, signal)).toBe(true);

    const docker = dockerOf(shared);
    const name = `nimdeck-test-${process.pid}-${shared.name.replaceAll('.', '-')}`;
    const container = await docker.createContainer({
      name,
      Image: reference,
      Cmd: ['true'],
      Labels: { 'nimdeck.test': 'images' },
    });
    await expect(images.api.remove({ reference })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`“${name}”`),
      detail: { containers: [name] },
    });
    await container.remove();
    await images.api.remove({ reference });
    await until((list) => list !== null && !isListed(list));
    await expect(images.api.remove({ reference })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('join the job that pulls them already, say what a cancel keeps, and end with it', async () => {
    const signal = AbortSignal.timeout(60_000);
    await gate.change({ bytesPerSecond: 50_000 });
    const { jobId } = await images.api.pull({ reference });
    expect(await images.api.pull({ reference })).toEqual({ jobId });
    await expect.poll(() => jobs.list()[0]?.pull?.phase, { timeout: 20_000 }).toBe('DOWNLOADING');
    const kept = shared.name.startsWith('containerd') ? 'layers' : 'nothing';
    expect(jobs.list()[0]).toMatchObject({ state: 'running', cancelKeeps: kept });

    await jobs.api.cancel({ jobId });
    const job = await jobs.whenEnded(jobId, signal);
    expect(job).toMatchObject({ state: 'cancelled', cancelKeeps: kept, pull: { phase: 'CANCELLED' } });
    await expect.poll(() => gate.state(), { timeout: 20_000 }).toMatchObject({ openBlobs: 0 });

    await gate.change({ bytesPerSecond: null });
    const again = await images.api.pull({ reference });
    expect(again.jobId).not.toBe(jobId);
    expect(await jobs.whenEnded(again.jobId, signal)).toMatchObject({ state: 'done' });
  });

  it('fail as a job with the code and the engine’s words', async () => {
    const { jobId } = await images.api.pull({ reference: `${reference}-missing` });
    const job = await jobs.whenEnded(jobId, AbortSignal.timeout(30_000));
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'TAG_NOT_FOUND' }, pull: { phase: 'FAILED' } });
    await expect(images.api.pull({ reference: 'nvcr.io/Nim' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('are unknown, not none, while the engine is away', async () => {
    await until((list) => list !== null);
    engine.become({ status: 'unreachable' });
    expect(await until((list) => list === null)).toBeNull();
    engine.become({ status: 'connected' });
    await until((list) => list !== null);
  });

  it('are listed twice for a hundred events at a time: once for what was, once for what came meanwhile', async () => {
    let listings = 0;
    const counted: FixedEngine = {
      ...engine,
      docker() {
        listings += 1;
        return engine.docker();
      },
    };
    const own = createImagesService(deps, counted, await createNgcService(deps), jobs);
    await expect.poll(() => listings).toBe(1);
    for await (const list of own.api.watch({}, { signal: AbortSignal.timeout(30_000) })) if (list !== null) break;
    for (let event = 0; event < 100; event += 1) {
      engine.emit({ type: 'image', action: 'tag', id: 'x', attributes: {}, timeNano: 0n });
      engine.emit({ type: 'container', action: 'start', id: 'x', attributes: {}, timeNano: 0n });
    }
    await expect.poll(() => listings).toBe(3);
    // By the time this one is answered a fourth listing would have begun.
    await own.has(reference, AbortSignal.timeout(5000));
    expect(listings).toBe(3 + 1);
    await own.close();
  });
});

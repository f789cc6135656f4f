import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NimList } from '../../shared/contract/nims.ts';
import { createTestDeps } from '../testing/deps.ts';
import type { TestEngine } from '../testing/engine-host/host.ts';
import { cleanUp, describeOnEngines, dockerOf, gpuIdsIn, imageReference, pull } from '../testing/engine-host/kit.ts';
import { type NimsCore, openNimsCore, standIn, testKey } from '../testing/nims-core.ts';

/** A core for each test on this engine, and nothing of it left afterwards. */
function prepare(engine: TestEngine) {
  const docker = dockerOf(engine);
  const suite = {
    docker,
    deps: createTestDeps(),
    /** Of the test that runs. */
    core: null as unknown as NimsCore,
    /** What is told of it, as soon as the last is there. */
    async kindsOf(id: string, last = /^(?:stopped|ended)/): Promise<string[]> {
      for await (const events of suite.core.nims.api.watchEvents(
        { nimId: id },
        { signal: AbortSignal.timeout(10_000) },
      )) {
        const kinds = events.map(({ kind, by, phase }) =>
          [phase ?? kind, ...(by === null ? [] : [`by ${by}`])].join(' '),
        );
        if (kinds.some((kind) => last.test(kind))) return kinds;
      }
      throw new Error('waited in vain for the event');
    },
    containers: () => docker.listContainers({ all: true, filters: { label: ['io.nimdeck.managed=true'] } }),
    /** Deploys and waits for the end of the job; the NIM is the one that it made. */
    async deployed(...args: Parameters<typeof nim>) {
      const job = await suite.core.ended(await suite.core.nims.api.deploy(nim(...args)));
      expect(job.failure).toBeNull();
      return suite.core.nims.get(job.nimId ?? '');
    },
  };
  beforeAll(async () => {
    await pull(engine, imageReference('nim'));
    await pull(engine, imageReference('small'));
  });
  afterAll(async () => {
    await cleanUp(engine, 'io.nimdeck.managed', [imageReference('nim'), imageReference('small')]);
  });
  beforeEach(async () => {
    suite.deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
    suite.core = await openNimsCore(suite.deps);
  });
  afterEach(async () => {
    await suite.core.close();
    await cleanUp(engine, 'io.nimdeck.managed');
    suite.deps[Symbol.dispose]();
  });
  return suite;
}

const nim = (...[sandbox, change]: [Record<string, string>?, Parameters<typeof standIn>[2]?]) =>
  standIn(imageReference('nim'), sandbox, change);

describeOnEngines('nims', (engine: TestEngine) => {
  const suite = prepare(engine);

  test('the whole life: deploy with a GPU, ready, stop, start, remove', async () => {
    const ids = engine.gpuIds.slice(0, 2);
    const started = await suite.core.nims.api.deploy(nim({}, { gpus: { kind: 'devices', ids }, profile: null }));
    const job = await suite.core.ended(started);
    expect(job).toMatchObject({
      state: 'done',
      kind: 'deploy',
      title: 'llama-3.1-8b-instruct',
      failure: null,
      logTail: null,
    });
    expect(job.start).toMatchObject({ step: 'ready', phase: 'READY' });

    const id = job.nimId ?? '';
    const ready = await suite.core.until(id, ({ status, models }) => status === 'ready' && models.length > 0);
    expect(ready).toMatchObject({
      name: 'llama-3.1-8b-instruct',
      reference: imageReference('nim'),
      phase: null,
      exit: null,
      gpus: { kind: 'devices', ids },
      models: ['meta/llama-3.1-8b-instruct'],
      nimVersion: '2.0.6',
    });
    expect(ready.address).toMatch(/^http:\/\/127\.0\.0\.1:8\d\d\d$/);
    expect((await fetch(`${ready.address}/v1/models`)).status).toBe(200);
    const elsewhere = await fetch(`${ready.address}/v1/models`, { headers: { origin: 'https://evil.example' } });
    expect(elsewhere.headers.get('access-control-allow-origin')).not.toBe('*');

    const inside = await suite.docker
      .getContainer(id)
      .exec({ Cmd: ['cat', '/proc/1/environ'], AttachStdout: true, Tty: true });
    const output = await inside.start({ Tty: true });
    let environment = '';
    for await (const chunk of output) environment += String(chunk);
    const given = gpuIdsIn(environment.replaceAll('\0', '\n')).map((name) => `nvidia.com/gpu=${name}`);
    expect(given.toSorted()).toEqual(ids.map((name) => `nvidia.com/gpu=${name.replace(/^.*=/, '')}`).toSorted());
    expect(environment).toContain(`NGC_API_KEY=${testKey}`);

    const facts = await suite.docker.getContainer(id).inspect();
    expect(JSON.stringify(facts.Config.Labels)).not.toContain(testKey);
    expect(JSON.stringify([suite.core.jobs.list(), ready])).not.toContain(testKey);
    expect(facts.HostConfig).toMatchObject({ ShmSize: 17_179_869_184, RestartPolicy: { Name: 'no' } });
    expect(Object.values(facts.NetworkSettings.Ports)[0]?.[0]?.HostIp).toBe('127.0.0.1');

    const details = await suite.core.nims.api.inspect({ nimId: id });
    expect(details).toMatchObject({
      image: { reference: imageReference('nim'), sizeBytes: expect.any(Number) as number },
      profile: { source: 'nim', id: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      gpu: { asked: { kind: 'devices', ids } },
      sharedMemoryBytes: 17_179_869_184,
      spec: { reference: imageReference('nim'), name: 'llama-3.1-8b-instruct', gpus: { kind: 'devices', ids } },
      lastStart: { phases: expect.arrayContaining([expect.objectContaining({ phase: 'ENGINE_START' })]) as unknown },
    });
    expect(JSON.stringify(details)).not.toContain(testKey);
    expect(details.environment).toContainEqual({ name: 'NGC_API_KEY', value: null, origin: 'run' });
    expect(details.command).toContain('-e NGC_API_KEY \\');
    expect(details.command).toContain(`-p 127.0.0.1:${new URL(ready.address ?? '').port}:8000`);

    await suite.core.nims.api.stop({ nimId: id });
    expect(suite.core.nims.get(id)).toMatchObject({ status: 'stopped', exit: null, address: null });
    expect(await suite.kindsOf(id)).toEqual(
      expect.arrayContaining(['created by nimdeck', 'started by nimdeck', 'ready', 'stopped by nimdeck']),
    );
    await suite.core.nims.api.stop({ nimId: id });

    const again = await suite.core.ended(await suite.core.nims.api.start({ nimId: id }));
    expect(again).toMatchObject({ state: 'done', kind: 'start', nimId: id });
    expect(suite.core.nims.get(id)).toMatchObject({ status: 'ready', address: ready.address });
    expect(await suite.core.ended(await suite.core.nims.api.start({ nimId: id })), 'started already').toMatchObject({
      state: 'done',
    });

    const restarted = await suite.core.ended(await suite.core.nims.api.restart({ nimId: id }));
    expect(restarted.state).toBe('done');

    await suite.core.nims.api.remove({ nimId: id });
    expect(() => suite.core.nims.get(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(await suite.containers()).toEqual([]);
  });

  test('every GPU, and the phases of the start as they pass', async () => {
    const phases = new Set<string>();
    const { jobId } = await suite.core.nims.api.deploy(nim({ SPEED: '40' }, { gpus: { kind: 'all' } }));
    for await (const jobs of suite.core.jobs.api.watch({}, { signal: AbortSignal.timeout(30_000) })) {
      const job = jobs.find(({ id }) => id === jobId);
      if (job?.start) phases.add(job.start.phase);
      if (job !== undefined && job.state !== 'running') {
        expect(job.failure).toBeNull();
        break;
      }
    }
    expect([...phases]).toEqual(expect.arrayContaining(['ENGINE_START', 'WEIGHTS', 'GRAPHS', 'READY']));
  });

  test('a GPU that is not there fails the start, and the half-made container goes', async () => {
    const gpus = { kind: 'devices' as const, ids: ['GPU-ffffffff-0000-0000-0000-000000000000'] };
    const job = await suite.core.ended(await suite.core.nims.api.deploy(nim({}, { gpus })));
    expect(job).toMatchObject({ state: 'failed', nimId: null });
    expect(job.failure?.code).toBe(engine.name === 'containerd-26.1' ? 'CDI_DEVICE_UNKNOWN' : 'GPU_UNKNOWN');
    expect(await suite.containers()).toEqual([]);
  });

  test('a NIM that exits with 0 after a refused key ends the wait within a second, with the cause', async () => {
    const { jobId } = await suite.core.nims.api.deploy(nim({ FAILURE: 'bad-key' }));
    const job = await suite.core.ended({ jobId });
    expect(job).toMatchObject({ state: 'failed', start: { phase: 'EXITED' } });
    expect(job.failure).toMatchObject({ code: 'NGC_KEY_REJECTED', detail: { exitCode: 0 } });
    expect(job.logTail?.join('\n')).toContain('Authentication Error');
    expect(job.logTail?.length).toBeLessThanOrEqual(40);

    const id = job.nimId ?? '';
    const exited = await suite.core.until(id, ({ exit }) => exit !== null && exit.firstErrorLine !== null);
    expect(exited).toMatchObject({
      status: 'exited',
      exit: { code: 0, firstErrorLine: expect.any(String) },
    });
    expect(Date.parse(job.endedAt ?? '') - Date.parse(exited.exit?.at ?? '')).toBeLessThan(1_000);
  });

  test('a stop by others is a stop, an end by itself is none', async () => {
    const { id } = await suite.deployed();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { nims } of suite.core.nims.api.watch({}, { signal: AbortSignal.timeout(30_000) })) {
        const status = nims.find((one) => one.id === id)?.status ?? 'gone';
        if (seen.at(-1) !== status) seen.push(status);
        if (status === 'stopped') return;
      }
    })();
    await suite.docker.getContainer(id).kill();
    await watching;
    expect(seen, 'never taken for a failure in between').toEqual(['ready', 'stopped']);
    expect(await suite.kindsOf(id)).toEqual(expect.arrayContaining(['signal by other', 'stopped by other']));
  });

  test('an image that is not there fails with its code, and nothing is made', async () => {
    const reference = imageReference('nim').replace(/:[^:/]*$/, ':0.0.0');
    const job = await suite.core.ended(await suite.core.nims.api.deploy({ ...nim(), reference }));
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'TAG_NOT_FOUND' }, nimId: null });
    await expect(suite.core.nims.api.deploy({ ...nim(), reference: 'no good' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});

// What does not depend on the engine, on one of them.
describeOnEngines(
  'nims, on one engine',
  (engine: TestEngine) => {
    const suite = prepare(engine);

    test('a restart of core finds all again: ready, stopped, ended, and one in mid-start', async () => {
      const ready = await suite.deployed();
      const stopped = await suite.deployed();
      await suite.core.nims.api.stop({ nimId: stopped.id });
      const failed = await suite.core.ended(await suite.core.nims.api.deploy(nim({ FAILURE: 'bad-key' })));
      const { jobId } = await suite.core.nims.api.deploy(nim({ SPEED: '30' }));
      const starting = await suite.core.untilJob({ jobId }, ({ start }) => start?.step === 'waiting-until-ready');

      await suite.core.close();
      suite.core = await openNimsCore(suite.deps);
      let first: NimList | undefined;
      for await (const list of suite.core.nims.api.watch({}, { signal: AbortSignal.timeout(10_000) })) {
        first = list;
        break;
      }
      expect(first?.isKnown).toBe(true);
      const statusOf = (id: string | null) => first?.nims.find((one) => one.id === id)?.status;
      expect(statusOf(ready.id), 'right from the first list on').toBe('ready');
      expect(first?.nims.find(({ id }) => id === ready.id)?.statusSince, 'ready since it became so').toBe(
        ready.statusSince,
      );
      expect((await suite.kindsOf(ready.id, /^ready/)).filter((kind) => kind === 'ready')).toHaveLength(1);
      expect(statusOf(stopped.id)).toBe('stopped');
      expect(statusOf(failed.nimId)).toBe('exited');
      expect(statusOf(starting.nimId)).toBe('starting');
      expect(suite.core.jobs.list().find(({ id }) => id === jobId)?.state).toBe('interrupted');
      await suite.core.untilStatus(starting.nimId ?? '', 'ready');
    });

    test('a port that is taken is said before anything is made', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const job = await suite.core.ended(await suite.core.nims.api.deploy(nim({}, { port })));
      server.close();
      expect(job).toMatchObject({ state: 'failed', failure: { code: 'PORT_IN_USE', detail: { port } }, nimId: null });
      expect(await suite.containers()).toEqual([]);
    });

    test('a name that is taken is said; a name of our choice gets a number', async () => {
      const first = await suite.deployed({}, { name: 'mine' });
      const same = await suite.core.ended(await suite.core.nims.api.deploy(nim({}, { name: 'mine' })));
      expect(same).toMatchObject({ state: 'failed', failure: { code: 'NAME_IN_USE' } });
      expect((await suite.containers()).map(({ Id }) => Id)).toEqual([first.id]);

      const [one, two] = await Promise.all([suite.deployed(), suite.deployed()]);
      expect([one.name, two.name].toSorted()).toEqual(['llama-3.1-8b-instruct', 'llama-3.1-8b-instruct-2']);
      expect(one.address).not.toBe(two.address);
    });

    test('without a key the same words mean that one is missing', async () => {
      await suite.core.close();
      suite.core = await openNimsCore(suite.deps, null);
      const job = await suite.core.ended(await suite.core.nims.api.deploy(nim({ FAILURE: 'bad-key' })));
      expect(job.failure?.code).toBe('NGC_KEY_MISSING');
      // Removed, it is settled, and nothing counts it as a failure any more.
      await suite.core.nims.api.remove({ nimId: job.nimId ?? '', image: false, cache: false });
      expect(suite.core.jobs.list().map(({ id }) => id)).not.toContain(job.id);
    });

    test('one that dies later is shown as ended, with its code', async () => {
      const { id } = await suite.deployed({ FAILURE: 'dies-later', FAIL_AFTER_SECONDS: '1' });
      const exited = await suite.core.untilStatus(id, 'exited');
      expect(exited.exit).toMatchObject({ isOutOfMemory: false });
      expect(exited.exit?.code).not.toBe(0);
      expect(exited.address).toBeNull();
    });

    test('one that stays behind its proxy is never called ready, and a cancel takes it away', async () => {
      const { jobId } = await suite.core.nims.api.deploy(nim({ FAILURE: 'stays-502' }));
      const job = await suite.core.untilJob({ jobId }, ({ start }) => start?.step === 'waiting-until-ready');
      const id = job.nimId ?? '';
      await suite.core.until(id, ({ status, address }) => status === 'starting' && address !== null);
      await suite.core.jobs.api.cancel({ jobId });
      expect((await suite.core.ended({ jobId })).state).toBe('cancelled');
      expect(await suite.containers()).toEqual([]);
    });

    test('readiness can be lost and come back', async () => {
      const { id } = await suite.deployed();
      const { State } = await suite.docker.getContainer(id).inspect();
      process.kill(State.Pid, 'SIGSTOP');
      await suite.core.untilStatus(id, 'not-answering');
      process.kill(State.Pid, 'SIGCONT');
      await suite.core.untilStatus(id, 'ready');
    });

    test('a stop in mid-start cancels the job of the start', async () => {
      const { jobId } = await suite.core.nims.api.deploy(nim({ SPEED: '5' }));
      // A program that has not come to its own first line yet ignores TERM: it is process 1 and has no handler.
      const job = await suite.core.untilJob({ jobId }, ({ start }) => typeof start?.lastLine === 'string');
      const id = job.nimId ?? '';
      await suite.core.until(id, ({ status }) => status === 'starting');
      await suite.core.nims.api.stop({ nimId: id });
      expect((await suite.core.ended({ jobId })).state).toBe('cancelled');
      expect(suite.core.nims.get(id).status).toBe('stopped');
    });

    test('one that is removed by others is gone, and its start with it', async () => {
      const { jobId } = await suite.core.nims.api.deploy(nim({ SPEED: '5' }));
      const job = await suite.core.untilJob({ jobId }, ({ start }) => start?.step === 'waiting-until-ready');
      await suite.docker.getContainer(job.nimId ?? '').remove({ force: true });
      const ended = await suite.core.ended({ jobId });
      expect(ended.state).toBe('cancelled');
      expect(() => suite.core.nims.get(job.nimId ?? '')).toThrow();
    });

    test('a restart that is asked for twice is done once', async () => {
      const { id } = await suite.deployed();
      const [one, two] = await Promise.all([
        suite.core.nims.api.restart({ nimId: id }),
        suite.core.nims.api.restart({ nimId: id }),
      ]);
      expect(two.jobId).toBe(one.jobId);
      expect((await suite.core.nims.api.start({ nimId: id })).jobId).toBe(one.jobId);
      expect((await suite.core.ended(one)).state).toBe('done');
      const restarted = await suite.core.nims.api.restart({ nimId: id });
      expect(restarted.jobId).not.toBe(one.jobId);
      await suite.core.ended(restarted);
    });

    test('a container that was never started goes, once it is clear that nobody will', async () => {
      const Labels = { 'io.nimdeck.managed': 'true' };
      await suite.docker.createContainer({ Image: imageReference('small'), Cmd: ['true'], Labels });
      await suite.core.close();
      const later = Date.now() + 61_000;
      suite.deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost }, now: () => later });
      suite.core = await openNimsCore(suite.deps);
      await expect.poll(() => suite.containers(), { timeout: 10_000 }).toEqual([]);
    });

    test('the log and the history of a container that was removed meanwhile go with it', async () => {
      const gone = await suite.deployed();
      const stays = await suite.deployed();
      await suite.core.nims.api.stop({ nimId: gone.id });
      await suite.core.close();
      await suite.docker.getContainer(gone.id).remove();
      suite.core = await openNimsCore(suite.deps);
      await suite.core.untilStatus(stays.id, 'ready');
      await expect.poll(() => suite.core.logs.api.runs({ nimId: gone.id })).toEqual([]);
      expect(await suite.core.logs.api.runs({ nimId: stays.id })).toHaveLength(1);
    });

    test('what it costs, and the image with it by choice', async () => {
      const one = await suite.deployed();
      const two = await suite.deployed();
      expect(await suite.core.nims.api.cost({ nimId: one.id })).toMatchObject({
        image: { sizeBytes: expect.any(Number) as number, usedBy: [two.name] },
        lastStartMs: expect.any(Number) as number,
        runningRequests: 0,
      });
      await expect(suite.core.nims.api.remove({ nimId: one.id, image: true })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      expect(suite.core.nims.get(one.id).status, 'nothing was lost by the refusal').toBe('ready');
      await suite.core.nims.api.remove({ nimId: two.id });
      await suite.core.nims.api.remove({ nimId: one.id, image: true });
      expect(await suite.docker.listImages({ filters: { reference: [imageReference('nim')] } })).toEqual([]);
      await pull(engine, imageReference('nim'));
    });

    test('a container that is not ours is never touched or listed', async () => {
      const foreign = await suite.docker.createContainer({
        Image: imageReference('small'),
        Cmd: ['true'],
        Labels: { 'nimdeck.test': 'foreign' },
      });
      await foreign.start();
      await suite.deployed();
      expect(() => suite.core.nims.get(foreign.id)).toThrow();
      await expect(suite.core.nims.api.remove({ nimId: foreign.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await foreign.remove({ force: true });
    });
  },
  ['overlay2-26.1'],
);

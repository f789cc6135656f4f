import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gpus, slices } from './gpus.ts';
import type { TestEngine, TestHost } from './host.ts';
import {
  cleanUp,
  describeOnEngines,
  dockerOf,
  gpuIdsIn,
  imageReference,
  pull,
  startOwnEngine,
  withOwnEngine,
} from './kit.ts';
import { takeSlot } from './place.ts';

const label = 'nimdeck.test=host';
/** A process that has ended may stay in the table: its parent is gone, and not every process 1 collects its children. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8') !== '';
}

/** The loop devices behind the disks of an engine's slot, as the kernel lists them. */
function disksOf({ socketPath }: TestEngine): string[] {
  const place = join('hosts', basename(dirname(dirname(socketPath))));
  return readdirSync('/sys/block').filter((device) => {
    const file = `/sys/block/${device}/loop/backing_file`;
    return existsSync(file) && readFileSync(file, 'utf8').includes(`/${place}/`);
  });
}

const labels = { 'nimdeck.test': 'host' };

function deviceRequest(ids: readonly string[], driver: string): Docker.DeviceRequest {
  return driver === 'cdi'
    ? { Driver: 'cdi', DeviceIDs: [...ids] }
    : { Driver: '', Count: 0, DeviceIDs: [...ids], Capabilities: [['gpu']], Options: {} };
}

async function outputOf(container: Docker.Container): Promise<string> {
  await container.start();
  await container.wait();
  return (await container.logs({ stdout: true })).toString().replaceAll('\r\n', '\n');
}

describeOnEngines('test engine', (engine: TestEngine) => {
  const docker = dockerOf(engine);
  const driver = engine.name === 'containerd-26.1' ? 'cdi' : 'nvidia';

  beforeAll(async () => {
    await pull(engine, imageReference('small'));
    await pull(engine, imageReference('nim'));
  });
  afterAll(async () => {
    await cleanUp(engine, label, [imageReference('nim'), imageReference('small')]);
  });

  const create = async (options: Docker.ContainerCreateOptions) =>
    await docker.createContainer({ Image: imageReference('small'), Labels: labels, ...options });
  const createWithGpus = async (ids: readonly string[]) =>
    await create({ Cmd: ['env'], Tty: true, HostConfig: { DeviceRequests: [deviceRequest(ids, driver)] } });

  it('is the engine that its name says', async () => {
    const [version, info] = await Promise.all([docker.version(), docker.info()]);
    const [, wanted = ''] = engine.name.split('-');
    expect(version.Version).toMatch(new RegExp(`^${wanted.replace('.', '\\.')}\\.`));
    expect(info.Driver).toBe(driver === 'cdi' ? 'overlayfs' : 'overlay2');
    expect(info.DockerRootDir).toMatch(new RegExp(`/${engine.name}/docker$`));
  });

  it('has pulled the NIM image with its labels, user and port', async () => {
    const { Config } = await docker.getImage(imageReference('nim')).inspect();
    expect(Config).toMatchObject({
      User: 'nim',
      Entrypoint: ['/opt/nim/start_server.sh'],
      ExposedPorts: { '8000/tcp': {} },
      Labels: { 'com.nvidia.nim.version': '2.0.6', 'com.nvidia.nim.type': 'llm' },
    });
  });

  it('gives GPUs and slices to a container by id', async () => {
    expect(engine.gpuIds).toHaveLength(gpus.length + slices.length);
    const wanted = [engine.gpuIds[1] ?? '', engine.gpuIds[2] ?? ''];
    const environment = await outputOf(await createWithGpus(wanted));
    expect(gpuIdsIn(environment)).toEqual([gpus[1], slices[0]]);
  });

  it('refuses an unknown GPU at start, not before', async () => {
    const unknown = driver === 'cdi' ? 'nvidia.com/gpu=GPU-0' : 'GPU-0';
    const container = await createWithGpus([engine.gpuIds[0] ?? '', unknown]);
    await expect(container.start()).rejects.toMatchObject({
      statusCode: 500,
      message: expect.stringContaining(
        driver === 'cdi' ? 'unresolvable CDI devices' : 'nvidia-container-cli: device error: GPU-0: unknown device',
      ) as string,
    });
    const { State } = await container.inspect();
    expect(State).toMatchObject({ Status: 'created', ExitCode: 128 });
  });

  it('runs the NIM image, which answers on its port', async () => {
    const container = await create({
      Image: imageReference('nim'),
      HostConfig: { PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    });
    await container.start();
    const { NetworkSettings, State } = await container.inspect();
    const port = Number(NetworkSettings.Ports['8000/tcp']?.[0]?.HostPort);
    expect(State.Running).toBe(true);
    await expect.poll(async () => await status(port, '/v1/health/ready'), { timeout: 30_000 }).toBe(200);
    expect(await body(port, '/v1/models')).toContain('meta/llama-3.1-8b-instruct');

    const { State: ended } = await container.stop({ t: 5 }).then(async () => await container.inspect());
    expect(ended.ExitCode).not.toBe(137);
  });
});

describeOnEngines(
  "engine of a test's own",
  ({ name }) => {
    it('is killed and started again, its containers still known', async () => {
      await using own = await startOwnEngine(name);
      const docker = dockerOf(own.engine);
      await pull(own.engine, imageReference('small'));
      const container = await docker.createContainer({
        Image: imageReference('small'),
        Cmd: ['sleep', '600'],
        // An engine that comes back stops what still runs, and would wait 10 s for a process 1 that ignores TERM.
        StopSignal: 'SIGKILL',
      });
      await container.start();
      await own.end('SIGKILL');
      await expect(docker.ping()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await own.start();
      expect((await container.inspect()).State).toMatchObject({ Status: 'exited', ExitCode: 137 });
    });

    it('runs out of a disk of its own, and leaves none behind', async () => {
      const engine = await withOwnEngine(
        name,
        async (own) => {
          expect(disksOf(own.engine)).toHaveLength(1);
          await expect(pull(own.engine, imageReference('nim'))).rejects.toThrow('no space left on device');
          return own.engine;
        },
        { diskBytes: 150e6 },
      );
      await expect.poll(() => disksOf(engine)).toEqual([]);
    });
  },
  ['overlay2-26.1'],
);

describeOnEngines(
  'test host',
  () => {
    const hosts: ChildProcess[] = [];
    afterAll(() => {
      for (const host of hosts) host.kill('SIGKILL');
    });

    it('killed in mid-run leaves nothing after the next start', async () => {
      const host = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      hosts.push(host);
      const [line = ''] = await new Promise<string[]>((resolve) =>
        createInterface(host.stdout).once('line', (text) => resolve([text])),
      );
      const { descriptionFile } = JSON.parse(line) as { descriptionFile: string };
      const folder = dirname(descriptionFile);
      const { engines } = JSON.parse(readFileSync(descriptionFile, 'utf8')) as TestHost;
      const number = folder.split('/').at(-1);
      const ended = new Promise((resolve) => host.once('exit', resolve));
      host.kill('SIGKILL');
      await ended;
      const traces = () => ({
        engines: engines.filter(({ pid }) => isRunning(pid)).length,
        bridges: readdirSync('/sys/class/net').filter((name) => name.startsWith(`nimdeck${number}-`)).length,
        mounts: readFileSync('/proc/self/mountinfo', 'utf8').includes(`${folder}/`),
        folder: existsSync(descriptionFile),
      });
      expect(traces()).toMatchObject({ engines: 3, bridges: 3, folder: true });

      const slot = await takeSlot();
      try {
        expect(traces()).toEqual({ engines: 0, bridges: 0, mounts: false, folder: false });
      } finally {
        await slot.free();
      }
    });
  },
  ['overlay2-20.10'],
);

function get(port: number, path: string): Promise<{ status: number; text: string }> {
  const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>();
  const call = request({ host: '127.0.0.1', port, path }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
  });
  // docker-proxy accepts before anything listens in the container, then closes.
  call.on('error', () => resolve({ status: 0, text: '' }));
  call.end();
  return promise;
}
const status = async (port: number, path: string) => (await get(port, path)).status;
const body = async (port: number, path: string) => (await get(port, path)).text;

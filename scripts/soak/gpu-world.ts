import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { createServices } from '../../core/index.ts';
import { createRunProgram } from '../../core/lib/run-program.ts';
import { systemFiles } from '../../core/lib/system-files.ts';
import { gpuParts } from '../../core/nims/gpu-request.ts';
import { labelsFor } from '../../core/nims/labels.ts';
import { createTestDeps } from '../../core/testing/deps.ts';
import { gpus, slices } from '../../core/testing/engine-host/gpus.ts';
import type { TestEngine } from '../../core/testing/engine-host/host.ts';
import { cleanUp, dockerOf } from '../../core/testing/engine-host/kit.ts';
import { createMachine, type Holding, type Machine, type MachineId } from '../../sandbox/machines/machine.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Api } from '../../shared/contract/index.ts';

/** A NIM's container on the engine, and what the simulated driver is told of it. */
export interface WorldNim {
  id: string;
  /** As the engine knows it. */
  deviceId: string;
  /** As the simulated machine knows it. */
  simulatedId: string;
}

export interface GpuWorld {
  api: Api;
  machine: Machine;
  nims: readonly WorldNim[];
  /** A container of somebody else's that runs. */
  stranger: string;
  /** Of the container's first process; with `isChild` of another one in it. */
  pidIn(id: string, isChild?: boolean): Promise<number>;
  /** The driver names this process on the NIM's device from now on. */
  hold(nim: WorldNim, pid: number): void;
  releaseAll(): void;
  /** What `nvidia-smi` prints inside of the container from now on; null: what it was given. */
  sayInside(nim: WorldNim, words: string | null): Promise<void>;
  /** Devices that they have lost in this run: a process does not have one back when it is there again. */
  readonly losers: Set<string>;
  /** As last told to whoever watches. */
  proofs(): readonly GpuProof[];
  close(): Promise<void>;
}

export const heldMiB = 9_000;

/**
 * Answers as a NIM does, has a process beside its own, and an `nvidia-smi` that says what it is told: by the toolkit each
 * container with a GPU has one.
 */
const program = (deviceId: string) => `
mkdir -p /www/v1/health
echo '{"data":[]}' >/www/v1/models
echo ok >/www/v1/health/ready
echo 'GPU 0: NVIDIA (UUID: ${deviceId})' >/tmp/given
cp /tmp/given /tmp/says
echo 0 >/tmp/code
printf '#!/bin/sh\\ncat /tmp/says\\nexit $(cat /tmp/code)\\n' >/usr/bin/nvidia-smi
chmod +x /usr/bin/nvidia-smi
trap 'exit 0' TERM
httpd -f -p 8000 -h /www &
wait
`;

/** A real engine with real containers, and a simulated driver which knows the devices by the ids of that engine's hook. */
export async function openGpuWorld(engine: TestEngine, image: string, machineId: MachineId): Promise<GpuWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-soak-gpu-'));
  const machine = await createMachine(machineId, folder);
  const simulated = machine.devices();
  const cut = simulated.filter(({ kind }) => kind === 'mig');
  const pairs = [
    ...simulated.filter(({ kind }) => kind === 'gpu').map(({ uuid }, index) => [uuid, gpus[index] ?? uuid] as const),
    ...cut.map(({ uuid }, index) => [uuid, slices[index] ?? uuid] as const),
  ];
  const start = createRunProgram(process.env, process.platform);
  const [file = '', ...leading] = machine.command;
  const deps = createTestDeps({
    env: { DOCKER_HOST: engine.dockerHost },
    processes: 'kernel',
    system: systemFiles,
    async run(name, args, options) {
      if (!/^nvidia-smi$/.test(name)) throw Object.assign(new Error(name), { code: 'ENOENT' });
      const result = await start(file, [...leading, ...args], options);
      const stdout = pairs.reduce((text, [own, engines]) => text.replaceAll(own, engines), result.stdout);
      return { ...result, stdout };
    },
  });
  const docker = dockerOf(engine);
  const core = await createServices(deps);
  const watching = new AbortController();
  let proofs: readonly GpuProof[] = [];
  const watched = (async () => {
    for await (const next of core.api.gpu.watchProofs({}, { signal: watching.signal })) proofs = next;
  })();

  const chosen = (cut.length > 0 ? cut : simulated).slice(0, 2);
  const nims: WorldNim[] = [];
  for (const [index, { uuid }] of chosen.entries()) {
    const deviceId = pairs.find(([own]) => own === uuid)?.[1] ?? uuid;
    nims.push({ id: await runNim(docker, image, deviceId, index), deviceId, simulatedId: uuid });
  }
  const stranger = await runStranger(docker, image);
  let holdings: Holding[] = [];

  return {
    api: core.api,
    machine,
    nims,
    stranger,
    async pidIn(id, isChild = false) {
      const own = (await docker.getContainer(id).inspect()).State.Pid;
      if (!isChild) return own;
      const { Titles, Processes }: { Titles: string[]; Processes: string[][] } = await docker.getContainer(id).top();
      // Others in it come and go, and have other parents: the looks into the container.
      const child = Processes.find((row) => row[Titles.indexOf('PPID')] === String(own)) ?? [];
      return Number(child[Titles.indexOf('PID')]);
    },
    hold({ simulatedId }, pid) {
      holdings.push(machine.hold({ pid, name: 'VLLM::EngineCore', deviceUuid: simulatedId, memoryMiB: heldMiB }));
    },
    releaseAll() {
      for (const holding of holdings) if (holding.ok) holding.release();
      holdings = [];
    },
    async sayInside({ id }, words) {
      const script =
        words === null
          ? 'cp /tmp/given /tmp/says; echo 0 >/tmp/code'
          : `echo '${words}' >/tmp/says; echo 255 >/tmp/code`;
      const exec = await docker.getContainer(id).exec({ Cmd: ['sh', '-c', script], AttachStdout: true });
      const output = await exec.start({});
      output.resume();
      await new Promise((resolve) => output.once('end', resolve));
    },
    losers: new Set(),
    proofs: () => proofs,
    async close() {
      watching.abort();
      await watched;
      await core.close();
      await cleanUp(engine, 'io.nimdeck.managed');
      await cleanUp(engine, strangersLabel);
      await machine.close();
      deps[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const strangersLabel = 'nimdeck.soak=stranger';

/** As core makes them, but from an image that is there in a second. */
async function runNim(docker: Docker, image: string, deviceId: string, index: number): Promise<string> {
  const name = `soak-gpu-${index}`;
  const choice = { kind: 'devices' as const, ids: [deviceId] };
  const spec = {
    reference: image,
    name,
    gpus: choice,
    port: null,
    profile: null,
    allowAnyOrigin: false,
    environment: [],
  };
  const container = await docker.createContainer({
    name,
    Image: image,
    Cmd: ['sh', '-c', program(deviceId)],
    Labels: labelsFor(spec, name),
    ExposedPorts: { '8000/tcp': {} },
    HostConfig: {
      DeviceRequests: gpuParts(choice, 'hook').requests,
      PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  await container.start();
  return container.id;
}

async function runStranger(docker: Docker, image: string): Promise<string> {
  const [name = '', value = ''] = strangersLabel.split('=');
  const Labels = { [name]: value };
  const container = await docker.createContainer({ Image: image, Cmd: ['sleep', '100000'], Labels });
  await container.start();
  return container.id;
}

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cdiKind, cdiSpecWith, gpus, hookScript, runtimeScript, slices, smiScript } from './gpus.ts';
import type { TestEngine, TestEngineName } from './host.ts';
import { cacheFolder, cgroupOf, type Slot } from './place.ts';
import { type Daemon, runProgram, sendSignal, startDaemon, waitUntil } from './processes.ts';

const newerEngine = join(cacheFolder, 'engines', '26.1');

/** Where each engine's programs lie: the system's own, or the unpacked newer ones. */
const programs = {
  '20.10': { dockerd: '/usr/sbin/dockerd', client: '/usr/bin/docker', path: '/usr/sbin:/usr/bin:/sbin:/bin' },
  '26.1': {
    dockerd: join(newerEngine, 'usr/sbin/dockerd'),
    client: join(newerEngine, 'usr/bin/docker'),
    path: `${newerEngine}/usr/sbin:${newerEngine}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  },
};

// The newer suite's runc wants a newer libc than Debian 12 has.
const runc = '/usr/sbin/runc';

export const enginePrograms = [
  ...Object.values(programs).flatMap(({ dockerd, client }) => [dockerd, client]),
  runc,
  '/usr/bin/containerd',
  join(newerEngine, 'usr/bin/containerd'),
];

export const oldDockerd = programs['20.10'].dockerd;

interface Kind {
  version: keyof typeof programs;
  gpus: 'hook' | 'cdi';
  settings: (folder: string) => Record<string, unknown>;
}

const kinds: Record<TestEngineName, Kind> = {
  'overlay2-20.10': {
    version: '20.10',
    gpus: 'hook',
    // Else it writes a key of its own to /etc/docker.
    settings: (folder) => ({ 'storage-driver': 'overlay2', 'deprecated-key-path': join(folder, 'key.json') }),
  },
  'overlay2-26.1': {
    version: '26.1',
    gpus: 'hook',
    settings: (folder) => ({
      'storage-driver': 'overlay2',
      runtimes: {
        nvidia: { path: join(folder, 'bin', 'nvidia-container-runtime') },
        // Listed, and not installed: what an engine says of its runtimes proves nothing.
        'nvidia-gone': { path: '/usr/bin/nvidia-container-runtime' },
      },
    }),
  },
  'containerd-26.1': {
    version: '26.1',
    gpus: 'cdi',
    settings: (folder) => ({
      features: { 'containerd-snapshotter': true, cdi: true },
      'cdi-spec-dirs': [join(folder, 'cdi')],
    }),
  },
};

export const engineNames: readonly TestEngineName[] = ['overlay2-20.10', 'overlay2-26.1', 'containerd-26.1'];

/** An engine that runs; its process can be ended and started again, its images and containers stay. */
export interface RunningEngine {
  engine: TestEngine;
  /** What dockerd has written; all that it does where it was started with `isDebug`. */
  logFile: string;
  /** SIGKILL: as a crash; SIGTERM: as an orderly stop. Resolves when the process is gone. */
  end(how: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again after `end`; resolves when it answers. */
  start(): Promise<void>;
}

async function answersPing(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const call = request({ socketPath, path: '/_ping' }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  call.once('error', () => resolve(false));
  call.end();
  return await promise;
}

async function accepts(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath, () => resolve(true));
  socket.once('error', () => resolve(false));
  void promise.finally(() => socket.destroy());
  return await promise;
}

/** containerd without what only Kubernetes and other file systems need. */
const containerdConfig = (root: string, state: string, socketPath: string) => `version = 2
root = "${root}"
state = "${state}"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "${socketPath}"
[debug]
level = "warn"
`;

/** Starts an engine of its own in the slot: data, sockets, bridge and containerd are shared with no other. */
export async function startEngine(
  slot: Slot,
  index: number,
  name: TestEngineName,
  signal: AbortSignal,
  { isDebug = false }: { isDebug?: boolean } = {},
): Promise<RunningEngine> {
  const kind = kinds[name];
  const { dockerd, client, path } = programs[kind.version];
  const folder = join(slot.folder, name);
  const data = join(slot.dataFolder, name);
  const bin = join(folder, 'bin');
  const cdi = join(folder, 'cdi');
  for (const each of [bin, cdi, data]) mkdirSync(each, { recursive: true });

  symlinkSync(runc, join(bin, 'runc'));
  if (kind.gpus === 'hook') writeFileSync(join(bin, 'nvidia-container-runtime-hook'), hookScript, { mode: 0o755 });
  else {
    const smiFile = join(bin, 'nvidia-smi');
    writeFileSync(smiFile, smiScript, { mode: 0o755 });
    writeFileSync(join(cdi, 'nvidia.json'), JSON.stringify(cdiSpecWith(smiFile)));
  }
  if (name === 'overlay2-26.1') writeFileSync(join(bin, 'nvidia-container-runtime'), runtimeScript, { mode: 0o755 });

  const bridge = slot.bridge(index);
  await runProgram('ip', ['link', 'add', bridge.name, 'type', 'bridge']);
  await runProgram('ip', ['address', 'add', bridge.address, 'dev', bridge.name]);
  await runProgram('ip', ['link', 'set', bridge.name, 'up']);

  const env = { PATH: `${bin}:${path}` };
  const containerdSocket = join(folder, 'containerd.sock');
  const containerdFile = join(folder, 'containerd.toml');
  writeFileSync(
    containerdFile,
    containerdConfig(join(data, 'containerd'), join(folder, 'containerd'), containerdSocket),
  );
  // Always an own containerd: an engine started without one joins that of the system where there is one.
  const containerd = await startDaemon('containerd', ['--config', containerdFile], {
    logFile: join(slot.logFolder, `${name}-containerd.log`),
    env,
    signal,
  });
  await waitUntil(`containerd of ${name}`, containerd, signal, () => accepts(containerdSocket));

  const socketPath = join(folder, 'docker.sock');
  const configFile = join(folder, 'dockerd.json');
  const config = {
    'data-root': join(data, 'docker'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'dockerd.pid'),
    hosts: [`unix://${socketPath}`],
    containerd: containerdSocket,
    // Never "none": that deletes the bridge of an engine that is not ours.
    bridge: bridge.name,
    'default-address-pools': [{ base: bridge.pool, size: 28 }],
    // An engine that starts with these on empties the rules of every other engine on the machine. Ports published on
    // loopback go through docker-proxy anyway, and no container of a test has business outside.
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'cgroup-parent': `/${cgroupOf(slot.number)}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    debug: isDebug,
    'log-level': isDebug ? 'debug' : 'warn',
    ...kind.settings(folder),
  };
  writeFileSync(configFile, JSON.stringify(config));

  const logFile = join(slot.logFolder, `${name}-dockerd.log`);
  const start = async (): Promise<Daemon> => {
    const daemon = await startDaemon(dockerd, ['--config-file', configFile], {
      logFile,
      env,
      signal,
    });
    await waitUntil(`engine ${name}`, daemon, signal, () => answersPing(socketPath));
    return daemon;
  };

  let daemon = await start();
  const ids = [...gpus, ...slices];
  const engine: TestEngine = {
    name,
    dockerHost: `unix://${socketPath}`,
    socketPath,
    dockerClient: client,
    pid: daemon.pid,
    gpuIds: kind.gpus === 'hook' ? ids : ids.map((id) => `${cdiKind}=${id}`),
  };
  return {
    engine,
    logFile,
    async end(how) {
      sendSignal(daemon.pid, how);
      await daemon.ended;
    },
    async start() {
      daemon = await start();
      engine.pid = daemon.pid;
    },
  };
}

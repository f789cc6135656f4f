import { spellNano } from './clock.ts';
import type { Container } from './container.ts';
import { hasLabels } from './http.ts';
import type { ImageStore } from './image-store.ts';

const never = '0001-01-01T00:00:00Z';
const spell = (nano: bigint | null) => (nano === null ? never : spellNano(nano));

type Bindings = Record<string, { HostIp: string; HostPort: string }[]>;

function portsOf(container: Container): Bindings {
  const ports: Bindings = {};
  for (const { containerPort, hostIp, hostPort } of container.published()) {
    (ports[containerPort] ??= []).push({ HostIp: hostIp, HostPort: String(hostPort) });
  }
  return ports;
}

export function inspectContainer(container: Container): object {
  const { id, name, createdNano, image, spec, state } = container;
  const [path = '', ...args] = [...spec.entrypoint, ...spec.command];
  const published = portsOf(container);
  const exposed = container.isRunning
    ? Object.fromEntries(spec.exposed.map((port) => [port, published[port] ?? null]))
    : {};
  return {
    Id: id,
    Created: spellNano(createdNano),
    Path: path,
    Args: args,
    State: {
      Status: state.status,
      Running: state.status === 'running' || state.status === 'restarting',
      Paused: false,
      Restarting: state.status === 'restarting',
      OOMKilled: state.isOutOfMemory,
      Dead: false,
      Pid: state.pid,
      ExitCode: state.exitCode,
      Error: state.error,
      StartedAt: spell(state.startedNano),
      FinishedAt: spell(state.finishedNano),
    },
    Image: image.id,
    Name: `/${name}`,
    RestartCount: state.restarts,
    Driver: 'overlay2',
    Platform: 'linux',
    Mounts: spec.mounts.map(({ type, source, target, isReadOnly }) => ({
      Type: type,
      ...(type === 'volume' ? { Name: source } : {}),
      Source: source,
      Destination: target,
      Mode: '',
      RW: !isReadOnly,
      Propagation: type === 'bind' ? 'rprivate' : '',
    })),
    HostConfig: {
      ...spec.hostConfig,
      NetworkMode: spec.hostConfig['NetworkMode'] ?? 'default',
      RestartPolicy: { Name: spec.restart.name, MaximumRetryCount: spec.restart.most },
      Runtime: spec.runtime === '' ? 'runc' : spec.runtime,
      LogConfig: { Type: 'json-file', Config: {} },
    },
    Config: {
      Hostname: spec.hostname ?? id.slice(0, 12),
      User: spec.user,
      Tty: spec.isTty,
      OpenStdin: false,
      // A GPU's variables reach the process only (gpu facts 5.3).
      Env: Object.entries(spec.env).map(([variable, value]) => `${variable}=${value}`),
      Cmd: spec.command,
      Entrypoint: spec.entrypoint.length === 0 ? null : spec.entrypoint,
      Image: spec.imageName,
      Labels: spec.labels,
      ExposedPorts: Object.fromEntries(spec.exposed.map((port) => [port, {}])),
      ...(spec.stopTimeout === null ? {} : { StopTimeout: spec.stopTimeout }),
      StopSignal: `SIG${spec.stopSignal}`,
    },
    NetworkSettings: {
      Ports: { ...exposed, ...published },
      IPAddress: container.isRunning ? '172.17.0.2' : '',
      Networks: { bridge: { IPAddress: container.isRunning ? '172.17.0.2' : '', Gateway: '172.17.0.1' } },
    },
  };
}

export function containerEntry(container: Container, now = Date.now()): object {
  const { id, name, createdNano, image, spec, state } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: spec.imageName,
    ImageID: image.id,
    Command: [...spec.entrypoint, ...spec.command].join(' '),
    Created: Number(createdNano / 1_000_000_000n),
    Ports: container.published().map(({ containerPort, hostIp, hostPort }) => ({
      IP: hostIp,
      PrivatePort: Number.parseInt(containerPort, 10),
      PublicPort: hostPort,
      Type: containerPort.split('/')[1] ?? 'tcp',
    })),
    Labels: spec.labels,
    State: state.status,
    Status: statusText(container, now),
    HostConfig: { NetworkMode: 'default' },
    NetworkSettings: { Networks: { bridge: {} } },
    Mounts: spec.mounts.map(({ type, source, target }) => ({ Type: type, Source: source, Destination: target })),
  };
}

function statusText({ state }: Container, now: number): string {
  const since = (nano: bigint | null) => humanTime(now - Number((nano ?? 0n) / 1_000_000n));
  if (state.status === 'running') return `Up ${since(state.startedNano)}`;
  if (state.status === 'exited') return `Exited (${state.exitCode}) ${since(state.finishedNano)} ago`;
  return state.status === 'restarting' ? `Restarting (${state.exitCode}) ${since(state.finishedNano)} ago` : 'Created';
}

function humanTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes === 1 ? 'About a minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours === 1 ? 'About an hour' : hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

export function matchesFilters(
  container: Container,
  filters: ReadonlyMap<string, readonly string[]>,
  images: ImageStore,
): boolean {
  const { id, name, spec, state, image } = container;
  for (const [filter, wanted] of filters) {
    if (wanted.length === 0) continue;
    if (filter === 'label' && !hasLabels(spec.labels, wanted)) return false;
    if (filter === 'status' && !wanted.includes(state.status)) return false;
    if (filter === 'name' && !wanted.some((each) => new RegExp(each).test(`/${name}`))) return false;
    if (filter === 'id' && !wanted.some((each) => id.startsWith(each))) return false;
    if (filter === 'exited' && !(state.status === 'exited' && wanted.includes(String(state.exitCode)))) return false;
    if (filter === 'ancestor' && !wanted.some((each) => each === spec.imageName || images.find(each) === image))
      return false;
    if (filter === 'volume' && !wanted.some((each) => spec.mounts.some(({ source }) => source === each))) return false;
  }
  return true;
}

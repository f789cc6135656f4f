import { existsSync } from 'node:fs';
import { EngineError, isRecord, textOf, textsOf } from './http.ts';
import { readRequests } from './gpus.ts';
import type { StoredImage } from './image-store.ts';
import type { PortWish } from './ports.ts';
import { parseSignal, type Signal } from './process.ts';

export interface MountSpec {
  type: 'bind' | 'volume';
  source: string;
  target: string;
  isReadOnly: boolean;
}

/** What a container was made with, as far as anything here acts on it. */
export interface ContainerSpec {
  imageName: string;
  entrypoint: readonly string[];
  command: readonly string[];
  /** Image and container together. */
  env: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  isTty: boolean;
  user: string;
  hostname: string | null;
  stopSignal: Signal;
  stopTimeout: number | null;
  ports: readonly PortWish[];
  exposed: readonly string[];
  mounts: readonly MountSpec[];
  requests: ReturnType<typeof readRequests>;
  runtime: string;
  memoryBytes: number | null;
  restart: { name: string; most: number };
  removesItself: boolean;
  /** As it was sent, to be given back by inspect. */
  hostConfig: Readonly<Record<string, unknown>>;
}

export function readSpec(body: unknown, image: StoredImage): ContainerSpec {
  if (!isRecord(body)) throw new EngineError(400, 'config cannot be empty in order to create a container');
  const hostConfig = isRecord(body['HostConfig']) ? body['HostConfig'] : {};
  const { recipe } = image;
  const isNim = recipe.content.kind === 'nim';
  const policy = isRecord(hostConfig['RestartPolicy']) ? hostConfig['RestartPolicy'] : {};
  const entrypoint = textsOf(body['Entrypoint']);
  const command = textsOf(body['Cmd']);
  const ownCommand = recipe.content.kind === 'plain' ? recipe.content.command : ['/opt/nim/start_server.sh'];
  const memory = hostConfig['Memory'];
  const exposed = [
    ...(recipe.exposedPort === null ? [] : [`${recipe.exposedPort}/tcp`]),
    ...(isRecord(body['ExposedPorts']) ? Object.keys(body['ExposedPorts']) : []),
  ];
  return {
    imageName: textOf(body['Image']) ?? '',
    entrypoint: entrypoint ?? (isNim ? ['/opt/nim/start_server.sh'] : []),
    command: command === undefined || command.length === 0 ? (entrypoint === undefined ? ownCommand : []) : command,
    env: toVariables([...recipe.env, ...(textsOf(body['Env']) ?? [])]),
    labels: { ...recipe.labels, ...textRecord(body['Labels']) },
    isTty: body['Tty'] === true,
    user: textOf(body['User']) || recipe.user,
    hostname: textOf(body['Hostname']) || null,
    stopSignal: parseSignal(textOf(body['StopSignal']) ?? 'TERM') ?? 'TERM',
    stopTimeout: typeof body['StopTimeout'] === 'number' ? body['StopTimeout'] : null,
    // What is not exposed is not published, either.
    ports: readPorts(hostConfig['PortBindings']).filter(({ containerPort }) => exposed.includes(containerPort)),
    exposed,
    mounts: readMounts(hostConfig),
    requests: readRequests(hostConfig['DeviceRequests']),
    runtime: textOf(hostConfig['Runtime']) ?? '',
    memoryBytes: typeof memory === 'number' && memory > 0 ? memory : null,
    restart: {
      name: textOf(policy['Name']) || 'no',
      most: typeof policy['MaximumRetryCount'] === 'number' ? policy['MaximumRetryCount'] : 0,
    },
    removesItself: hostConfig['AutoRemove'] === true,
    hostConfig,
  };
}

export function toVariables(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function textRecord(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function readPorts(value: unknown): PortWish[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([containerPort, bindings]) =>
    (Array.isArray(bindings) ? bindings.filter(isRecord) : []).map((binding) => ({
      containerPort,
      hostIp: textOf(binding['HostIp']) ?? '',
      hostPort: Number(textOf(binding['HostPort']) || 0),
    })),
  );
}

function readMounts(hostConfig: Readonly<Record<string, unknown>>): MountSpec[] {
  const mounts: MountSpec[] = [];
  const given = hostConfig['Mounts'];
  for (const mount of Array.isArray(given) ? given.filter(isRecord) : []) {
    const source = textOf(mount['Source']) ?? '';
    const type = mount['Type'] === 'volume' ? 'volume' : 'bind';
    if (type === 'bind' && !existsSync(source)) {
      throw new EngineError(400, `invalid mount config for type "bind": bind source path does not exist: ${source}`);
    }
    mounts.push({ type, source, target: textOf(mount['Target']) ?? '', isReadOnly: mount['ReadOnly'] === true });
  }
  for (const bind of textsOf(hostConfig['Binds']) ?? []) {
    const [source = '', target = '', mode = ''] = bind.split(':');
    mounts.push({ type: source.startsWith('/') ? 'bind' : 'volume', source, target, isReadOnly: mode.includes('ro') });
  }
  return mounts;
}

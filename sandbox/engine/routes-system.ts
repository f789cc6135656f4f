import type { Machine } from '../machines/machine.ts';
import { parseMoment } from './clock.ts';
import type { Containers } from './containers.ts';
import type { Events } from './events.ts';
import {
  EngineError,
  hasLabels,
  isRecord,
  readFilters,
  route,
  type Route,
  sendJson,
  sendNothing,
  textOf,
} from './http.ts';
import { type ImageStore, listEntry, sizeOf } from './image-store.ts';
import type { ModeFacts, StoreMode } from './store-mode.ts';
import type { Volumes } from './volumes.ts';

export interface SystemRoutesParts {
  mode: StoreMode;
  facts: ModeFacts;
  architecture: () => string;
  machine(): Machine;
  images: ImageStore;
  containers: Containers;
  volumes: Volumes;
  events: Events;
  isKeyRight(key: string): boolean | Promise<boolean>;
}

const memoryBytes = 128 * 1024 ** 3;
const kernel = '6.8.0-practice';
const bridge = { Name: 'bridge', Id: 'b'.repeat(64), Driver: 'bridge', Scope: 'local', Labels: {} };

export function systemRoutes(parts: SystemRoutesParts): Route[] {
  const { facts, mode, images, containers, volumes, events } = parts;
  const goArchitecture = () => (parts.architecture() === 'aarch64' ? 'arm64' : 'amd64');
  const isPodman = mode === 'podman';

  const sayPong: Route['answer'] = ({ method, response }) => {
    response.writeHead(200, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
    });
    response.end(method === 'HEAD' ? undefined : 'OK');
  };

  return [
    route('GET /_ping', sayPong),
    route('HEAD /_ping', sayPong),
    route('GET /version', ({ response }) => {
      const component = isPodman
        ? {
            Name: 'Podman Engine',
            Version: facts.version,
            Details: { APIVersion: facts.version, MinAPIVersion: '4.0.0' },
          }
        : {
            Name: 'Engine',
            Version: facts.version,
            Details: { ApiVersion: facts.apiVersion, MinAPIVersion: facts.oldestApiVersion },
          };
      sendJson(response, {
        Platform: { Name: isPodman ? `linux/${goArchitecture()}/practice` : 'Docker Engine - Practice' },
        Components: [component],
        Version: facts.version,
        ApiVersion: facts.apiVersion,
        MinAPIVersion: facts.oldestApiVersion,
        GitCommit: 'practice',
        GoVersion: 'go1.24',
        Os: 'linux',
        Arch: goArchitecture(),
        KernelVersion: kernel,
        BuildTime: '2026-01-01T00:00:00.000000000+00:00',
      });
    }),
    route('GET /info', ({ response }) => sendJson(response, describe())),
    route('POST /auth', async ({ body, response }) => {
      const password = isRecord(body) ? (textOf(body['password']) ?? '') : '';
      if (!(await parts.isKeyRight(password))) {
        const server = isRecord(body) ? (textOf(body['serveraddress']) ?? 'nvcr.io') : 'nvcr.io';
        throw new EngineError(
          500,
          `Get "https://${server.replace(/^https?:\/\//, '')}/v2/": unauthorized: authentication required`,
        );
      }
      sendJson(response, { Status: 'Login Succeeded', IdentityToken: '' });
    }),
    route('GET /events', ({ query, response, signal }) =>
      events.follow({
        response,
        filters: readFilters(query),
        since: parseMoment(query.get('since')),
        until: parseMoment(query.get('until')),
        signal,
      }),
    ),
    route('GET /system/df', ({ response }) => sendJson(response, diskUsage())),
    route('GET /volumes', ({ query, response }) => {
      const filters = readFilters(query);
      const found = volumes
        .list()
        .filter(
          ({ name, labels }) =>
            hasLabels(labels, filters.get('label') ?? []) &&
            (filters.get('name') ?? [name]).some((wanted) => name.includes(wanted)),
        );
      sendJson(response, { Volumes: found.map((each) => volumes.view(each)), Warnings: null });
    }),
    route('POST /volumes/create', ({ body, response }) => {
      const labels = isRecord(body) && isRecord(body['Labels']) ? body['Labels'] : {};
      const name = isRecord(body) ? textOf(body['Name']) : undefined;
      const texts = Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
      sendJson(response, volumes.view(volumes.create(name || null, texts)), 201);
    }),
    route('GET /volumes/{name}', ({ params, response }) =>
      sendJson(response, volumes.view(volumes.get(params['name'] ?? ''))),
    ),
    route('DELETE /volumes/{name}', ({ params, response }) => {
      volumes.remove(params['name'] ?? '');
      sendNothing(response);
    }),
    route('GET /networks', ({ query, response }) =>
      sendJson(response, (readFilters(query).get('label') ?? []).length > 0 ? [] : [bridge]),
    ),
  ];

  function describe(): object {
    const all = containers.all();
    const running = all.filter((each) => each.isRunning).length;
    const hasGpus = parts.machine().id !== 'none';
    const hasCdi = facts.gpuWays.includes('cdi');
    const hasRuntime = hasGpus && facts.gpuWays.includes('hook');
    return {
      ID: 'PRAC:TICE:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000',
      Containers: all.length,
      ContainersRunning: running,
      ContainersPaused: 0,
      ContainersStopped: all.length - running,
      Images: images.all().length,
      Driver: facts.driver,
      DriverStatus: facts.driverStatus,
      DockerRootDir: facts.rootFolder,
      Plugins: { Volume: ['local'], Network: ['bridge', 'host', 'none'], Authorization: null, Log: ['json-file'] },
      MemoryLimit: true,
      SwapLimit: true,
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      LoggingDriver: 'json-file',
      KernelVersion: kernel,
      OperatingSystem: isPodman ? 'fedora' : 'Ubuntu 24.04 LTS (practice)',
      OSVersion: '24.04',
      OSType: 'linux',
      Architecture: parts.architecture(),
      IndexServerAddress: 'https://index.docker.io/v1/',
      NCPU: 16,
      MemTotal: memoryBytes,
      Name: 'practice',
      Labels: [],
      ExperimentalBuild: false,
      ServerVersion: facts.version,
      Runtimes: {
        'io.containerd.runc.v2': { path: 'runc' },
        runc: { path: 'runc' },
        ...(hasRuntime ? { nvidia: { path: 'nvidia-container-runtime' } } : {}),
      },
      DefaultRuntime: 'runc',
      Swarm: { LocalNodeState: 'inactive' },
      LiveRestoreEnabled: false,
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns', ...(isPodman ? ['name=rootless'] : [])],
      ...(isPodman ? { Rootless: true } : {}),
      ...(hasCdi ? { CDISpecDirs: ['/etc/cdi', '/var/run/cdi'] } : {}),
      ...(hasCdi && mode === 'containerd-29' ? { DiscoveredDevices: discovered() } : {}),
      Warnings: null,
    };
  }

  function discovered(): object[] {
    return parts
      .machine()
      .devices()
      .map(({ uuid }) => ({ Source: 'cdi', ID: `nvidia.com/gpu=${uuid}` }));
  }

  function diskUsage(): object {
    return {
      LayersSize: images.all().reduce((sum, { recipe }) => sum + sizeOf(recipe, facts), 0),
      Images: images
        .all()
        .map((image) => listEntry(image, facts, containers.all().filter((each) => each.image === image).length)),
      Containers: containers.all().map(({ id, name, image, state }) => ({
        Id: id,
        Names: [`/${name}`],
        Image: image.id,
        SizeRw: 0,
        SizeRootFs: sizeOf(image.recipe, facts),
        State: state.status,
      })),
      Volumes: volumes.list().map((volume) => ({
        ...volumes.view(volume),
        UsageData: { RefCount: volume.users.size, Size: 0 },
      })),
      BuildCache: [],
    };
  }
}

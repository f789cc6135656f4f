import type Docker from 'dockerode';
import type { EngineState, ImageStore } from '../../shared/contract/engine.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { askEngine } from './ask.ts';

export type EngineDescription = Pick<
  EngineState,
  | 'kind'
  | 'version'
  | 'apiVersion'
  | 'operatingSystem'
  | 'architecture'
  | 'store'
  | 'rootDirectory'
  | 'hasNvidiaRuntime'
  | 'hasCdi'
  | 'isRootless'
>;

const versionAnswer = z.object({
  Version: z.string().nullish(),
  ApiVersion: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

const infoAnswer = z.object({
  OperatingSystem: z.string().nullish(),
  Architecture: z.string().nullish(),
  Driver: z.string().nullish(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  DockerRootDir: z.string().nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  CDISpecDirs: z.array(z.string()).nullish(),
  DiscoveredDevices: z.array(z.object({ Source: z.string().nullish(), ID: z.string() })).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  Rootless: z.boolean().nullish(),
});

/** The API of Docker 20.10: older engines lack what GPU requests and image stores need here. */
const oldestApi = [1, 41] as const;

/** Asks the engine what it is; throws ENGINE_TOO_OLD below the oldest API that we can use. */
export async function describeEngine(docker: Docker, signal: AbortSignal): Promise<EngineDescription> {
  const version = versionAnswer.parse(await askEngine(docker, { method: 'GET', path: '/version' }, signal));
  const [major = 0, minor = 0] = version.ApiVersion.split('.').map(Number);
  if (major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1])) {
    const found = version.Version ?? version.ApiVersion;
    throw new AppError(
      'ENGINE_TOO_OLD',
      `The engine has version ${found} (API ${version.ApiVersion}); 1.41 is needed.`,
      {
        version: version.Version ?? null,
        apiVersion: version.ApiVersion,
      },
    );
  }
  const info = infoAnswer.parse(await askEngine(docker, { method: 'GET', path: '/info' }, signal));
  return toDescription(version, info);
}

function toDescription(version: z.infer<typeof versionAnswer>, info: z.infer<typeof infoAnswer>): EngineDescription {
  const isPodman = (version.Components ?? []).some(({ Name }) => /podman/i.test(Name));
  const isDesktop = /docker desktop/i.test(info.OperatingSystem ?? '');
  const security = info.SecurityOptions ?? [];
  return {
    kind: isPodman ? 'podman' : isDesktop ? 'docker-desktop' : 'docker',
    version: version.Version ?? null,
    apiVersion: version.ApiVersion,
    operatingSystem: info.OperatingSystem ?? null,
    architecture: info.Architecture ?? null,
    store: isPodman ? 'podman' : imageStoreOf(info.Driver ?? '', info.DriverStatus ?? []),
    rootDirectory: info.DockerRootDir ?? null,
    hasNvidiaRuntime: Object.hasOwn(info.Runtimes ?? {}, 'nvidia'),
    // gpu facts 5.2: the folders are named from API 1.44 on and only when the feature is on.
    hasCdi:
      (info.CDISpecDirs ?? []).length > 0 || (info.DiscoveredDevices ?? []).some(({ Source }) => Source === 'cdi'),
    isRootless: info.Rootless === true || security.some((option) => option.includes('name=rootless')),
  };
}

/** ngc facts 8.5: the containerd store says so in DriverStatus, whatever its snapshotter is called. */
function imageStoreOf(driver: string, status: readonly (readonly string[])[]): ImageStore {
  const type = status.find(([name]) => name === 'driver-type')?.[1];
  if (type?.startsWith('io.containerd.snapshotter') === true) return 'containerd';
  return driver === 'overlay2' ? 'overlay2' : 'other';
}

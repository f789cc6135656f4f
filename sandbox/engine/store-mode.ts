/** Whose streams, texts and version numbers: Docker 26.1 with overlay2 or containerd's store, Docker 29, Podman 5. */
export const storeModes = ['overlay2', 'containerd-26', 'containerd-29', 'podman'] as const;
export type StoreMode = (typeof storeModes)[number];

export interface ModeFacts {
  version: string;
  apiVersion: string;
  oldestApiVersion: string;
  driver: string;
  driverStatus: readonly (readonly [string, string])[];
  rootFolder: string;
  isContainerd: boolean;
  /** How a GPU request is met: the start hook, or device files by CDI name. */
  gpuWays: readonly ('hook' | 'cdi')[];
  /** Layers fetched side by side. */
  layersAtOnce: number;
}

const containerdStatus = [['driver-type', 'io.containerd.snapshotter.v1']] as const;

export const factsOf: Readonly<Record<StoreMode, ModeFacts>> = {
  overlay2: {
    version: '26.1.5',
    apiVersion: '1.45',
    oldestApiVersion: '1.24',
    driver: 'overlay2',
    driverStatus: [
      ['Backing Filesystem', 'extfs'],
      ['Supports d_type', 'true'],
      ['Using metacopy', 'false'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ],
    rootFolder: '/var/lib/docker',
    isContainerd: false,
    gpuWays: ['hook'],
    layersAtOnce: 3,
  },
  'containerd-26': {
    version: '26.1.5',
    apiVersion: '1.45',
    oldestApiVersion: '1.24',
    driver: 'overlayfs',
    driverStatus: containerdStatus,
    rootFolder: '/var/lib/docker',
    isContainerd: true,
    gpuWays: ['cdi'],
    layersAtOnce: Infinity,
  },
  'containerd-29': {
    version: '29.5.2',
    apiVersion: '1.54',
    oldestApiVersion: '1.44',
    driver: 'overlayfs',
    driverStatus: containerdStatus,
    rootFolder: '/var/lib/docker',
    isContainerd: true,
    gpuWays: ['cdi', 'hook'],
    layersAtOnce: 3,
  },
  podman: {
    version: '5.4.2',
    apiVersion: '1.41',
    oldestApiVersion: '1.24',
    driver: 'overlay',
    driverStatus: [
      ['Backing Filesystem', 'extfs'],
      ['Supports d_type', 'true'],
    ],
    rootFolder: '/home/user/.local/share/containers/storage',
    isContainerd: false,
    gpuWays: [],
    layersAtOnce: 3,
  },
};

/** `1.45` against `1.9`: by number, not by letter. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

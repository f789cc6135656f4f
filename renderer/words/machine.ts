export const engine = {
  connecting: 'Looking for a container engine …',
  strip: { connecting: 'Engine: looking', connected: 'Engine', unreachable: 'No engine' },
  kinds: { docker: 'Docker', 'docker-desktop': 'Docker Desktop', podman: 'Podman', unknown: 'Engine' },
  named: (kind: string, version: string | null) => (version === null ? kind : `${kind} ${version}`),
  tried: 'Address tried',
  from: {
    'docker-host': 'from DOCKER_HOST',
    'docker-context': (name: string | null) =>
      name === null ? 'from the Docker context' : `from the Docker context “${name}”`,
    'default-socket': 'the default address',
  },
  recheck: 'Check again',
  noAddress: 'No address was found to try.',
  browseMeanwhile: 'You can look through the models meanwhile; pulling and running needs an engine.',
};

export const gpu = {
  strip: 'GPU memory',
  of: (used: string, total: string) => `${used} of ${total}`,
  memoryInUse: (text: string) => `GPU memory in use: ${text}`,
  none: 'No GPU',
  free: (free: string) => `${free} free`,
  device: (index: number, name: string | null) => `GPU ${index}: ${name ?? 'unnamed'}`,
  slice: (profile: string | null, index: number | null) =>
    `MIG slice ${profile ?? ''}${index === null ? '' : ` (${index})`}`,
  unnamed: 'has no identifier that the engine would know',
  noSlices: 'MIG is on, but there is no slice',
  holders: {
    title: 'Who holds the GPU’s memory',
    holds: (who: string, memory: string, index: number | null) =>
      index === null ? `${who}: ${memory}` : `${who}: ${memory} on GPU ${index}`,
    process: (name: string | null, pid: number) => (name === null ? `Process ${pid}` : `${name} (process ${pid})`),
    stop: (name: string) => `Stop ${name}`,
  },
};

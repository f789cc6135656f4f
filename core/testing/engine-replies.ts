// What an engine answers to the questions that core asks it, made by hand and short, so that many can be read: the shapes
// are those of Docker 20.10, 26.1 and 29 and of Podman (test-host and ngc facts).
const id = 'ab'.repeat(32);
const ports = { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8000' }] };
const spell = (value: object) => JSON.stringify(value);
const lines = (...values: object[]) => values.map(spell).join('\n');
const event = (Type: string, Action: string) => ({
  status: Action,
  id,
  Type,
  Action,
  Actor: { ID: id, Attributes: { 'io.nimdeck.managed': 'true', name: 'chat', exitCode: '137' } },
  scope: 'local',
  time: 1_767_225_600,
  timeNano: 1_767_225_600_123_456_800,
});
const cpu = (total_usage: number) => ({
  cpu_usage: { total_usage, percpu_usage: [total_usage / 2, total_usage / 2] },
  system_cpu_usage: total_usage * 9,
  online_cpus: 2,
});
const stats = (used: number) => ({
  read: '2026-01-01T00:00:00Z',
  cpu_stats: cpu(used + 1_000_000),
  precpu_stats: cpu(used),
  memory_stats: { usage: 9_000_000, limit: 24_000_000, stats: { inactive_file: 1_000_000 } },
});

export const engineReplies = {
  version: spell({ Version: '26.1.5', ApiVersion: '1.45', MinAPIVersion: '1.24', Components: [{ Name: 'Engine' }] }),
  'version of podman': spell({ Version: '5.4.2', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] }),
  info: spell({
    ID: 'AAAA:BBBB',
    Containers: 3,
    Driver: 'overlayfs',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    OperatingSystem: 'Debian GNU/Linux 12',
    Architecture: 'x86_64',
    DockerRootDir: '/var/lib/docker',
    Runtimes: { runc: { path: 'runc' }, nvidia: { path: 'nvidia-container-runtime' } },
    CDISpecDirs: ['/etc/cdi'],
    DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }],
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'],
  }),
  container: spell({
    Id: id,
    Image: `sha256:${id}`,
    Name: '/chat',
    Created: '2026-01-01T00:00:00.123456789Z',
    Config: {
      Image: 'nvcr.io/nim/example/chat:2.0.6',
      Labels: { 'io.nimdeck.managed': 'true', 'io.nimdeck.gpus': '{"kind":"all"}', 'com.nvidia.nim.version': '2.0.6' },
      Tty: false,
      Env: ['NGC_API_KEY=x', 'NIM_MODEL_PROFILE=tp2', 'PATH=/bin'],
      Cmd: ['/opt/nim/start_server.sh'],
      User: 'nim',
    },
    State: {
      Running: true,
      Paused: false,
      StartedAt: '2026-01-01T00:00:01Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      ExitCode: 0,
      OOMKilled: false,
    },
    HostConfig: {
      ShmSize: 67_108_864,
      Runtime: 'nvidia',
      RestartPolicy: { Name: 'no' },
      GroupAdd: ['0'],
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
      PortBindings: ports,
    },
    NetworkSettings: { Ports: ports },
    Mounts: [{ Type: 'bind', Source: '/home/u/.cache/nim', Destination: '/opt/nim/.cache', RW: true }],
  }),
  image: spell({
    Id: `sha256:${id}`,
    RepoDigests: [`nvcr.io/nim/example/chat@sha256:${id}`],
    Size: 9_000_000_000,
    Config: { User: 'nim', Env: ['PATH=/bin', 'NIM_CACHE_PATH=/opt/nim/.cache'], Labels: { description: 'x' } },
  }),
  images: spell([
    { Id: `sha256:${id}`, RepoTags: ['x:1', '<none>:<none>'], RepoDigests: null, Size: 5, Created: 1_767_225_600 },
    { Id: 'sha256:cd', RepoTags: null, Size: 7, Created: 0, Labels: { 'com.nvidia.nim.model': 'meta/llama' } },
  ]),
  containers: spell([{ Id: id, Names: ['/chat', '/other/alias'], State: 'running', Labels: {}, Created: 1 }]),
  created: spell({ Id: id, Warnings: [] }),
  events: lines(event('container', 'start'), event('container', 'die'), event('image', 'pull'), event('network', 'x')),
  stats: lines(stats(1_000_000), stats(2_000_000), stats(3_000_000)),
  refusal: spell({ message: 'No such container: abc' }),
  page: '<html><head><title>502 Bad Gateway</title></head><body>denied by the proxy</body></html>',
} as const;

import { expect, test, vi } from 'vitest';
import type { CheckId, CheckState } from '../../shared/contract/doctor.ts';
import { checkId } from '../../shared/contract/doctor.ts';
import { checkTitles, doctorSummary, doctorText, firstBroken } from '../../shared/doctor.ts';
import { errorCatalog, type ErrorCode } from '../../shared/errors.ts';
import { type DoctorWorld, openDoctor } from '../testing/doctor-world.ts';

// Each asks programs and sockets; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

const nvidiaSmi = {
  exitCode: 9,
  stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
};
const mismatch = { exitCode: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch\n' };
const noToolkit = Object.fromEntries(
  ['nvidia-container-runtime-hook', 'nvidia-cdi-hook', 'nvidia-container-runtime', 'nvidia-ctk'].map((name) => [
    `/usr/bin/${name}`,
    null,
  ]),
);
const noCdi = { '/var/run/cdi/nvidia.yaml': null };
const bus = '/sys/bus/pci/devices/0000:01:00.0/uevent';
const podman = { Version: '5.4.2', Components: [{ Name: 'Podman Engine' }] };
const desktop = { OperatingSystem: 'Docker Desktop' };
const wsl = { '/proc/sys/kernel/osrelease': '6.6.87.2-microsoft-standard-WSL2\n' };
const oldDriver = (version: string) => (text: string) => text.replaceAll('595.58.03', version);
const nim = (version: string) => ({
  RepoTags: [`nvcr.io/nim/a/b:${version}`],
  Size: 8e9,
  Labels: { 'com.nvidia.nim.version': version },
});
const ours = (changes: object) => ({ Name: '/mine', Config: { Env: [] }, HostConfig: {}, ...changes });
const gpuLine = 'GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-40900000-5a1d-4c0e-9b7a-000000000001)\n';
const hookFailure = (said: string) => ({
  status: 500,
  message: `failed to create task for container: failed to create shim task: OCI runtime create failed: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: ${said}: unknown`,
});

type Row = [
  name: string,
  id: CheckId,
  world: DoctorWorld,
  state: CheckState,
  code: ErrorCode | null,
  remedy: RegExp | null,
];

const rows: Row[] = [
  ['macOS', 'platform', { platform: 'darwin', smi: null }, 'failed', 'PLATFORM_UNSUPPORTED', /DOCKER_HOST/],
  ['macOS with an engine elsewhere', 'platform', { platform: 'darwin', smi: null, isRemote: true }, 'ok', null, null],
  ['no card', 'card', { machine: 'none', smi: null }, 'failed', 'NO_GPU_FOUND', /seated/],
  [
    'a card for virtual machines',
    'card',
    { smi: null, files: { [bus]: 'DRIVER=vfio-pci\nPCI_CLASS=30000\nPCI_ID=10DE:2684\n' } },
    'failed',
    'NO_GPU_FOUND',
    /vfio-pci/,
  ],
  ['WSL without a GPU', 'card', { smi: null, files: wsl }, 'failed', 'NO_GPU_FOUND', /wsl --update/],
  ['WSL with one', 'card', { files: { ...wsl, '/dev/dxg': '' } }, 'ok', null, null],
  [
    'a Jetson',
    'card',
    { machine: 'none', smi: null, files: { '/proc/device-tree/compatible': 'nvidia,tegra234\0' } },
    'ok',
    null,
    null,
  ],
  ['an unreadable bus', 'card', { smi: null, files: { '/sys/bus/pci': null } }, 'unknown', null, null],
  ['no driver', 'driver', { smi: null }, 'failed', 'NVIDIA_SMI_MISSING', /Install the NVIDIA driver/],
  [
    'no driver on WSL',
    'driver',
    { smi: null, files: { ...wsl, '/dev/dxg': '' } },
    'failed',
    'NVIDIA_SMI_MISSING',
    /on Windows/,
  ],
  ['a driver that is not loaded', 'driver', { smi: nvidiaSmi }, 'failed', 'DRIVER_NOT_LOADED', /Secure Boot/],
  [
    'nouveau',
    'driver',
    { smi: nvidiaSmi, files: { [bus]: 'DRIVER=nouveau\nPCI_CLASS=30000\nPCI_ID=10DE:2684\n' } },
    'failed',
    'DRIVER_NOT_LOADED',
    /nouveau/,
  ],
  [
    'a driver that lists nothing',
    'driver',
    { smi: { exitCode: 6, stdout: 'No devices were found\n' } },
    'failed',
    'NO_GPU_FOUND',
    /seated/,
  ],
  ['a driver that hangs', 'driver', { smi: { exitCode: null, isTimedOut: true } }, 'failed', 'GPU_LOST', /Xid/],
  [
    'noise from nvidia-smi',
    'driver',
    { smi: { stdout: 'hello\n' } },
    'failed',
    'GPU_OUTPUT_UNREADABLE',
    /in a terminal/,
  ],
  [
    'library and driver differ',
    'library',
    { smi: mismatch },
    'failed',
    'DRIVER_LIBRARY_MISMATCH',
    /Restart the machine/,
  ],
  [
    'the simulated machine whose driver was renewed',
    'library',
    { machine: 'driver-broken' },
    'failed',
    'DRIVER_LIBRARY_MISMATCH',
    /Restart/,
  ],
  [
    'a driver too old for any NIM',
    'driver-version',
    { smiText: oldDriver('470.12.01') },
    'failed',
    'DRIVER_TOO_OLD',
    /580/,
  ],
  [
    'a driver too old for the NIM that was pulled',
    'driver-version',
    { smiText: oldDriver('570.86.10') },
    'failed',
    'DRIVER_TOO_OLD',
    /580/,
  ],
  [
    'good for 1.x, which was pulled',
    'driver-version',
    { smiText: oldDriver('570.86.10'), engine: { images: [nim('1.8.4')] } },
    'ok',
    null,
    null,
  ],
  [
    'good for 1.x, and nothing was pulled',
    'driver-version',
    { smiText: oldDriver('570.86.10'), engine: { images: [] } },
    'warning',
    'DRIVER_TOO_OLD',
    /1\.x/,
  ],
  [
    'MIG without a slice',
    'mig',
    {
      machine: 'h100-mig-7',
      smiText: (text) =>
        text
          .replaceAll(/<mig_devices>[^]*?<\/mig_devices>/g, '<mig_devices>None</mig_devices>')
          .replaceAll(/^ {2}MIG .*\n/gm, ''),
    },
    'failed',
    'MIG_NO_INSTANCES',
    /mig plan/,
  ],
  [
    'a change of MIG that waits',
    'mig',
    { machine: 'h100-mig-7', smiText: (text) => text.replaceAll('<pending_mig>Enabled', '<pending_mig>Disabled') },
    'warning',
    'MIG_CHANGE_PENDING',
    /gpu-reset/,
  ],
  ['slices', 'mig', { machine: 'h100-mig-7' }, 'ok', null, null],
  ['a card without MIG', 'mig', {}, 'not-applicable', null, null],
  [
    'CUDA_VISIBLE_DEVICES',
    'environment',
    { env: { CUDA_VISIBLE_DEVICES: '' } },
    'warning',
    'GPU_HIDDEN_BY_ENV',
    /Unset/,
  ],
  [
    'NVIDIA_VISIBLE_DEVICES',
    'environment',
    { env: { NVIDIA_VISIBLE_DEVICES: 'void' } },
    'warning',
    'GPU_HIDDEN_BY_ENV',
    /Unset/,
  ],
  ['one card named of one', 'environment', { env: { CUDA_VISIBLE_DEVICES: '0' } }, 'ok', null, null],
  [
    'one card named of two',
    'environment',
    { machine: 'two-rtx-6000-ada', env: { CUDA_VISIBLE_DEVICES: '0' } },
    'warning',
    'GPU_HIDDEN_BY_ENV',
    /Unset/,
  ],
  [
    'a variable of one of our containers',
    'environment',
    { engine: { containers: [ours({ Config: { Env: ['CUDA_VISIBLE_DEVICES=-1'] } })] } },
    'warning',
    'GPU_HIDDEN_BY_ENV',
    /Run mine again/,
  ],
  ['no engine', 'engine', { engine: null }, 'failed', 'ENGINE_UNREACHABLE', /Start Docker/],
  [
    'Windows containers',
    'engine',
    { engine: { info: { ...desktop, OSType: 'windows' } } },
    'failed',
    'ENGINE_WINDOWS_CONTAINERS',
    /Linux containers/,
  ],
  [
    'an engine that cannot be used',
    'engine-version',
    { engine: { version: { Version: '19.03.15', ApiVersion: '1.40' } } },
    'failed',
    'ENGINE_TOO_OLD',
    /20\.10/,
  ],
  [
    'an engine older than NIM’s pages name',
    'engine-version',
    { engine: { version: { Version: '20.10.24', ApiVersion: '1.41' } } },
    'warning',
    'ENGINE_TOO_OLD',
    /Update Docker/,
  ],
  [
    'a Podman that knows no CDI',
    'engine-version',
    { engine: { version: { ...podman, Version: '4.0.3' } } },
    'failed',
    'ENGINE_TOO_OLD',
    /Podman 5\.1/,
  ],
  [
    'a Podman that cannot read new CDI files',
    'engine-version',
    { engine: { version: { ...podman, Version: '4.9.4' } } },
    'warning',
    'ENGINE_TOO_OLD',
    /Podman 5\.1/,
  ],
  [
    'no toolkit',
    'toolkit',
    { files: { ...noToolkit, ...noCdi } },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /nvidia-ctk runtime configure/,
  ],
  [
    'CDI files without their hooks',
    'toolkit',
    { files: noToolkit },
    'warning',
    'NVIDIA_RUNTIME_MISSING',
    /Container Toolkit/,
  ],
  [
    'Docker from a snap',
    'toolkit',
    { engine: { info: { DockerRootDir: '/var/snap/docker/common/var-lib-docker' } } },
    'warning',
    'NVIDIA_RUNTIME_MISSING',
    /snap remove/,
  ],
  [
    'Docker Desktop brings it along',
    'toolkit',
    { files: noToolkit, engine: { info: desktop } },
    'not-applicable',
    null,
    null,
  ],
  [
    'Podman without a CDI file',
    'cdi',
    { files: noCdi, engine: { version: podman } },
    'failed',
    'CDI_DEVICE_UNKNOWN',
    /cdi generate/,
  ],
  ['Docker without a CDI file', 'cdi', { files: noCdi }, 'not-applicable', null, null],
  [
    'slices that the CDI file does not know',
    'cdi',
    {
      machine: 'h100-mig-7',
      files: { '/var/run/cdi/nvidia.yaml': 'kind: nvidia.com/gpu\ndevices:\n- name: "0"\n- name: all\n' },
    },
    'warning',
    'CDI_STALE',
    /after every change of slices/,
  ],
  [
    'slices that are gone',
    'cdi',
    { files: { '/etc/cdi/old.json': '{"kind":"nvidia.com/gpu","devices":[{"name":"0:3"}]}' } },
    'warning',
    'CDI_STALE',
    /cdi generate/,
  ],
  ['a CDI file of another driver', 'cdi', { smiText: oldDriver('580.82.07') }, 'warning', 'CDI_STALE', /cdi generate/],
  [
    'the same where CDI is the only way',
    'cdi',
    { smiText: oldDriver('580.82.07'), engine: { version: podman, info: { Runtimes: {} } } },
    'failed',
    'CDI_STALE',
    /cdi generate/,
  ],
  [
    'an engine without any way',
    'engine-gpu',
    { files: { ...noToolkit, ...noCdi }, engine: { info: { Runtimes: { runc: {} } } } },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /Container Toolkit/,
  ],
  ['a listed runtime proves nothing', 'engine-gpu', {}, 'unknown', null, null],
  [
    'Docker Desktop on Linux',
    'engine-gpu',
    { engine: { info: desktop } },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /docker context use default/,
  ],
  [
    'Docker Desktop on Hyper-V',
    'engine-gpu',
    { platform: 'win32', engine: { info: { ...desktop, KernelVersion: '6.10.14-linuxkit' } } },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /WSL 2 based engine/,
  ],
  ['Podman', 'engine-gpu', { engine: { version: podman } }, 'warning', 'GPU_REQUEST_IGNORED', /CDI device names/],
  [
    'a container that sees it',
    'probe',
    { engine: { inside: { 'nvidia-smi': { text: gpuLine, exitCode: 0 } } } },
    'ok',
    null,
    null,
  ],
  [
    'a container without a GPU',
    'probe',
    { engine: { inside: { ls: { text: 'null\nshm\n', exitCode: 0 } } } },
    'failed',
    'GPU_REQUEST_IGNORED',
    /runtime configure/,
  ],
  [
    'Podman passes the request over',
    'probe',
    { engine: { version: podman, inside: { ls: { text: 'null\nshm\n', exitCode: 0 } } } },
    'failed',
    'GPU_REQUEST_IGNORED',
    /Podman/,
  ],
  [
    'device files, and no tool to ask',
    'probe',
    { engine: { inside: { ls: { text: 'null\nnvidia0\nnvidiactl\n', exitCode: 0 } } } },
    'unknown',
    null,
    null,
  ],
  [
    'an engine without the toolkit',
    'probe',
    { engine: { start: { status: 500, message: 'could not select device driver "" with capabilities: [[gpu]]' } } },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /runtime configure/,
  ],
  [
    'an engine of 29.3 without the toolkit',
    'probe',
    {
      engine: { start: { status: 500, message: 'failed to discover GPU vendor from CDI: no known GPU vendor found' } },
    },
    'failed',
    'NVIDIA_RUNTIME_MISSING',
    /runtime configure/,
  ],
  [
    'a driver too old for the image',
    'probe',
    {
      engine: {
        start: hookFailure(
          'nvidia-container-cli: requirement error: unsatisfied condition: cuda>=13.0, please update your driver to a newer version',
        ),
      },
    },
    'failed',
    'DRIVER_TOO_OLD',
    /newer driver/,
  ],
  [
    'no driver where the engine looks',
    'probe',
    {
      engine: {
        start: hookFailure(
          'nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory',
        ),
      },
    },
    'failed',
    'DRIVER_NOT_LOADED',
    /Restart/,
  ],
  [
    'a CDI name that is not known',
    'probe',
    {
      engine: {
        info: { Runtimes: {}, CDISpecDirs: ['/etc/cdi'] },
        start: { status: 500, message: 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all' },
      },
    },
    'failed',
    'CDI_DEVICE_UNKNOWN',
    /cdi generate/,
  ],
  [
    'a driver that stopped answering inside',
    'probe',
    { engine: { inside: { 'nvidia-smi': { text: 'Failed to initialize NVML: Unknown Error\n', exitCode: 255 } } } },
    'failed',
    'NVML_UNKNOWN_ERROR',
    /Restart the container/,
  ],
  ['no image to try', 'probe', { engine: { images: [] } }, 'unknown', null, null],
  ['little space for images', 'disk', { free: { '/var/lib/docker': 9e9 } }, 'warning', 'DOCKER_DISK_LOW', /data-root/],
  [
    'none for containerd',
    'disk',
    {
      free: { '/var/lib/containerd': 1e9 },
      engine: { info: { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] } },
    },
    'failed',
    'DISK_FULL',
    /config\.toml/,
  ],
  ['a disk that cannot be seen', 'disk', { engine: { info: desktop } }, 'ok', null, null],
  ['a cache that may not be written', 'cache', { closed: ['/nim'] }, 'failed', 'CACHE_NOT_WRITABLE', /chown/],
  ['a cache in a volume', 'cache', { engine: { info: desktop } }, 'unknown', null, null],
  [
    'a container with little shared memory',
    'shared-memory',
    { engine: { containers: [ours({ HostConfig: { ShmSize: 64 * 1024 ** 2, DeviceRequests: [{ Count: -1 }] } })] } },
    'warning',
    'SHM_TOO_SMALL',
    /Remove mine/,
  ],
  [
    'a small machine',
    'shared-memory',
    { engine: { info: { ...desktop, MemTotal: 8 * 1024 ** 3 } } },
    'warning',
    'SHM_TOO_SMALL',
    /wslconfig/,
  ],
  [
    'a refused key',
    'key',
    {
      key: {
        state: 'rejected',
        keyHint: 'abcd',
        failure: { code: 'NGC_KEY_REJECTED', message: 'NGC refused the key.' },
      },
    },
    'failed',
    'NGC_KEY_REJECTED',
    /whole key/,
  ],
  [
    'a key that could not be checked',
    'key',
    { key: { state: 'unchecked', keyHint: 'abcd' } },
    'warning',
    'NGC_UNREACHABLE',
    /proxy/,
  ],
  [
    'a pull that needs a key',
    'key',
    { jobs: [{ title: 'llama', failure: { code: 'NGC_KEY_MISSING', message: '' } }] },
    'failed',
    'NGC_KEY_MISSING',
    /Sign in/,
  ],
  ['no key, and none needed', 'key', {}, 'not-applicable', null, null],
  ['no DNS', 'hosts', { hosts: { '*': 'unknown-name' } }, 'failed', 'DNS_FAILED', /layers\.nvcr\.io/],
  [
    'a closed firewall',
    'hosts',
    { hosts: { 'layers.nvcr.io': 'closed' } },
    'failed',
    'NETWORK_UNREACHABLE',
    /443 of layers\.nvcr\.io/,
  ],
  [
    'a host for models only',
    'hosts',
    { hosts: { 'huggingface.co': 'closed' } },
    'warning',
    'NETWORK_UNREACHABLE',
    /huggingface\.co/,
  ],
  ['a hotel’s page', 'hosts', { hosts: { 'nvcr.io': 'page' } }, 'failed', 'PROXY_PAGE', /Sign in at the proxy/],
  [
    'a proxy that wants a sign-in',
    'hosts',
    { hosts: { 'nvcr.io': 'sign-in' } },
    'failed',
    'PROXY_PAGE',
    /Sign in at the proxy/,
  ],
  [
    'a proxy that leads elsewhere',
    'hosts',
    { hosts: { 'authn.nvidia.com': 'elsewhere' } },
    'failed',
    'PROXY_PAGE',
    /Sign in at the proxy/,
  ],
];

test.each(rows)('%s (%s)', async (_name, id, world, state, code, remedy) => {
  await using machine = await openDoctor(world);
  const check = await machine.check(id);
  expect([check.state, check.failure?.code ?? null], JSON.stringify(check)).toEqual([state, code]);
  if (remedy === null) expect(check.remedy).toBeNull();
  else expect(check.remedy).toMatch(remedy);
  // Whatever is claimed has been seen, or measured against something.
  expect(check.evidence.length + (check.failure === null ? 0 : 1)).toBeGreaterThan(0);
});

test('the table has every check that can fail, with a failure and its remedy', () => {
  const withFailure = new Set(
    rows.filter(([, , , , code, remedy]) => code !== null && remedy !== null).map(([, id]) => id),
  );
  expect(checkId.options.filter((id) => !withFailure.has(id))).toEqual([]);
  for (const [, , , , code] of rows) if (code !== null) expect(errorCatalog[code].remedy).not.toBe('');
});

test('a good machine: every link is good or of no matter, but what only a container can prove', async () => {
  await using machine = await openDoctor();
  const report = await machine.doctor.api.check({ ids: null });
  const states = Object.fromEntries(report.checks.map(({ id, state }) => [id, state]));
  expect(states).toEqual({
    ...Object.fromEntries(checkId.options.map((id) => [id, 'ok'])),
    mig: 'not-applicable',
    'engine-gpu': 'unknown',
    probe: 'unknown',
    key: 'not-applicable',
  });
  expect(report.checks.map(({ id }) => id)).toEqual(checkId.options);
  expect(machine.asked.filter((line) => line !== 'POST /containers/create')).toEqual(machine.asked);
});

test('behind a broken link what is bad or unknown waits; what could be seen to be good stays good', async () => {
  await using machine = await openDoctor({ machine: 'driver-broken' });
  const report = await machine.doctor.api.check({ ids: null });
  const of = (id: CheckId) => report.checks.find((check) => check.id === id);
  expect(firstBroken(report)?.id).toBe('library');
  expect(of('driver')?.state).toBe('ok');
  for (const id of ['driver-version', 'mig', 'cdi', 'probe'] as const)
    expect(of(id), id).toMatchObject({ state: 'skipped', brokenBy: 'library', remedy: null });
  expect(of('toolkit')?.state).toBe('ok');
  expect(doctorSummary(report)).toBe('Broken: Driver and library agree.');
  const text = doctorText(report);
  expect(text).toContain('[Broken] Driver and library agree');
  expect(text).toContain('(DRIVER_LIBRARY_MISMATCH)');
  expect(text).toContain('To do: Restart the machine');
  for (const title of Object.values(checkTitles)) expect(text).toContain(`] ${title}\n`);
});

test('with an engine on another machine nothing is claimed of this one’s card', async () => {
  await using machine = await openDoctor({ machine: 'none', smi: null, isRemote: true });
  const report = await machine.doctor.api.check({ ids: null });
  for (const id of ['card', 'driver', 'library', 'driver-version', 'mig', 'toolkit', 'cdi'] as const)
    expect(report.checks.find((check) => check.id === id)?.state, id).toBe('not-applicable');
  expect(firstBroken(report)).toBeNull();
});

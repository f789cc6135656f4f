import type { CheckId, CheckState } from '../../shared/contract/doctor.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { DoctorWorld } from './doctor-world.ts';

const nvidiaSmi = {
  exitCode: 9,
  stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
};
const mismatch = { exitCode: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch\n' };
const bus = '/sys/bus/pci/devices/0000:01:00.0/uevent';
const wsl = { '/proc/sys/kernel/osrelease': '6.6.87.2-microsoft-standard-WSL2\n' };
export const oldDriver = (version: string) => (text: string) => text.replaceAll('595.58.03', version);
const nim = (version: string) => ({
  RepoTags: [`nvcr.io/nim/a/b:${version}`],
  Size: 8e9,
  Labels: { 'com.nvidia.nim.version': version },
});
export const ours = (changes: object) => ({ Name: '/mine', Config: { Env: [] }, HostConfig: {}, ...changes });
/** A world, the check that says what is wrong there, and what it must say. */
export type DoctorRow = [
  name: string,
  id: CheckId,
  world: DoctorWorld,
  state: CheckState,
  code: ErrorCode | null,
  remedy: RegExp | null,
];

/** Of the machine itself: its card, its driver, what hides the card. */
export const machineRows: readonly DoctorRow[] = [
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
];

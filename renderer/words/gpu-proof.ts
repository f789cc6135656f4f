import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { backWords, doubtWords, proofWords } from '../../shared/gpu-proof-text.ts';

export interface KeepAway {
  text: string;
  /** To be typed by a person. */
  commands: readonly string[];
}

const xid: KeepAway = {
  text: 'The kernel’s log says why a card went (an Xid error: heat, power, the slot, the driver). Reset it or restart the machine, then restart the NIM. If it comes back, check power cables, cooling and the slot.',
  commands: ['sudo dmesg | grep -i xid', 'nvidia-smi'],
};
const slices: KeepAway = {
  text: 'MIG slices are gone after each reset of the GPU and each restart of the machine, and new ones have new ids. Let a service make them at start (NVIDIA’s mig-parted), make the CDI file again after each change, and choose one of the new slices.',
  commands: ['nvidia-smi -L', 'sudo nvidia-smi mig -lgi'],
};

export const gpuProof = {
  states: proofWords,
  doubts: doubtWords,
  label: 'GPU in use',
  holds: (device: string, memory: string | null) =>
    memory === null ? `Holds memory on ${device}` : `${memory} on ${device}`,
  device: (index: number | null, name: string | null) =>
    [index === null ? null : `GPU ${index}`, name].filter((part) => part !== null).join(', ') || 'a GPU',
  waiting: 'Looked at when it is ready.',
  lostTitle: (name: string) => `${name} has lost its GPU`,
  noneTitle: (name: string) => `${name} does not use its GPU`,
  backTitle: (name: string) => `The GPU of ${name} is back`,
  back: backWords.sentence,
  gone: (devices: string) => `Gone: ${devices}`,
  there: (devices: string) => `There again: ${devices}`,
  restart: 'Restart it',
  restartHint: 'The container is stopped and started with the same choices; requests under way are lost.',
  notYet: 'A restart helps once the GPU is there again; this page says when.',
  startAgain: 'Start it again',
  startHint: 'Starting it again helps now; its choices stay the same.',
  startNotYet: 'Starting it again helps once the GPU is there again; this page says when.',
  another: 'Run it on another GPU …',
  keepAway: 'How to keep it from coming back',
  commands: 'Commands',
  copyCommands: 'Copy commands',
  /** By what was seen; the rest has no more to say than its remedy. */
  lasting: {
    NVML_UNKNOWN_ERROR: {
      text: 'With Docker’s systemd cgroup driver a “systemctl daemon-reload” (each installation of a package may run one) takes a running container’s right to its GPU away. Lasting: give GPUs by CDI, or let Docker keep its cgroups itself: put the line below into /etc/docker/daemon.json and restart Docker.',
      commands: [
        '"exec-opts": ["native.cgroupdriver=cgroupfs"]',
        'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
      ],
    },
    GPU_LOST: xid,
    NO_GPU_FOUND: xid,
    DRIVER_NOT_LOADED: {
      text: 'The driver was unloaded or renewed under running containers. Restart the machine, then start the NIM; renew drivers only while no NIM runs.',
      commands: ['cat /proc/driver/nvidia/version', 'sudo dmesg | grep -i nvidia'],
    },
    GPU_UNKNOWN: slices,
    MIG_NO_INSTANCES: slices,
  } satisfies Partial<Record<ErrorCode, KeepAway>>,
};

/** Of a NIM that has lost its GPU, had lost it or does not use it. */
export function proofTitle({ state, isBack }: Pick<GpuProof, 'state' | 'isBack'>, name: string): string {
  if (isBack) return gpuProof.backTitle(name);
  return state === 'lost' ? gpuProof.lostTitle(name) : gpuProof.noneTitle(name);
}

/** Null where the remedy says all. */
export function lastingFix(code: ErrorCode): KeepAway | null {
  const fixes: Partial<Record<ErrorCode, KeepAway>> = gpuProof.lasting;
  return fixes[code] ?? null;
}

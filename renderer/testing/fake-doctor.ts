import { type Check, type CheckId, checkId, type DoctorReport } from '../../shared/contract/doctor.ts';

const at = '2026-03-06T09:30:00.000Z';

const goodEvidence: Partial<Record<CheckId, [text: string, source: string | null][]>> = {
  platform: [['Linux, kernel 6.8.0-60-generic', '/proc/sys/kernel/osrelease']],
  card: [
    ['0000:01:00.0: NVIDIA 10DE:2330, kernel driver nvidia', '/sys/bus/pci/devices'],
    ['GPU 0: NVIDIA H100 80GB HBM3, 79.6 GiB', 'nvidia-smi -q -x'],
  ],
  driver: [['Driver 570.133.20, CUDA up to 12.8', 'nvidia-smi -q -x']],
  engine: [['Docker 27.3.1 at unix:///var/run/docker.sock', 'usual place']],
  disk: [['/var/lib/docker (the engine’s images): 812 GB of 1.90 TB free', 'GET /info, DockerRootDir']],
};

export function fakeCheck(id: CheckId, changes: Partial<Check> = {}): Check {
  return {
    id,
    state: 'ok',
    evidence: (goodEvidence[id] ?? [[`Seen of ${id}`, null]]).map(([text, source]) => ({ text, source })),
    failure: null,
    remedy: null,
    against: null,
    brokenBy: null,
    checkedAt: at,
    tookMs: 40,
    ...changes,
  };
}

/** A good machine whose probe was not made, with these checks changed. */
export function fakeReport(
  changes: Partial<Record<CheckId, Partial<Check>>> = {},
  about: Partial<Omit<DoctorReport, 'checks'>> = {},
): DoctorReport {
  const usual: Partial<Record<CheckId, Partial<Check>>> = {
    probe: {
      state: 'unknown',
      evidence: [{ text: 'Not tried yet.', source: null }],
      against: 'nvidia-smi -L in a container that was started with every GPU',
    },
    key: { state: 'not-applicable', evidence: [{ text: 'No key is kept.', source: null }] },
  };
  return {
    checks: checkId.options.map((id) => fakeCheck(id, { ...usual[id], ...changes[id] })),
    isRunning: false,
    isProbing: false,
    ...about,
  };
}

/** The driver was renewed and not loaded again: what is behind it waits. */
export function brokenDriverReport(): DoctorReport {
  const waits = { state: 'skipped' as const, brokenBy: 'library' as const };
  return fakeReport({
    library: {
      state: 'failed',
      failure: {
        code: 'DRIVER_LIBRARY_MISMATCH',
        message: 'Failed to initialize NVML: Driver/library version mismatch',
      },
      evidence: [
        { text: 'Failed to initialize NVML: Driver/library version mismatch', source: 'nvidia-smi -q -x' },
        { text: 'Kernel module 595.45.04', source: '/proc/driver/nvidia/version' },
      ],
      remedy: 'Restart the machine so that driver and library have the same version.',
      against: 'the version of the kernel module that is loaded',
    },
    'driver-version': waits,
    mig: waits,
    cdi: waits,
    probe: waits,
    cache: {
      state: 'warning',
      failure: {
        code: 'CACHE_NOT_WRITABLE',
        message: 'This user may not write /home/ada/.cache/nim/ngc: a container that ran as another user has made it.',
      },
      evidence: [{ text: '/home/ada/.cache/nim: owner 1000, group 1000, mode 755', source: 'file' }],
      remedy: 'Run “sudo chown -R 1000 "/home/ada/.cache/nim"”.',
    },
  });
}

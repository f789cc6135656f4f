import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import { errorCatalog } from '../../shared/errors.ts';
import { formatMemory } from '../../shared/format.ts';
import type { KnownReadings, MachineReading, Reading } from './readings.ts';
import {
  compareVersions,
  failed,
  type Link,
  listed,
  notApplicable,
  ok,
  seen,
  unknown,
  type Verdict,
  warning,
} from './verdict.ts';

const bus = '/sys/bus/pci/devices';
const smi = 'nvidia-smi -q -x';

/** The engine is elsewhere: then this machine's own card and driver are of no matter. Null: they are. */
export function elsewhere({ engine }: KnownReadings): Verdict | null {
  const state = engine?.value;
  if (state?.isLocal !== false || state.status !== 'connected') return null;
  const at = state.endpoint?.address ?? 'another machine';
  return notApplicable(
    seen(`The engine runs at ${at}: NIMs use the GPUs of that machine, which cannot be seen from here.`),
  );
}

const here = (judge: (readings: KnownReadings) => Verdict) => (readings: KnownReadings) =>
  elsewhere(readings) ?? judge(readings);

const answering = (gpu: Reading<GpuReport> | undefined): readonly GpuDevice[] => gpu?.value?.gpus ?? [];

export function gpuWords({ name, index, memoryTotalMiB }: GpuDevice): string {
  const memory = memoryTotalMiB === null ? '' : `, ${formatMemory(memoryTotalMiB)}`;
  return `GPU ${index}: ${name ?? 'unnamed'}${memory}`;
}

function judgePlatform(readings: KnownReadings): Verdict {
  const { machine, engine } = readings;
  const found = machine?.value;
  if (found === null || found === undefined) return unknown([], machine?.failure ?? null);
  const evidence = [
    seen(systemWords(found), found.kernel === null ? null : '/proc/sys/kernel/osrelease'),
    ...(found.isContainer
      ? [seen('Nimdeck itself runs in a container: it sees what that was given.', '/.dockerenv')]
      : []),
  ];
  if (found.kind === 'macos' || found.kind === 'other') {
    if (engine?.value?.status === 'connected' && engine.value.isLocal === false)
      return ok([...evidence, seen('The engine is on another machine; this one only shows it.')]);
    return failed(
      'PLATFORM_UNSUPPORTED',
      found.kind === 'macos'
        ? 'macOS has no NVIDIA driver: no NIM runs on this Mac. Models, hosted models and the engine of another machine can be used from it.'
        : 'NVIDIA gives containers a GPU on Linux and on Windows with WSL only.',
      evidence,
    );
  }
  if (found.kind === 'windows')
    return ok([
      ...evidence,
      seen('NIMs run in the Linux machine of Docker Desktop (WSL 2), with the driver of Windows.'),
    ]);
  if (found.kind === 'wsl')
    return ok([...evidence, seen('The driver belongs on Windows; inside the distribution none may be installed.')]);
  return ok(evidence);
}

function systemWords({ kind, kernel }: MachineReading): string {
  const names = { linux: 'Linux', wsl: 'Linux in WSL', windows: 'Windows', macos: 'macOS', other: 'Another system' };
  return kernel === null ? names[kind] : `${names[kind]}, kernel ${kernel}`;
}

function judgeCard({ machine, gpu }: KnownReadings): Verdict {
  const found = machine?.value;
  const gpus = answering(gpu);
  const listing = gpus.length === 0 ? [] : [seen(listed(gpus.map(gpuWords)), smi)];
  if (found === null || found === undefined)
    return gpus.length > 0 ? ok(listing) : unknown([], machine?.failure ?? null);
  if (found.kind === 'windows')
    return gpus.length > 0
      ? ok(listing)
      : unknown([seen('The bus is not read on Windows; the driver’s answer counts.')]);
  if (found.kind === 'macos' || found.kind === 'other')
    return notApplicable(seen('There is no NVIDIA card to look for.'));
  if (found.kind === 'wsl') {
    if (found.hasDxg) return ok([seen('Windows gives its GPU to WSL.', '/dev/dxg'), ...listing]);
    return failed('NO_GPU_FOUND', 'Windows gives no GPU to this WSL: /dev/dxg is missing.', listing, {
      remedy:
        'In PowerShell run “wsl --update”, then “wsl --shutdown”, and open the distribution again. It must be WSL 2, and the NVIDIA driver must be installed on Windows.',
    });
  }
  if (found.isTegra)
    return ok([seen('The GPU is part of the processor (Jetson).', '/proc/device-tree/compatible'), ...listing]);
  const cards = found.cards ?? [];
  const onBus = cards.map(({ address, id, driver }) =>
    seen(`${address}: NVIDIA ${id}, ${driver === null ? 'no kernel driver' : `kernel driver ${driver}`}`, bus),
  );
  // A driver that lists a card has it, wherever it is.
  if (gpus.length > 0) return ok([...onBus, ...listing]);
  if (found.cards === null) return unknown([seen('The list of the bus cannot be read here.', bus)]);
  if (cards.length === 0)
    return failed('NO_GPU_FOUND', 'There is no NVIDIA card on the bus.', [
      seen('No NVIDIA display or compute card.', bus),
    ]);
  const taken = cards.find(({ driver }) => driver === 'vfio-pci');
  if (taken !== undefined && cards.every(({ driver }) => driver === 'vfio-pci'))
    return failed('NO_GPU_FOUND', `The card at ${taken.address} is set aside for virtual machines (vfio-pci).`, onBus, {
      remedy:
        'Give the card back to the nvidia driver: remove its vfio-pci settings and restart, or run Nimdeck in the virtual machine that has it.',
    });
  return ok(onBus);
}

function judgeDriver({ machine, gpu }: KnownReadings): Verdict {
  const found = machine?.value;
  const report = gpu?.value;
  if (report === null || report === undefined) return unknown([], gpu?.failure ?? null);
  if (found?.kind === 'macos' || found?.kind === 'other')
    return notApplicable(seen('There is no NVIDIA driver for this system.'));
  const module = moduleEvidence(found);
  const { failure, gpus } = report;
  if (failure === null) return ok([...versionEvidence(gpus), ...module]);
  const words = seen(failure.message, smi);
  if (gpus.length > 0) return warning(failure.code, failure.message, [words, ...versionEvidence(gpus)]);
  // The kernel's part is there and answers; what does not fit it is the next link's matter.
  if (failure.code === 'DRIVER_LIBRARY_MISMATCH') return ok([seen('The kernel module is loaded.'), ...module]);
  const nouveau = found?.cards?.find(({ driver }) => driver === 'nouveau');
  if (nouveau !== undefined)
    return failed(
      failure.code,
      `The card at ${nouveau.address} is held by nouveau, the free driver, which runs no CUDA.`,
      [words, ...module],
      {
        remedy:
          'Install the NVIDIA driver with your distribution’s packages, keep nouveau from being loaded (they do that), and restart.',
      },
    );
  return failed(failure.code, failure.message, [words, ...module], remedyOf(found, failure.code));
}

function remedyOf(found: MachineReading | null | undefined, code: string): { remedy?: string } {
  if (found?.kind === 'wsl')
    return {
      remedy:
        'Update the NVIDIA driver on Windows, run “wsl --shutdown” in PowerShell and open the distribution again. Remove any NVIDIA driver inside the distribution.',
    };
  if (found?.kind === 'windows' && code === 'NVIDIA_SMI_MISSING')
    return { remedy: 'Install the NVIDIA driver for Windows, then restart.' };
  return {};
}

const moduleEvidence = (found: MachineReading | null | undefined) =>
  found?.moduleVersion === undefined || found.moduleVersion === null
    ? []
    : [seen(`Kernel module ${found.moduleVersion}`, '/proc/driver/nvidia/version')];

const versionEvidence = (gpus: readonly GpuDevice[]) => {
  const known = gpus.find(({ driverVersion }) => driverVersion !== null);
  if (known === undefined) return [seen('The driver does not say its version.', smi)];
  return [
    seen(`Driver ${known.driverVersion}${known.cudaVersion === null ? '' : `, CUDA up to ${known.cudaVersion}`}`, smi),
  ];
};

function judgeLibrary({ machine, gpu }: KnownReadings): Verdict {
  const report = gpu?.value;
  const found = machine?.value;
  if (report === null || report === undefined) return unknown([], gpu?.failure ?? null);
  if (found?.kind === 'macos' || found?.kind === 'other')
    return notApplicable(seen('There is no NVIDIA driver for this system.'));
  if (report.failure?.code === 'DRIVER_LIBRARY_MISMATCH')
    return failed(
      report.failure.code,
      report.failure.message,
      [seen(report.failure.message, smi), ...moduleEvidence(found)],
      {
        against: 'the version of the kernel module that is loaded',
        ...(found?.kind === 'wsl'
          ? { remedy: 'Run “wsl --shutdown” in PowerShell and open the distribution again.' }
          : {}),
      },
    );
  if (report.gpus.length === 0) return unknown([seen('Not known while the driver does not answer.')]);
  const version = report.gpus.find(({ driverVersion }) => driverVersion !== null)?.driverVersion;
  return ok([
    ...(version === undefined ? [] : [seen(`Library and driver answer as ${version}`, smi)]),
    ...moduleEvidence(found),
  ]);
}

/** Driver by line of NIM (gpu facts 6, nim-runtime facts 7). 3.x behaves as 2.x does. */
const driverNeeds: Readonly<Record<number, string>> = { 1: '560', 2: '580', 3: '580' };
/** Older branches for data-centre cards that 1.x accepts: the branch, and its first good version. */
const olderBranches = ['470.57', '525.85', '535.86', '545.23'];

function judgeDriverVersion({ gpu, facts }: KnownReadings): Verdict {
  const version = answering(gpu).find(({ driverVersion }) => driverVersion !== null)?.driverVersion ?? null;
  if (version === null) return unknown([seen('The driver does not say its version.')], gpu?.failure ?? null);
  const lines = wantedLines(facts?.value?.images ?? []);
  const wanted = lines.length > 0 ? lines : [2];
  const against = wanted
    .map((line) => `driver ${driverNeeds[line]} for NIM ${line}.x${lines.length > 0 ? ' (pulled)' : ''}`)
    .join(', ');
  const evidence = [seen(`Driver ${version}`, smi)];
  const missed = wanted.filter((line) => compareVersions(version, driverNeeds[line] ?? '0') < 0);
  if (missed.length === 0) return ok(evidence, against);
  const branch = olderBranches.find((each) => each.split('.')[0] === version.split('.')[0]);
  const isOlderGood = branch !== undefined && compareVersions(version, branch) >= 0;
  const runsOld = compareVersions(version, '560') >= 0 || isOlderGood;
  const message = `Driver ${version} is older than ${driverNeeds[missed[0] ?? 2]}, which NIM ${missed[0]}.x names.`;
  const remedy = `Install driver 580 or newer (the 580 branch is supported until June 2028).${runsOld ? ' Until then NIMs of line 1.x can run.' : ''}`;
  // Images of the one line may start all the same, and NVIDIA's compatibility package helps data-centre cards.
  if (runsOld && (missed.length < wanted.length || lines.length === 0))
    return warning('DRIVER_TOO_OLD', message, evidence, { against, remedy });
  if (missed.every((line) => line === 1) && isOlderGood)
    return warning('DRIVER_TOO_OLD', message, [...evidence, seen('Good for data-centre cards of this branch only.')], {
      against,
      remedy,
    });
  return failed('DRIVER_TOO_OLD', message, evidence, { against, remedy });
}

/** The lines of the NIMs that are here already; an image that does not say its version counts for nothing. */
function wantedLines(images: readonly { nimVersion: string | null }[]): number[] {
  const lines = images.flatMap(({ nimVersion }) => {
    const line = Number(/^(\d+)\./.exec(nimVersion ?? '')?.[1]);
    return driverNeeds[line] === undefined ? [] : [line];
  });
  return [...new Set(lines)].toSorted((a, b) => a - b);
}

function judgeMig({ gpu }: KnownReadings): Verdict {
  const gpus = answering(gpu);
  if (gpus.length === 0) return unknown([seen('Not known while the driver does not answer.')], gpu?.failure ?? null);
  const waits = gpus.find(({ migPending, migEnabled }) => migPending !== undefined && migPending !== migEnabled);
  const without = gpus.filter(({ migEnabled, migDevices }) => migEnabled === true && migDevices.length === 0);
  const cut = gpus.filter(({ migDevices }) => migDevices.length > 0);
  const evidence = cut.map((each) =>
    seen(
      `${gpuWords(each)}: ${each.migDevices.length} slices (${listed([...new Set(each.migDevices.map(({ profile }) => profile ?? 'unnamed'))])})`,
      'nvidia-smi -L',
    ),
  );
  if (waits !== undefined)
    return warning(
      'MIG_CHANGE_PENDING',
      `GPU ${waits.index}: MIG is ${waits.migEnabled === true ? 'on and will be off' : 'off and will be on'} after a reset.`,
      evidence,
      {
        remedy: `Stop everything that uses the card, then “sudo nvidia-smi --gpu-reset -i ${waits.index}”, or restart the machine.`,
      },
    );
  const [empty] = without;
  if (empty !== undefined) {
    const message = `GPU ${empty.index} is in MIG mode and has no slice: nothing of CUDA runs on it.`;
    const remedy = `Make slices (“nimdeck mig plan ${empty.index} …” prints the commands), or leave MIG: “sudo nvidia-smi -i ${empty.index} -mig 0”. Slices are gone after every restart.`;
    return without.length === gpus.length
      ? failed('MIG_NO_INSTANCES', message, evidence, { remedy })
      : warning('MIG_NO_INSTANCES', message, evidence, { remedy });
  }
  if (cut.length > 0) return ok(evidence);
  return gpus.some(({ migEnabled }) => migEnabled === false)
    ? ok([seen('MIG is off.', smi)])
    : notApplicable(seen('No card here has MIG.', smi));
}

const hidesAll = /^(?:|none|void|-1|NoDevFiles)$/;

function judgeEnvironment({ machine, gpu, facts }: KnownReadings): Verdict {
  const found = machine?.value;
  if (found === null || found === undefined) return unknown([], machine?.failure ?? null);
  const count = answering(gpu).length;
  const settings = [
    ...found.variables.map((variable) => ({ ...variable, where: 'Nimdeck’s own surroundings', of: null })),
    ...(facts?.value?.containers ?? []).flatMap(({ name, variables }) =>
      variables.map((variable) => ({ ...variable, where: `environment of ${name}`, of: name })),
    ),
  ].map((each) => ({ ...each, hides: hides(each, count) }));
  const evidence = settings.map(({ name, value, where }) => seen(`${name}=${value === '' ? '(empty)' : value}`, where));
  const worst =
    settings.find(({ hides: what }) => what === 'all') ?? settings.find(({ hides: what }) => what === 'some');
  if (worst === undefined)
    return ok(
      evidence.length > 0
        ? evidence
        : [seen('Neither CUDA_VISIBLE_DEVICES nor NVIDIA_VISIBLE_DEVICES is set.', 'environment')],
    );
  const what = worst.hides === 'all' ? 'every GPU' : 'some GPUs';
  return warning('GPU_HIDDEN_BY_ENV', `${worst.name}=${worst.value} hides ${what} (${worst.where}).`, evidence, {
    remedy:
      worst.of === null
        ? `${errorCatalog.GPU_HIDDEN_BY_ENV.remedy} A container that Nimdeck starts does not get Nimdeck’s own variables, but other programs of this session do.`
        : `Run ${worst.of} again without the variable ${worst.name}: which GPUs it has is chosen in its settings.`,
  });
}

function hides(
  { name, value, of }: { name: string; value: string; of: string | null },
  count: number,
): 'all' | 'some' | 'none' {
  const text = value.trim();
  // In a container `void` is what CDI sets, and a list is what was asked for: it hides nothing that was wanted.
  if (of !== null && name === 'NVIDIA_VISIBLE_DEVICES') return 'none';
  if (hidesAll.test(text)) return 'all';
  if (text === 'all') return 'none';
  if (of !== null) return 'some';
  return count > 0 && text.split(',').length >= count ? 'none' : 'some';
}

export const driverLinks: readonly Link[] = [
  { id: 'platform', needs: ['machine', 'engine'], after: [], judge: judgePlatform },
  { id: 'card', needs: ['machine', 'gpu', 'engine'], after: ['platform'], judge: here(judgeCard) },
  { id: 'driver', needs: ['machine', 'gpu', 'engine'], after: ['platform', 'card'], judge: here(judgeDriver) },
  {
    id: 'library',
    needs: ['machine', 'gpu', 'engine'],
    after: ['platform', 'card', 'driver'],
    judge: here(judgeLibrary),
  },
  {
    id: 'driver-version',
    needs: ['gpu', 'engine', 'facts'],
    after: ['platform', 'card', 'driver', 'library'],
    judge: here(judgeDriverVersion),
  },
  { id: 'mig', needs: ['gpu', 'engine'], after: ['platform', 'card', 'driver', 'library'], judge: here(judgeMig) },
  { id: 'environment', needs: ['machine', 'gpu', 'facts'], after: [], judge: judgeEnvironment },
];

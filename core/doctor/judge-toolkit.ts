import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuDevice, MigDevice } from '../../shared/contract/gpu.ts';
import { elsewhere } from './judge-driver.ts';
import { connectedEngine, engineWords } from './judge-engine.ts';
import type { CdiFile, KnownReadings } from './readings.ts';
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

const runsInMachine = (state: EngineState | null) => state?.kind === 'docker-desktop';

function judgeToolkit(readings: KnownReadings): Verdict {
  const { machine, toolkit, facts } = readings;
  const away = elsewhere(readings);
  if (away !== null) return away;
  const state = connectedEngine(readings);
  const kind = machine?.value?.kind;
  if (kind === 'macos' || kind === 'other') return notApplicable(seen('There is nothing to give to containers here.'));
  if (kind === 'windows' || runsInMachine(state))
    return notApplicable(
      seen('Docker Desktop brings NVIDIA’s part in its own virtual machine; what is on this disk does not matter.'),
    );
  const found = toolkit?.value;
  if (found === null || found === undefined) return unknown([], toolkit?.failure ?? null);
  const evidence = [
    ...found.programs.map((path) => seen(path, 'file')),
    ...((facts?.value?.runtimes ?? []).includes('nvidia')
      ? [seen('The engine lists a runtime “nvidia”, which alone proves nothing.', 'GET /info')]
      : []),
  ];
  // A container that saw the GPU proves more than what was not found where it is looked for.
  const isProven = readings.probe?.value?.outcome === 'saw';
  const isSnap = state?.rootDirectory?.startsWith('/var/snap/') === true;
  if (isSnap && !isProven)
    return warning(
      'NVIDIA_RUNTIME_MISSING',
      'Docker comes from a snap, which may not see the driver’s libraries.',
      [...evidence, seen(state?.rootDirectory ?? '', 'GET /info')],
      {
        remedy:
          'Use Docker Engine from Docker’s or your distribution’s packages: sudo snap remove docker, then install docker-ce or docker.io.',
      },
    );
  if (found.programs.length > 0) {
    const noHook = !found.programs.some((path) => /runtime-hook$|cdi-hook$/.test(path));
    return noHook && !isProven && state?.kind !== 'podman' && found.cdiFiles.length === 0
      ? warning('NVIDIA_RUNTIME_MISSING', 'The toolkit is here without the hooks that Docker starts.', evidence)
      : ok(evidence, 'Container Toolkit 1.14, which NIM’s pages name; its version is not read');
  }
  const looked = seen(
    `Looked for nvidia-container-runtime-hook, nvidia-cdi-hook and nvidia-ctk in ${listed(found.lookedIn)}.`,
    'file',
  );
  if (isProven)
    return ok([
      seen('A container was given the GPU, so what that takes is there, wherever it is.', 'probe'),
      ...evidence,
      looked,
    ]);
  if (found.cdiFiles.length > 0)
    return warning(
      'NVIDIA_RUNTIME_MISSING',
      'There are CDI files, but none of the toolkit’s programs, whose hooks those files name.',
      [looked, ...found.cdiFiles.map(({ path }) => seen(path, 'file'))],
    );
  if (machine?.value?.isContainer === true)
    return unknown([looked, seen('Nimdeck runs in a container and cannot see the machine’s programs.')]);
  return failed(
    'NVIDIA_RUNTIME_MISSING',
    'NVIDIA’s Container Toolkit is not installed, or not where it is looked for.',
    [...evidence, looked],
  );
}

function judgeCdi(readings: KnownReadings): Verdict {
  const { toolkit, gpu, machine, probe } = readings;
  const away = elsewhere(readings);
  if (away !== null) return away;
  const state = connectedEngine(readings);
  const kind = machine?.value?.kind;
  if (kind === 'windows' || kind === 'macos' || kind === 'other' || runsInMachine(state))
    return notApplicable(seen('This engine’s CDI files are not on this machine’s disk.'));
  const found = toolkit?.value;
  if (found === null || found === undefined) return unknown([], toolkit?.failure ?? null);
  const isNeeded = state?.kind === 'podman';
  const folders = listed(found.cdiFolders);
  const files = found.cdiFiles.filter(({ kind: of }) => of === 'nvidia.com/gpu');
  const evidence = [
    ...files.map(({ path, names }) =>
      seen(`${names.length === 1 ? 'One name' : `${names.length} names`}: ${listed(names, 6)}`, path),
    ),
    ...found.unreadable.map((text) => seen(text, 'not readable')),
    ...found.cdiFiles.filter(({ kind: of }) => of === null).map(({ path }) => seen('Could not be understood.', path)),
  ];
  if (files.length === 0) {
    if (found.unreadable.length > 0) return unknown(evidence);
    if (isNeeded)
      return failed('CDI_DEVICE_UNKNOWN', 'Podman gives GPUs by CDI name only, and there is no CDI file.', [
        ...evidence,
        seen(`Looked in ${folders}.`),
      ]);
    return notApplicable(
      ...evidence,
      seen(`No CDI file in ${folders}; Docker gives GPUs through the toolkit’s hook then.`),
    );
  }
  const gpus = gpu?.value?.gpus ?? [];
  if (gpus.length === 0) return unknown([...evidence, seen('Not compared while the driver does not answer.')]);
  const stale = staleBecause(files, gpus);
  if (stale === null) return ok(evidence, 'the GPUs, slices and driver version of nvidia-smi');
  const remedy =
    'Make the CDI file again: “sudo systemctl restart nvidia-cdi-refresh” where that service is, else “sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml”. It has to be done after every change of slices.';
  const more = { remedy, against: 'the GPUs, slices and driver version of nvidia-smi' };
  // A container that got its GPUs shows that what is wrong with the file is not in their way.
  const isInTheWay = (isNeeded || state?.hasNvidiaRuntime !== true) && probe?.value?.outcome !== 'saw';
  return isInTheWay ? failed('CDI_STALE', stale, evidence, more) : warning('CDI_STALE', stale, evidence, more);
}

/** What a CDI file lacks of what is there, or holds of what was: it is not made again when slices or drivers change. */
function staleBecause(files: readonly CdiFile[], gpus: readonly GpuDevice[]): string | null {
  const names = new Set(files.flatMap((file) => file.names));
  const isNamed = (ids: readonly (string | null)[]) => ids.some((id) => id !== null && names.has(id));
  const missing = gpus.flatMap((gpu) => {
    const { index, uuid, migDevices } = gpu;
    if (migDevices.length > 0)
      return migDevices
        .filter((slice) => !isNamed(sliceNames(gpu, slice)))
        .map((slice) => `slice ${slice.profile ?? ''} ${slice.uuid ?? `${index}:${slice.index ?? '?'}`}`);
    return isNamed([String(index), uuid]) ? [] : [`GPU ${index} (${uuid ?? 'no UUID'})`];
  });
  if (missing.length > 0) return `No CDI name for ${listed(missing, 3)}.`;
  const there = new Set(
    gpus.flatMap((gpu) => [String(gpu.index), gpu.uuid, ...gpu.migDevices.flatMap((slice) => sliceNames(gpu, slice))]),
  );
  const gone = [...names].filter((name) => /^(?:GPU-|MIG-|\d+(?::\d+)?$)/.test(name) && !there.has(name));
  if (gone.length > 0) return `The CDI file names what is not there any more: ${listed(gone, 3)}.`;
  const driver = gpus.find(({ driverVersion }) => driverVersion !== null)?.driverVersion ?? null;
  const other = files
    .flatMap(({ driverVersions }) => driverVersions)
    .find((version) => driver !== null && version !== driver);
  return other === undefined ? null : `The CDI file was made for driver ${other}; driver ${driver} is loaded.`;
}

const sliceNames = ({ index }: GpuDevice, slice: MigDevice): (string | null)[] => [
  slice.uuid,
  slice.index === null ? null : `${index}:${slice.index}`,
];

/** Hints only: no field of any engine proves that it can give a GPU (gpu facts 5.2). Good is what a container has shown. */
function judgeEngineGpu(readings: KnownReadings): Verdict {
  const { machine, engine, facts, toolkit, probe } = readings;
  const state = connectedEngine(readings);
  if (state === null) return unknown([seen('Not known while no engine answers.')], engine?.failure ?? null);
  const kind = machine?.value?.kind;
  const isVirtual = state.kind === 'docker-desktop' && state.isLocal !== false;
  if (isVirtual && kind === 'macos') return notApplicable(seen('Docker Desktop on macOS has no NVIDIA GPU to give.'));
  if (isVirtual && kind === 'linux')
    return failed(
      'NVIDIA_RUNTIME_MISSING',
      'Docker Desktop on Linux runs in a virtual machine that has no GPU.',
      [seen('Operating system: Docker Desktop', 'GET /info')],
      {
        remedy: 'Use Docker Engine instead: install it with Docker’s packages, then “docker context use default”.',
      },
    );
  if (
    isVirtual &&
    kind === 'windows' &&
    facts?.value?.kernel !== null &&
    facts?.value?.kernel !== undefined &&
    !/microsoft/i.test(facts.value.kernel)
  )
    return failed(
      'NVIDIA_RUNTIME_MISSING',
      'Docker Desktop runs on Hyper-V, which gives it no GPU.',
      [seen(`Kernel ${facts.value.kernel}`, 'GET /info')],
      {
        remedy: 'In Docker Desktop’s settings, General, choose “Use the WSL 2 based engine”.',
      },
    );
  const hints = hintsOf(readings, state);
  if (probe?.value?.outcome === 'saw')
    return ok([seen('A container with a GPU was started and saw it.', 'probe'), ...hints]);
  if (state.kind === 'podman')
    return warning(
      'GPU_REQUEST_IGNORED',
      'Podman’s Docker-compatible API may ignore a request for a GPU without a word; which versions do was not measured.',
      hints,
      {
        against: 'a container that sees the GPU: try it with the next check',
      },
    );
  const isHinted =
    state.hasNvidiaRuntime === true || (facts?.value?.discovered ?? []).some((id) => id.startsWith('nvidia.com/gpu='));
  const hasHook =
    toolkit?.value?.programs.some((path) => path.endsWith('-hook')) === true ||
    (toolkit?.value?.cdiFiles.length ?? 0) > 0;
  const isLocalLinux = state.isLocal === true && state.kind === 'docker' && kind === 'linux';
  if (!isHinted && !hasHook && isLocalLinux && toolkit?.value !== null && toolkit?.value !== undefined)
    return failed(
      'NVIDIA_RUNTIME_MISSING',
      `${engineWords(state)} has no way to a GPU: no hook, no CDI name, no nvidia runtime.`,
      hints,
    );
  return unknown(hints, null, { against: 'a container that sees the GPU: no field of an engine proves it' });
}

function hintsOf({ facts, toolkit }: KnownReadings, state: EngineState) {
  const found = facts?.value;
  const version = state.version ?? '0';
  const way =
    state.kind === 'podman'
      ? 'Podman gives GPUs by CDI name.'
      : compareVersions(version, '29.2') >= 0
        ? 'From 29.2 on a request is met through CDI where it can be, else through the hook.'
        : compareVersions(version, '25') >= 0
          ? 'Requests are met through the hook; CDI names are known where CDI is on.'
          : 'Requests are met through the hook, which must have been there when Docker started.';
  const gpus = (found?.discovered ?? []).filter((id) => id.startsWith('nvidia.com/gpu='));
  return [
    seen(`${engineWords(state)}: ${way}`),
    seen(
      state.hasNvidiaRuntime === true
        ? 'Lists a runtime “nvidia”. Some engines list it without any GPU.'
        : 'Lists no runtime “nvidia”; it is not needed.',
      'GET /info, Runtimes',
    ),
    ...(found?.discovered === null || found?.discovered === undefined
      ? []
      : [
          seen(
            gpus.length === 0 ? 'Knows no GPU by CDI name.' : `Knows ${listed(gpus, 3)}`,
            'GET /info, DiscoveredDevices',
          ),
        ]),
    ...(found?.cdiFolders === null || found?.cdiFolders === undefined
      ? []
      : [seen(`CDI is on: ${listed(found.cdiFolders)}`, 'GET /info, CDISpecDirs')]),
    ...(toolkit?.value?.programs.some((path) => path.endsWith('-hook')) === true
      ? [seen('A hook of NVIDIA’s is installed on this machine.', 'file')]
      : []),
  ];
}

function judgeProbe(readings: KnownReadings): Verdict {
  const { probe, engine, gpu } = readings;
  const found = probe?.value;
  const state = connectedEngine(readings);
  const against = 'nvidia-smi -L in a container that was started with every GPU';
  if (found === undefined || found === null) {
    if (probe?.failure) return unknown([], probe.failure, { against });
    if (state === null) return unknown([seen('Not tried: no engine answers.')], engine?.failure ?? null, { against });
    return unknown(
      [
        seen(
          'Not tried yet. It starts a small container of an image that is here, asks the driver in it, and removes it. Nothing is pulled.',
        ),
      ],
      null,
      { against },
    );
  }
  const where = found.image === null ? null : `container of ${found.image}`;
  const evidence = [
    ...found.lines.slice(0, 12).map((line) => seen(line, where)),
    ...(found.request === null ? [] : [seen(`Asked for: ${found.request}`)]),
  ];
  switch (found.outcome) {
    case 'saw': {
      const hosts =
        gpu?.value?.gpus.flatMap(({ uuid, migDevices }) =>
          migDevices.length > 0 ? migDevices.map((slice) => slice.uuid) : [uuid],
        ) ?? [];
      const missing = hosts.filter((uuid) => uuid !== null && !found.seen.includes(uuid));
      // A container sees one slice at a time of CUDA, but lists all that it was given.
      if (found.seen.length > 0 && missing.length > 0 && missing.length < hosts.length)
        return warning(
          'GPU_LOST',
          `The container sees ${hosts.length - missing.length} of ${hosts.length} GPUs or slices.`,
          evidence,
          {
            against,
            remedy: 'Make the CDI file again and restart Docker; look above for a card that does not answer.',
          },
        );
      return ok(evidence, against);
    }
    case 'no-image':
      return unknown(
        [seen('No image is here that could be tried, and nothing is pulled for this. Pull any NIM, then try again.')],
        null,
        { against },
      );
    case 'cannot-tell':
      return unknown(
        [...evidence, seen('The container has the GPU’s device files, but this image cannot ask the driver.')],
        null,
        { against },
      );
    case 'no-answer':
      return unknown(evidence, found.failure, { against });
    case 'no-gpu':
    case 'refused':
    default: {
      const { code, message } = found.failure ?? {
        code: 'GPU_REQUEST_IGNORED' as const,
        message: 'The container sees no GPU.',
      };
      const more = {
        against,
        ...(code === 'GPU_REQUEST_IGNORED' && state?.kind !== 'podman'
          ? {
              remedy:
                'Run “sudo nvidia-ctk runtime configure --runtime=docker”, restart Docker, and try again. If it stays, look at /etc/nvidia-container-runtime/config.toml.',
            }
          : {}),
      };
      return failed(code, message, evidence, more);
    }
  }
}

export const toolkitLinks: readonly Link[] = [
  { id: 'toolkit', needs: ['machine', 'engine', 'facts', 'toolkit'], after: ['platform', 'card'], judge: judgeToolkit },
  {
    id: 'cdi',
    needs: ['machine', 'engine', 'toolkit', 'gpu'],
    after: ['platform', 'card', 'driver', 'library'],
    judge: judgeCdi,
  },
  {
    id: 'engine-gpu',
    needs: ['machine', 'engine', 'facts', 'toolkit'],
    after: ['platform', 'card', 'engine'],
    judge: judgeEngineGpu,
  },
  {
    id: 'probe',
    needs: ['engine', 'gpu'],
    after: ['platform', 'card', 'driver', 'library', 'engine', 'engine-gpu'],
    judge: judgeProbe,
  },
];

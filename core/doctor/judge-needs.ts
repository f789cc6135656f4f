import { littleDiskBytes } from '../../shared/doctor.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { formatBytes, formatMemory } from '../../shared/format.ts';
import type { DiskReading, KnownReadings } from './readings.ts';
import { failed, type Link, listed, notApplicable, ok, seen, unknown, type Verdict, warning } from './verdict.ts';

const diskNames: Record<DiskReading['what'], string> = {
  engine: 'the engine’s images',
  containerd: 'containerd’s images',
  cache: 'models',
};

/** Below this nothing of a NIM can be written any more: not even one layer. */
const noneBytes = 2e9;

function judgeDisk({ disks, engine }: KnownReadings): Verdict {
  const found = disks?.value;
  if (found === null || found === undefined) return unknown([], disks?.failure ?? null);
  const evidence = found.map(({ what, folder, freeBytes, totalBytes, problem, source }) =>
    seen(
      freeBytes === null || totalBytes === null
        ? `${folder} (${diskNames[what]}): not known. ${problem ?? ''}`.trim()
        : `${folder} (${diskNames[what]}): ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free`,
      source,
    ),
  );
  if (!found.some(({ what }) => what === 'engine') && engine?.value?.status === 'connected')
    evidence.push(
      seen('The engine’s own disk is in its virtual machine or on another machine, and cannot be seen from here.'),
    );
  const against = `${formatBytes(littleDiskBytes)}: a NIM takes 10 to 30 GB, and its model as much again`;
  const known = found.flatMap(({ freeBytes, ...disk }) => (freeBytes === null ? [] : [{ ...disk, freeBytes }]));
  const [least] = known.toSorted((a, b) => a.freeBytes - b.freeBytes);
  if (least === undefined) return unknown(evidence, null, { against });
  const message = `${formatBytes(least.freeBytes)} free in ${least.folder}, where ${diskNames[least.what]} go.`;
  const remedy =
    least.what === 'cache'
      ? 'Remove models that you no longer need from the model cache, or choose a folder on a larger disk in Settings.'
      : `Remove images that you no longer need, or move ${least.folder} to a larger disk${least.what === 'containerd' ? ' (root in /etc/containerd/config.toml)' : ' (data-root in /etc/docker/daemon.json)'}.`;
  if (least.freeBytes < noneBytes) return failed('DISK_FULL', message, evidence, { against, remedy });
  if (least.freeBytes < littleDiskBytes) return warning('DOCKER_DISK_LOW', message, evidence, { against, remedy });
  return known.length === found.length ? ok(evidence, against) : unknown(evidence, null, { against });
}

const octal = (mode: number) => mode.toString(8).padStart(3, '0');

function judgeCache({ cache }: KnownReadings): Verdict {
  const found = cache?.value;
  if (found === null || found === undefined) return unknown([], cache?.failure ?? null);
  if (found.kind === 'volume')
    return unknown([
      seen(
        `Models go into the engine’s volume “${found.name}”, because ${found.why}. Whether the container’s user may write it shows at its start.`,
      ),
    ]);
  const { folder, existing, exists, isFolder, canWrite, mode, userId, groupId, ownUserId, closed } = found;
  const evidence = [
    seen(
      `${existing}: owner ${userId}, group ${groupId}, mode ${octal(mode)}${exists ? '' : ` (${folder} is made in it)`}`,
      'file',
    ),
  ];
  const against = `user ${ownUserId ?? 'unknown'}, as whom the container runs, or a user of the image’s own (1000) in the folder’s group`;
  const mine = `sudo chown -R ${ownUserId ?? '$(id -u)'} "${folder}"`;
  if (!isFolder)
    return failed('CACHE_NOT_WRITABLE', `${existing} is a file, not a folder.`, evidence, {
      against,
      remedy: 'Choose another folder for models in Settings, or move the file away.',
    });
  if (!canWrite)
    return failed('CACHE_NOT_WRITABLE', `This user may not write ${existing}.`, evidence, {
      against,
      remedy: `Run “${mine}”, or choose another folder in Settings.`,
    });
  if (closed.length > 0)
    return warning(
      'CACHE_NOT_WRITABLE',
      `This user may not write ${listed(closed, 3)}: a container that ran as another user has made it.`,
      [...evidence, ...closed.slice(0, 6).map((path) => seen('not writable', path))],
      {
        against,
        remedy: `Run “${mine}”.`,
      },
    );
  const isOthers = exists && ownUserId !== null && ownUserId !== 0 && userId !== ownUserId && (mode & 0o070) !== 0o070;
  if (isOthers)
    return warning(
      'CACHE_NOT_WRITABLE',
      `${folder} belongs to user ${userId}, and its group may not write: NIMs with a user of their own cannot use it.`,
      evidence,
      { against, remedy: `Run “${mine}”, or “sudo chmod g+rwxs "${folder}"”.` },
    );
  return ok(evidence, against);
}

/** 16 GB, as every documented command line has it (nim-runtime facts 2); Docker's own default is 64 MB. */
const wantedShm = 16 * 1024 ** 3;
const memoryText = (bytes: number) => formatMemory(bytes / 1024 ** 2);

function judgeSharedMemory({ facts, engine }: KnownReadings): Verdict {
  const found = facts?.value;
  if (found === null || found === undefined)
    return unknown([seen('Not known while no engine answers.')], facts?.failure ?? engine?.failure ?? null);
  const against = '16 GiB (--shm-size), which NIMs on several GPUs need';
  const evidence = [
    seen('Nimdeck gives every container up to 16 GiB of /dev/shm; it is taken from memory only as it is filled.'),
  ];
  if (found.memoryBytes !== null)
    evidence.push(seen(`The engine’s machine has ${memoryText(found.memoryBytes)} of memory.`, 'GET /info, MemTotal'));
  const short = found.containers.find(
    ({ shmBytes, gpuCount }) => shmBytes !== null && shmBytes < wantedShm && (gpuCount > 1 || gpuCount === -1),
  );
  if (short !== undefined)
    return warning(
      'SHM_TOO_SMALL',
      `${short.name} has ${memoryText(short.shmBytes ?? 0)} of shared memory.`,
      evidence,
      { against, remedy: `Remove ${short.name} and run it again: then it gets 16 GiB.` },
    );
  if (found.memoryBytes !== null && found.memoryBytes < wantedShm)
    return warning(
      'SHM_TOO_SMALL',
      `The engine’s machine has only ${memoryText(found.memoryBytes)} of memory, less than a NIM on several GPUs may share.`,
      evidence,
      {
        against,
        remedy:
          engine?.value?.kind === 'docker-desktop'
            ? 'Give Docker Desktop more memory: in its settings under Resources, or “memory=32GB” under [wsl2] in %UserProfile%\\.wslconfig, then “wsl --shutdown”.'
            : 'NIMs on one GPU with small models may run. For more, a machine with at least 32 GiB is needed.',
      },
    );
  return found.memoryBytes === null ? unknown(evidence, null, { against }) : ok(evidence, against);
}

function judgeKey({ key }: KnownReadings): Verdict {
  const found = key?.value;
  if (found === null || found === undefined) return unknown([], key?.failure ?? null);
  const { state, keyHint, storage, checkedAt, failure } = found.status;
  const where =
    storage === 'file'
      ? 'kept in a file that only you can read'
      : storage === 'key-store'
        ? 'kept in this machine’s key store'
        : 'from NGC_API_KEY, kept nowhere';
  const evidence =
    keyHint === null
      ? []
      : [
          seen(`Key ending in ${keyHint}, ${where}`),
          ...(checkedAt === null ? [] : [seen(`Checked with nvcr.io at ${checkedAt}`)]),
        ];
  if (state === 'rejected')
    return failed(failure?.code ?? 'NGC_KEY_REJECTED', failure?.message ?? 'NGC refused the key.', evidence);
  if (state === 'signed-in') return ok(evidence);
  if (state === 'unchecked')
    return warning(failure?.code ?? 'NGC_UNREACHABLE', failure?.message ?? 'The key was not checked yet.', evidence);
  if (failure !== null) return warning(failure.code, failure.message, evidence);
  if (found.refused !== null)
    return failed('NGC_KEY_MISSING', `${found.refused.title} was refused without a key.`, evidence);
  return notApplicable(
    seen('No key is kept. Many images are pulled without one; it is asked for when something needs it.'),
  );
}

function judgeHosts({ hosts, machine, facts }: KnownReadings): Verdict {
  const found = hosts?.value;
  if (found === null || found === undefined) return unknown([], hosts?.failure ?? null);
  const own = machine?.value?.proxies ?? [];
  const engines = facts?.value?.proxies ?? [];
  const evidence = [
    ...found.map(({ host, what, text, tookMs }) => seen(`${host} (${what}): ${text}, ${tookMs} ms`, 'HTTPS')),
    ...(own.length === 0
      ? []
      : [
          seen(
            `Set for Nimdeck: ${own.map(({ name, value }) => `${name}=${value}`).join(', ')}. The engine, which pulls, does not see this.`,
            'environment',
          ),
        ]),
    ...(engines.length === 0
      ? []
      : [seen(`Set for the engine: ${engines.map(({ name, value }) => `${name}=${value}`).join(', ')}`, 'GET /info')]),
  ];
  const against = 'the hosts that pulls and models need, asked from here; the engine pulls by its own way';
  const bad = found.filter(({ state }) => state === 'failed');
  const [first] = [...bad.filter(({ isNeeded }) => isNeeded), ...bad];
  if (first === undefined) return ok(evidence, against);
  const { code, message } = first.failure ?? {
    code: 'NETWORK_UNREACHABLE' as const,
    message: `${first.host} cannot be reached.`,
  };
  const others = bad.length - 1;
  const text = others === 0 ? message : `${message} ${others} more of ${found.length} hosts do not answer either.`;
  const remedies: Partial<Record<ErrorCode, string>> = {
    DNS_FAILED: `Check the network and DNS; behind a firewall have these hosts opened on port 443: ${found.map(({ host }) => host).join(', ')}. What is pulled already runs without them.`,
    PROXY_PAGE:
      'Sign in at the proxy, or give the engine its address (systemd drop-in, “proxies” in daemon.json, Docker Desktop’s settings) and its certificate.',
  };
  const more = {
    against,
    remedy:
      remedies[code] ??
      `Check connection, VPN and firewall: port 443 of ${listed(
        bad.map(({ host }) => host),
        7,
      )}. What is pulled already runs without them.`,
  };
  return bad.some(({ isNeeded }) => isNeeded)
    ? failed(code, text, evidence, more)
    : warning(code, text, evidence, more);
}

export const needsLinks: readonly Link[] = [
  { id: 'disk', needs: ['disks', 'engine'], after: [], judge: judgeDisk },
  { id: 'cache', needs: ['cache'], after: [], judge: judgeCache },
  { id: 'shared-memory', needs: ['facts', 'engine'], after: ['engine'], judge: judgeSharedMemory },
  { id: 'key', needs: ['key'], after: [], judge: judgeKey },
  { id: 'hosts', needs: ['hosts', 'machine', 'facts'], after: [], judge: judgeHosts },
];

import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import { askEngine } from '../engine/ask.ts';
import { dockerError } from '../engine/docker-errors.ts';
import { namedVariables, gpuVariables } from './read-machine.ts';
import { type EngineContainer, type EngineFacts, withoutCredentials } from './readings.ts';

const infoAnswer = z.object({
  ID: z.string().nullish(),
  OSType: z.string().nullish(),
  KernelVersion: z.string().nullish(),
  MemTotal: z.number().nullish(),
  DefaultRuntime: z.string().nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  CDISpecDirs: z.array(z.string()).nullish(),
  DiscoveredDevices: z.array(z.object({ Source: z.string().nullish(), ID: z.string() })).nullish(),
  Containerd: z.object({ Address: z.string().nullish() }).nullish(),
  HttpProxy: z.string().nullish(),
  HttpsProxy: z.string().nullish(),
  NoProxy: z.string().nullish(),
});

const imageAnswer = z.array(
  z.object({
    RepoTags: z.array(z.string()).nullish(),
    Size: z.number().catch(0),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

const containerAnswer = z.object({
  Name: z.string(),
  Config: z.object({ Env: z.array(z.string()).nullish() }).nullish(),
  HostConfig: z
    .object({
      ShmSize: z.number().nullish(),
      DeviceRequests: z
        .array(z.object({ Count: z.number().nullish(), DeviceIDs: z.array(z.string()).nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** What the engine says of itself beyond `EngineState`, its images and the containers that Nimdeck made. */
export async function readEngineFacts(docker: Docker, managedLabel: string, signal: AbortSignal): Promise<EngineFacts> {
  try {
    const info = infoAnswer.parse(await askEngine(docker, { method: 'GET', path: '/info' }, signal));
    const images = imageAnswer.parse(await askEngine(docker, { method: 'GET', path: '/images/json' }, signal));
    const listed = await docker.listContainers({
      all: true,
      filters: { label: [managedLabel] },
      abortSignal: signal,
    });
    const containers: EngineContainer[] = [];
    for (const { Id } of listed) {
      const found = await inspect(docker, Id, signal);
      if (found !== null) containers.push(found);
    }
    const devices = info.DiscoveredDevices;
    return {
      id: info.ID || null,
      osType: info.OSType ?? null,
      kernel: info.KernelVersion ?? null,
      memoryBytes: info.MemTotal ?? null,
      defaultRuntime: info.DefaultRuntime ?? null,
      runtimes: Object.keys(info.Runtimes ?? {}),
      cdiFolders: info.CDISpecDirs ?? null,
      discovered:
        devices === undefined || devices === null
          ? null
          : devices.filter(({ Source }) => Source === 'cdi').map(({ ID }) => ID),
      containerdAddress: info.Containerd?.Address ?? null,
      proxies: namedVariables(
        {
          HttpProxy: info.HttpProxy || undefined,
          HttpsProxy: info.HttpsProxy || undefined,
          NoProxy: info.NoProxy || undefined,
        },
        ['HttpProxy', 'HttpsProxy', 'NoProxy'],
      ).map(({ name, value }) => ({ name, value: withoutCredentials(value) })),
      images: images.flatMap(({ RepoTags, Size, Labels }) =>
        (RepoTags ?? [])
          .filter((reference) => reference !== '<none>:<none>')
          .map((reference) => ({
            reference,
            nimVersion: Labels?.['com.nvidia.nim.version'] ?? null,
            isNim: Object.keys(Labels ?? {}).some((name) => name.startsWith('com.nvidia.nim.')),
            sizeBytes: Size,
          })),
      ),
      containers,
    };
  } catch (error) {
    throw dockerError(error, { signal, action: 'describe itself' });
  }
}

async function inspect(docker: Docker, id: string, signal: AbortSignal): Promise<EngineContainer | null> {
  try {
    const answer = containerAnswer.parse(
      await askEngine(docker, { method: 'GET', path: `/containers/${id}/json` }, signal),
    );
    const requests = answer.HostConfig?.DeviceRequests ?? [];
    const counts = requests.map(({ Count, DeviceIDs }) => (DeviceIDs ?? []).length || (Count ?? 0));
    const environment = Object.fromEntries(
      (answer.Config?.Env ?? []).map((entry): [string, string] => {
        const at = entry.indexOf('=');
        return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
      }),
    );
    return {
      name: answer.Name.replace(/^\//, ''),
      shmBytes: answer.HostConfig?.ShmSize ?? null,
      gpuCount: counts.includes(-1) ? -1 : counts.reduce((sum, count) => sum + count, 0),
      variables: namedVariables(environment, gpuVariables),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    // It was removed since the list was made, or the engine is in trouble with this one alone: the others count.
    return null;
  }
}

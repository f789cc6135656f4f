/** How a container's engine was told of GPUs: by a device request, by CDI names, by NVIDIA's runtime. */
export type ToldWay = 'hook' | 'cdi' | 'runtime';

type Maybe<T> = T | null | undefined;

/** Of `HostConfig` in `GET /containers/{id}/json`. */
export interface ToldOfGpus {
  Runtime?: Maybe<string>;
  DeviceRequests?: Maybe<readonly { Driver?: Maybe<string> }[]>;
  /** Where Podman keeps CDI names, and what `--device /dev/nvidia0` gives. */
  Devices?: Maybe<readonly { PathOnHost?: Maybe<string> }[]>;
}

/** Null: not at all. */
export function toldWay(told: Maybe<ToldOfGpus>): ToldWay | null {
  const requests = told?.DeviceRequests ?? [];
  if (requests.some(({ Driver }) => Driver === 'cdi')) return 'cdi';
  if (told?.Devices?.some(({ PathOnHost }) => /nvidia/.test(PathOnHost ?? '')) === true) return 'cdi';
  if (requests.length > 0) return 'hook';
  return told?.Runtime === 'nvidia' ? 'runtime' : null;
}

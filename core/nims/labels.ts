import { type DeploySpec, type GpuChoice, gpuChoice } from '../../shared/contract/nims.ts';

/** What makes a container ours. Nothing else about it is kept outside of the engine. */
export const label = {
  managed: 'io.nimdeck.managed',
  name: 'io.nimdeck.name',
  reference: 'io.nimdeck.reference',
  profile: 'io.nimdeck.profile',
  gpus: 'io.nimdeck.gpus',
} as const;

export const managedFilter = { label: [`${label.managed}=true`] };

export function labelsFor(spec: DeploySpec, name: string): Record<string, string> {
  return {
    [label.managed]: 'true',
    [label.name]: name,
    [label.reference]: spec.reference,
    [label.gpus]: JSON.stringify(spec.gpus),
    ...(spec.profile === null ? {} : { [label.profile]: spec.profile }),
  };
}

/** Anybody may write labels, so what cannot be read counts as not said. */
export function gpusFromLabel(text: string | undefined): GpuChoice {
  try {
    return gpuChoice.parse(JSON.parse(text ?? 'null'));
  } catch {
    // Said by nobody or not by us: then no GPU was asked for through us.
    return { kind: 'none' };
  }
}

import { readProfileName } from '../profiles/parse-profiles.ts';

/** Which GPUs a profile is made for, by what its name says. */
export interface ProfileTarget {
  /** Four hexadecimal digits in lower case; null: not by board. */
  pciDevice: string | null;
  /** `h100_nvl`, `a10g`; null: for any GPU. */
  gpuWord: string | null;
  /** An engine that was built for exactly this one: such engines are not portable. */
  computeCapability: string | null;
  /** GPUs it is spread over: those that share a layer times the stages. */
  gpus: number;
}

/** `precision:fp8|compute_capability:8.9`, as NIMs that are no language models describe their profiles. */
function tagOf(name: string, key: string): string | null {
  return new RegExp(`(?:^|\\|)\\s*${key}\\s*:\\s*([^|]+?)\\s*(?:\\||$)`, 'i').exec(name)?.[1]?.toLowerCase() ?? null;
}

const gpuWord = /^(?:gb|gh|rtx|[abhltv])_?\d{1,4}[a-z0-9_]*$/i;
/** Checksums stand in names too, and some begin like a GPU. */
const isChecksum = (part: string) => part.length > 24;

export function profileTarget(name: string): ProfileTarget {
  const { tp, pp } = readProfileName(name);
  const byBoard = /-([0-9a-f]{4}):[0-9a-f]{4}(?:-|$)/i.exec(name)?.[1]?.toLowerCase() ?? null;
  const word = tagOf(name, 'gpu') ?? name.split('-').find((part) => gpuWord.test(part) && !isChecksum(part));
  return {
    pciDevice: byBoard ?? tagOf(name, 'gpu_device')?.slice(0, 4) ?? null,
    gpuWord: word?.toLowerCase() ?? null,
    computeCapability: tagOf(name, 'compute_capability'),
    gpus: (tp ?? 1) * (pp ?? 1),
  };
}

/** Kinds of a board that engines are not shared between; one in a GPU's name must be in the profile's word as well. */
const kinds = new Set(['nvl', 'pcie', '40gb', '64gb', 'laptop', 'max', 'ti', 'super', 'd', 'mobile']);
/** An A100 computes alike on its card and on its module. */
const isSameOnCard = (parts: ReadonlySet<string>, kind: string) => kind === 'pcie' && parts.has('a100');

const partsOf = (text: string) =>
  new Set(
    text
      .toLowerCase()
      .replace(/^nvidia\s+/, '')
      // `h100pcie`, `h100nvl` as in `h100_nvl`; `rtx4090` as in `RTX 4090`.
      .replaceAll(/([abhl]\d{2,3})(pcie|nvl)\b/g, '$1 $2')
      .replaceAll(/\brtx(?=\d)/g, 'rtx ')
      .split(/[^a-z0-9]+/)
      .filter(Boolean),
  );

/** Whether `h100_nvl` means this GPU: every part of the word is in its name, and no kind of board stands there besides. */
export function isNamedGpu(word: string, gpuName: string): boolean {
  const wanted = partsOf(word);
  const named = partsOf(gpuName);
  for (const part of wanted) if (!named.has(part)) return false;
  for (const part of named) {
    if (kinds.has(part) && !wanted.has(part) && !isSameOnCard(named, part)) return false;
  }
  return true;
}

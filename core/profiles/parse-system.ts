import { toPlainLines } from '../lib/saved-output.ts';

/** A GPU as `list-model-profiles` lists it under SYSTEM INFO. */
export interface ListedGpu {
  /** PCI device, four hexadecimal digits in lower case, without the vendor. */
  pciDevice: string | null;
  name: string;
  /** What the tool counts as free: it then says so by the list the GPU stands in. */
  isFree: boolean;
}

const gpuLine = /^\s*[-*]\s+(?:\[([0-9a-f]{4}):[0-9a-f]{4}\]\s*)?\(\d+\)\s*(.+?)\s*(?:\[current utilization.*)?$/i;

/** The GPUs that the tool found, free ones and others, in its order; null where the output has no list of them. */
export function parseSystem(text: string): ListedGpu[] | null {
  let gpus: ListedGpu[] | null = null;
  let isFree: boolean | null = null;
  for (const line of toPlainLines(text)) {
    const title = /^\s*(?:[-*]\s+)?(non-)?free gpus\s*(?::|$)/i.exec(line);
    if (title !== null) {
      gpus ??= [];
      isFree = title[1] === undefined;
      continue;
    }
    if (/^\s*(?:[-*]\s+)?(?:model profiles|(?:in)?compatible with)\b/i.test(line)) isFree = null;
    const [, pciDevice, name] = (isFree === null ? null : gpuLine.exec(line)) ?? [];
    if (gpus === null || isFree === null || name === undefined) continue;
    gpus.push({ pciDevice: pciDevice?.toLowerCase() ?? null, name, isFree });
  }
  return gpus;
}

/**
 * Compute capability by the first digits of a PCI device number: each chip has its own range (the open kernel modules' list
 * of products, joined with pci.ids; gpu facts 4). Null: not one of these.
 */
export function capabilityOfBoard(pciDevice: string): string | null {
  const device = pciDevice.toLowerCase();
  // Thor's integrated GPU stands at the beginning of a range of desktop boards.
  if (device === '2b00') return '11.0';
  return byRange[device.slice(0, 2)] ?? null;
}

const byRange: Readonly<Record<string, string>> = {
  '1d': '7.0',
  '1e': '7.5',
  '1f': '7.5',
  '20': '8.0',
  '21': '7.5',
  '22': '8.6',
  '23': '9.0',
  '24': '8.6',
  '25': '8.6',
  '26': '8.9',
  '27': '8.9',
  '28': '8.9',
  '29': '10.0',
  '2b': '12.0',
  '2c': '12.0',
  '2d': '12.0',
  '2e': '12.1',
  '2f': '12.0',
  '31': '10.3',
};

/** Precisions that older GPUs cannot compute in, and from which capability on they can (gpu facts 4). */
const neededFor: Readonly<Record<string, number>> = { fp8: 8.9, mxfp8: 8.9, nvfp4: 10, fp4: 10, bf16: 8 };

/** Null: the precision or the GPU is not known. */
export function canCompute(precision: string | null, computeCapability: string | null): boolean | null {
  if (precision === null || computeCapability === null) return null;
  const needed = neededFor[precision.toLowerCase()] ?? 0;
  const has = Number(computeCapability);
  return Number.isFinite(has) ? has >= needed : null;
}

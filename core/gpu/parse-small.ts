import { leadingVersionOf, versionPairOf } from './values.ts';

/** `nvidia-smi topo -m`; null for anything else. */
export function parseTopology(lines: readonly string[]): {
  gpusInMatrix: string[];
  cpuAffinity: Record<string, string>;
} | null {
  const at = lines.findIndex((line) => /\bGPU0\b/.test(line) && /\bCPU Affinity\b/.test(line));
  if (at < 0) return null;
  // A pasted copy has blanks where there were tabs.
  const split = (line: string) => line.split(line.includes('\t') ? '\t' : / {2,}/).map((cell) => cell.trim());
  const header = split(lines[at] ?? '');
  const gpusInMatrix = header.filter((cell) => /^GPU\d+$/.test(cell));
  // Where the first, empty cell was trimmed away the header stands one to the left.
  const column = header.indexOf('CPU Affinity') + (header[0] === '' ? 0 : 1);
  const affinities = lines.slice(at + 1).flatMap((line) => {
    const cells = split(line);
    const affinity = cells[column];
    return gpusInMatrix.includes(cells[0] ?? '') && affinity !== undefined && /^\d[\d,-]*$/.test(affinity)
      ? [[cells[0] ?? '', affinity] as const]
      : [];
  });
  return { gpusInMatrix, cpuAffinity: Object.fromEntries(affinities) };
}

/** `nvidia-smi --version`, with the names of R610, too; null for anything else. */
export function parseVersion(
  lines: readonly string[],
): { driverVersion: string | null; cudaVersion: string | null } | null {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^(NVIDIA-SMI|NVML|DRIVER|KMD|CUDA|CUDA UMD) version *: *(.*)$/i.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !fields.has(name.toUpperCase()))
      fields.set(name.toUpperCase(), value);
  }
  if (!fields.has('NVIDIA-SMI') && !fields.has('DRIVER') && !fields.has('KMD')) return null;
  return {
    driverVersion: leadingVersionOf(fields.get('DRIVER')) ?? leadingVersionOf(fields.get('KMD')),
    cudaVersion: versionPairOf(fields.get('CUDA')) ?? versionPairOf(fields.get('CUDA UMD')),
  };
}

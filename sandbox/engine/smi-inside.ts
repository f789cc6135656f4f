import type { SimulatedDevice } from '../machines/machine.ts';
import type { ProcessOutput } from './process.ts';

/**
 * `nvidia-smi` inside of a container, which NVIDIA's toolkit puts there with the GPUs: only `-L`, for what the container
 * was given. A slice is listed under its GPU.
 * @returns the exit code
 */
export function smiInside(args: readonly string[], given: readonly SimulatedDevice[], output: ProcessOutput): number {
  if (args.join(' ') !== '-L') {
    output.out("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n");
    return 2;
  }
  const parents = [...new Set(given.map(({ uuid, parentUuid }) => parentUuid ?? uuid))];
  for (const [number, parent] of parents.entries()) {
    const slices = given.filter(({ parentUuid }) => parentUuid === parent);
    const name = (given.find(({ uuid }) => uuid === parent) ?? slices[0])?.name.replace(/ MIG \S+$/, '');
    output.out(`GPU ${number}: ${name} (UUID: ${parent})\n`);
    for (const [index, slice] of slices.entries()) {
      const profile = / MIG (\S+)$/.exec(slice.name)?.[1] ?? '';
      output.out(`  MIG ${profile.padEnd(12)}Device ${String(index).padStart(2)}: (UUID: ${slice.uuid})\n`);
    }
  }
  return 0;
}

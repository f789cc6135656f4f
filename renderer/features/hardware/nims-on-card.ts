import type { GpuReport } from '../../../shared/contract/gpu.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { chosenPlaces, gpuPlaces } from '../../../shared/gpu-places.ts';
import { isUp } from './board.ts';

/** Those that are up and were given the card or a slice of it: while they are, it cannot be cut anew. */
export function nimsOnCard(gpuIndex: number, report: GpuReport, nims: readonly Nim[]): Nim[] {
  const places = gpuPlaces(report);
  return nims.filter(
    (nim) =>
      isUp(nim) &&
      chosenPlaces(nim.gpus, places).some((place) => typeof place !== 'string' && place.gpu.index === gpuIndex),
  );
}

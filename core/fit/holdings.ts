import type { MemoryHolder } from '../../shared/contract/gpu.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { choosePlaces, type Place } from './places.ts';

const isOver = new Set<Nim['status']>(['stopped', 'exited']);

export const keyOf = (place: Pick<Place, 'id' | 'number'>): string => place.id ?? place.number;

/**
 * What each NIM holds on each place, MiB: of whole GPUs what the driver says of its processes; of a slice that it alone was
 * given, all that is used there. Where processes cannot be told apart (an engine in a virtual machine), what nobody is known
 * to hold is the one NIM's that was given the GPU; of two it is nobody's, since a guess would say to stop the wrong one.
 */
export function holdingsOf(
  nims: readonly Nim[],
  places: readonly Place[],
  holders: readonly MemoryHolder[],
): Map<string, Map<string, number>> {
  const running = nims.filter(({ status, gpus }) => !isOver.has(status) && gpus.kind !== 'none');
  const held = new Map(running.map(({ id }) => [id, new Map<string, number>()]));
  const given = new Map(running.map(({ id, gpus }) => [id, new Set(choosePlaces(gpus, places).chosen.map(keyOf))]));

  for (const place of places) {
    if (place.isSliced) continue;
    const key = keyOf(place);
    const here = running.filter(({ id }) => given.get(id)?.has(key) === true);
    let rest = place.takenMiB;
    const unseen = new Set(here.map(({ id }) => id));
    if (place.memory !== 'slice') {
      for (const { gpuIndex, memoryMiB, nim } of holders) {
        if (gpuIndex !== place.gpuIndex) continue;
        if (nim !== null) {
          unseen.delete(nim.id);
          const mine = held.get(nim.id);
          if (memoryMiB !== null) mine?.set(key, (mine.get(key) ?? 0) + memoryMiB);
        }
        // Memory that is held by somebody, nobody knows how much: then the rest is not to be had.
        rest = rest === null || memoryMiB === null ? null : rest - memoryMiB;
      }
    }
    const [only] = unseen;
    if (unseen.size !== 1 || only === undefined || rest === null) continue;
    // On a machine that shares its memory the rest is everybody's; on a card with a desktop a little of it is.
    if (place.memory !== 'system' && rest > 0.05 * (place.totalMiB ?? 0)) held.get(only)?.set(key, rest);
  }
  return held;
}

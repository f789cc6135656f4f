import type { FitAnswer } from '../../../shared/contract/fit.ts';
import { formatMemory } from '../../../shared/format.ts';
import { fitLook } from '../../app/fit-text.ts';
import { words } from '../../words.ts';

/** `No room now: needs 14.2 GiB, 9.4 GiB is free`: the verdict with the figures or the reason that decided. */
export function fitText({ verdict, reason, needMiB, devices }: FitAnswer): string {
  const text = words.hardware;
  const said = fitLook({ verdict, reason }).word;
  const [device] = devices;
  const freeMiB =
    device === undefined || device.totalMiB === null || device.takenMiB === null
      ? null
      : Math.max(0, device.totalMiB - device.takenMiB);
  const isAboutMemory = reason === null || reason === 'too-large' || reason === 'taken' || reason === 'little-spare';
  if (isAboutMemory && needMiB !== null && freeMiB !== null)
    return text.verdictWith(said, text.needs(formatMemory(needMiB), formatMemory(freeMiB)));
  return reason === null ? said : text.verdictWith(said, text.reasons[reason]);
}

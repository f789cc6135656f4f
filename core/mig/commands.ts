import type { MigCommand, MigInstance, MigLayout } from '../../shared/contract/gpu.ts';
import type { MigCard } from './table.ts';

/** What is known of the card before the commands; null: not known, as where only a kind of card was named. */
export interface MigState {
  isMigEnabled: boolean | null;
  /** It is cut already, or may be. */
  hasSlices: boolean;
}

/**
 * What a person types, as root, to cut a card in this way. Nimdeck never runs them: they end every process on the card.
 * @param gpu index or UUID, as `nvidia-smi -i` takes it
 */
export function migCommands(
  card: MigCard,
  gpu: string,
  layout: MigLayout,
  { isMigEnabled, hasSlices }: MigState = { isMigEnabled: null, hasSlices: false },
): MigCommand[] {
  const enable: MigCommand[] = [
    {
      command: `sudo nvidia-smi -i ${gpu} -mig 1`,
      why: card.isResetNeeded
        ? 'Turns MIG on. Nothing may use the card; it then waits for a reset (next line) or a reboot.'
        : 'Turns MIG on at once. Nothing may use the card.',
    },
    ...reset(card, gpu),
  ];
  return [
    ...(isMigEnabled === true ? [] : enable),
    ...(isMigEnabled === true && hasSlices ? [removeSlices(gpu)] : []),
    makeSlices(
      card,
      gpu,
      layout.instances,
      'Makes the slices at these places, each with its compute instance: without that nothing can run on it.',
    ),
    ...afterwards,
  ];
}

const makeSlices = (card: MigCard, gpu: string, instances: readonly MigInstance[], why: string): MigCommand => ({
  command: `sudo nvidia-smi mig -i ${gpu} -cgi ${instances.map(placed(card)).join(',')} -C`,
  why,
});

const afterwards: readonly MigCommand[] = [
  { command: 'nvidia-smi -L', why: 'Lists the slices with the UUIDs by which a container is given one.' },
  {
    command: 'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
    why: 'Only where containers get GPUs by CDI: its file does not follow a change of slices.',
  },
];

const reset = (card: MigCard, gpu: string): MigCommand[] =>
  card.isResetNeeded
    ? [
        {
          command: `sudo nvidia-smi --gpu-reset -i ${gpu}`,
          why: 'Makes the change valid. In a virtual machine it may need a reboot instead.',
        },
      ]
    : [];

const removeSlices = (gpu: string): MigCommand => ({
  command: `sudo nvidia-smi mig -i ${gpu} -dci && sudo nvidia-smi mig -i ${gpu} -dgi`,
  why: 'Removes the compute instances, then the slices. It fails while one is in use.',
});

/**
 * How the card becomes what it was before the commands: whole where MIG was off, else cut as it was.
 * @param present null: how it was cut is not known
 */
export function undoMigCommands(
  card: MigCard,
  gpu: string,
  isMigEnabled: boolean | null,
  present: readonly MigInstance[] | null,
): MigCommand[] {
  const remove = removeSlices(gpu);
  if (isMigEnabled !== true) {
    const why = isMigEnabled === null ? 'Turns MIG off, if it was off before.' : 'Turns MIG off, as it was before.';
    return [remove, { command: `sudo nvidia-smi -i ${gpu} -mig 0`, why }, ...reset(card, gpu)];
  }
  if (present === null) {
    const why = `${remove.why} Then make the old ones again: the driver does not say here how the card is cut, so note before what “sudo nvidia-smi mig -i ${gpu} -lgi” lists.`;
    return [{ ...remove, why }];
  }
  if (present.length === 0) return [remove];
  const why = 'Makes the slices that were there before, at their places. They get new UUIDs.';
  return [remove, makeSlices(card, gpu, present, why), ...afterwards];
}

export const migWarning =
  'Slices vanish at a reboot and at a reset of the card, and must be made again; nvidia-mig-parted can do that at every start.';

/** What to know before anything of it is typed (gpu facts 3.2). */
export function migWarnings(card: MigCard): string[] {
  return [
    migWarning,
    'Containers get the slices by CDI only after its file was made again; slices that were made anew have new UUIDs.',
    'Every client of the card must be ended first, monitors too (DCGM, nvsm); else the change stays pending.',
    ...(card.isResetNeeded
      ? ['This card changes its mode only after a reset or a reboot; in a virtual machine after a reboot of that.']
      : []),
  ];
}

const placed = (card: MigCard) => (instance: MigInstance) =>
  `${card.profiles.find(({ name }) => name === instance.profile)?.id ?? instance.profile}:${instance.start}`;

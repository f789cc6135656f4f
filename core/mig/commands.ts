import type { MigInstance, MigLayout } from './plan.ts';
import type { MigCard } from './table.ts';

export interface MigCommand {
  command: string;
  /** What it does and what to know before, in a sentence or two. */
  why: string;
}

/**
 * What a person types, as root, to cut a card in this way. Nimdeck never runs them: they end every process on the card.
 * @param gpu index or UUID, as `nvidia-smi -i` takes it
 */
export function migCommands(card: MigCard, gpu: string, layout: MigLayout): MigCommand[] {
  const on = `sudo nvidia-smi -i ${gpu}`;
  return [
    {
      command: `${on} -mig 1`,
      why: card.isResetNeeded
        ? 'Turns MIG on. Nothing may use the card; it then waits for a reset (next line) or a reboot.'
        : 'Turns MIG on at once. Nothing may use the card.',
    },
    ...(card.isResetNeeded
      ? [
          {
            command: `sudo nvidia-smi --gpu-reset -i ${gpu}`,
            why: 'Makes the change valid. In a virtual machine it may need a reboot instead.',
          },
        ]
      : []),
    {
      command: `sudo nvidia-smi mig -i ${gpu} -cgi ${layout.instances.map(placed(card)).join(',')} -C`,
      why: 'Makes the slices at these places, each with its compute instance: without that nothing can run on it.',
    },
    { command: 'nvidia-smi -L', why: 'Lists the slices with the UUIDs by which a container is given one.' },
    {
      command: 'sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml',
      why: 'Only where containers get GPUs by CDI: its file does not follow a change of slices.',
    },
  ];
}

/** How the card becomes whole again. */
export function undoMigCommands(gpu: string): MigCommand[] {
  return [
    {
      command: `sudo nvidia-smi mig -i ${gpu} -dci && sudo nvidia-smi mig -i ${gpu} -dgi`,
      why: 'Removes the compute instances, then the slices. It fails while one is in use.',
    },
    { command: `sudo nvidia-smi -i ${gpu} -mig 0`, why: 'Turns MIG off.' },
  ];
}

export const migWarning =
  'Slices vanish at a reboot and at a reset of the card, and must be made again; nvidia-mig-parted can do that at every start.';

const placed = (card: MigCard) => (instance: MigInstance) =>
  `${card.profiles.find(({ name }) => name === instance.profile)?.id ?? instance.profile}:${instance.start}`;

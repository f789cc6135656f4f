// Makes assets/mig-profiles.json, what each MIG-capable card can be cut into, from the compiled table with its sources.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migTable } from '../core/mig/table.ts';
import { z } from '../shared/zod.ts';

export const sourceFile = fileURLToPath(new URL('../../shared/data/mig-profiles.json', import.meta.url));
export const tableFile = fileURLToPath(new URL('../assets/mig-profiles.json', import.meta.url));

const credit =
  'Compiled from NVIDIA’s MIG user guide, the default configuration of github.com/NVIDIA/mig-parted and listings of nvidia-smi mig -lgip that users published. Where no listing was found, ids, memory or placements are null.';

const source = z.object({
  gpus: z.record(
    z.string(),
    z.object({
      gpus: z.array(z.string()),
      pci: z.array(z.string()),
      compute_slices: z.number(),
      memory_slots: z.number().nullable(),
      min_driver: z.string().nullable(),
      reset_needed: z.boolean().nullish(),
      profiles: z.array(
        z.object({
          name: z.string(),
          profile_id: z.number().nullable(),
          compute_slices: z.number(),
          memory_gib: z.number().nullish(),
          sm: z.number().nullish(),
          max_instances: z.number(),
          placements: z.object({ starts: z.array(z.number()), size: z.number() }).nullish(),
        }),
      ),
    }),
  ),
});

/** @returns the text of assets/mig-profiles.json; the same input gives the same bytes */
export function makeMigTable(text: string): string {
  const cards = Object.entries(source.parse(JSON.parse(text)).gpus).map(([key, card]) => ({
    key,
    names: card.gpus,
    pciDevices: card.pci,
    computeSlices: card.compute_slices,
    memorySlots: card.memory_slots,
    minDriver: card.min_driver,
    isResetNeeded: card.reset_needed ?? false,
    profiles: card.profiles.map((profile) => ({
      name: profile.name,
      id: profile.profile_id,
      computeSlices: profile.compute_slices,
      memoryGiB: profile.memory_gib ?? null,
      multiprocessors: profile.sm ?? null,
      maxInstances: profile.max_instances,
      placements: profile.placements ?? null,
    })),
  }));
  const table = migTable.parse({ credit, cards });
  const rows = table.cards.map((card) => JSON.stringify(card)).join(',\n');
  return `{"credit":${JSON.stringify(table.credit)},"cards":[\n${rows}\n]}\n`;
}

if (import.meta.main) {
  if (!existsSync(sourceFile)) throw new Error(`The source is not there: ${sourceFile}`);
  writeFileSync(tableFile, makeMigTable(readFileSync(sourceFile, 'utf8')));
}

import { readFile } from 'node:fs/promises';
import { z } from '../../shared/zod.ts';
import { shippedPath } from '../lib/shipped.ts';

const migProfile = z.object({
  /** As in `nvidia-smi mig -lgip`, without "MIG ". */
  name: z.string(),
  /** The number that `-cgi` takes; null where no listing was found. */
  id: z.number().int().nullable(),
  computeSlices: z.number().int(),
  memoryGiB: z.number().nullable(),
  multiprocessors: z.number().int().nullable(),
  maxInstances: z.number().int(),
  /** The first memory slots it may have, and how many slots it takes; null where no listing was found. */
  placements: z.object({ starts: z.array(z.number().int()), size: z.number().int() }).nullable(),
});
export type MigProfile = z.infer<typeof migProfile>;

const migCard = z.object({
  key: z.string(),
  /** Parts of the names that nvidia-smi gives these cards. */
  names: z.array(z.string()),
  /** PCI device numbers, four hexadecimal digits. */
  pciDevices: z.array(z.string()),
  computeSlices: z.number().int(),
  memorySlots: z.number().int().nullable(),
  minDriver: z.string().nullable(),
  /** Whether turning MIG on needs a reset of the card (Ampere does, Hopper and later do not). */
  isResetNeeded: z.boolean(),
  profiles: z.array(migProfile),
});
export type MigCard = z.infer<typeof migCard>;

export const migTable = z.object({ credit: z.string(), cards: z.array(migCard) });

/** What each MIG-capable card can be cut into; the sources are named in the table's credit. */
export async function readMigCards(): Promise<MigCard[]> {
  return migTable.parse(JSON.parse(await readFile(shippedPath('assets/mig-profiles.json'), 'utf8'))).cards;
}

const spelled = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

/**
 * The card of a name, as nvidia-smi, a shop or this table gives it ("NVIDIA A100-SXM4-40GB", "H100 PCIe", "A100-40"); null
 * for one that is not in the table, and so, as far as known, has no MIG.
 */
export function findMigCard(cards: readonly MigCard[], name: string, pciDevice: string | null = null): MigCard | null {
  const byNumber =
    pciDevice === null ? undefined : cards.find((card) => card.pciDevices.includes(pciDevice.toUpperCase()));
  if (byNumber !== undefined) return byNumber;
  const wanted = spelled(name);
  const isPart = (part: string) => ` ${wanted} `.includes(` ${spelled(part)} `);
  // The longest name wins: "H100 80GB HBM3" is not the "H100" of another board.
  const matches = cards
    .flatMap((card) => [card.key, ...card.names].filter(isPart).map((part) => ({ card, length: part.length })))
    .toSorted((a, b) => b.length - a.length);
  return matches[0]?.card ?? null;
}

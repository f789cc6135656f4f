import { writeFileSync } from 'node:fs';

const totalBytes = 2_000e9;
const usualFreeBytes = 1_200e9;
/** Less than the smallest image takes. */
const nearlyFullBytes = 1.2e9;

/** The disk of the simulated machine, in a file for whoever looks there in place of asking the system. */
export function writeDisk(file: string, isNearlyFull: boolean): void {
  writeFileSync(file, JSON.stringify({ freeBytes: isNearlyFull ? nearlyFullBytes : usualFreeBytes, totalBytes }));
}

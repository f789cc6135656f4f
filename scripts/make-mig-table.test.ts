import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeMigTable, sourceFile, tableFile } from './make-mig-table.ts';

test.skipIf(!existsSync(sourceFile))('the shipped table is the one made from the source beside the checkout', () => {
  expect(readFileSync(tableFile, 'utf8')).toBe(makeMigTable(readFileSync(sourceFile, 'utf8')));
});

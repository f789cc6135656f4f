import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeHostedTable, sourceFile, tableFile } from './make-hosted-table.ts';

test.skipIf(!existsSync(sourceFile))('the shipped table is the one made from the source beside the checkout', () => {
  expect(readFileSync(tableFile, 'utf8')).toBe(makeHostedTable(readFileSync(sourceFile, 'utf8')));
});

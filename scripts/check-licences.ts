// What is shipped has licences that allow it, and THIRD_PARTY_NOTICES says them all. `--write` brings the file up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findForbidden, writeNotices } from './package/notices.ts';
import { findShippedPackages } from './package/shipped-packages.ts';
import { root } from './stages.ts';

const file = join(root, 'THIRD_PARTY_NOTICES');
const packages = await findShippedPackages();
const forbidden = findForbidden(packages);
for (const { name, version, licence } of forbidden) console.log(`${name} ${version} may not be shipped: ${licence}`);

const notices = writeNotices(packages);
if (process.argv.includes('--write')) {
  writeFileSync(file, notices);
} else if (readFileSync(file, 'utf8') !== notices) {
  console.log('THIRD_PARTY_NOTICES is not what is shipped; run: node scripts/check-licences.ts --write');
  process.exitCode = 1;
}
if (forbidden.length > 0) process.exitCode = 1;
console.log(`${packages.length} packages of others are shipped, ${forbidden.length} that may not be`);

// A check that cannot fail is no check: plants one violation per layer rule in a scratch folder and expects each to be refused.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Plant {
  file: string;
  text: string;
  refusedBy: 'oxlint' | 'tsc';
}

const importing = (file: string, from: string): Plant => ({
  file,
  text: `import * as planted from '${from}';\nexport const used = planted;\n`,
  refusedBy: 'oxlint',
});

const plants: Plant[] = [
  importing('shared/planted-node.ts', 'node:fs'),
  importing('shared/planted-core.ts', '../core/index.ts'),
  importing('shared/planted-zod.ts', 'zod'),
  importing('core/nims/planted-electron.ts', 'electron'),
  importing('core/nims/planted-sandbox.ts', '../../sandbox/nim/main.ts'),
  importing('core/nims/planted-testing.ts', '../testing/deps.ts'),
  importing('renderer/features/planted-core.ts', '../../core/index.ts'),
  importing('renderer/features/planted-node.ts', 'node:os'),
  importing('renderer/ui/planted-feature.ts', '../features/models/page.tsx'),
  importing('headless/planted-docker.ts', 'dockerode'),
  importing('cli/planted-renderer.ts', '../renderer/main.tsx'),
  importing('electron/planted-domain.ts', '../core/nims/service.ts'),
  importing('sandbox/planted-react.ts', 'react'),
  { file: 'core/planted-long.ts', text: 'export {};\n'.repeat(401), refusedBy: 'oxlint' },
  { file: 'core/planted-console.ts', text: "console.log('planted');\n", refusedBy: 'oxlint' },
  { file: 'shared/planted-process.ts', text: 'export const planted = process.pid;\n', refusedBy: 'tsc' },
  { file: 'shared/planted-document.ts', text: 'export const planted = document.title;\n', refusedBy: 'tsc' },
];

function run(program: string, args: string[], cwd: string): string {
  const result = spawnSync(join(root, 'node_modules/.bin', program), args, { cwd, encoding: 'utf8' });
  if (result.error !== undefined) throw result.error;
  return result.stdout + result.stderr;
}

const scratch = mkdtempSync(join(tmpdir(), 'nimdeck-planted-'));
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
const missed: string[] = [];
try {
  for (const plant of plants) {
    mkdirSync(dirname(join(scratch, plant.file)), { recursive: true });
    writeFileSync(join(scratch, plant.file), plant.text);
  }
  writeFileSync(join(scratch, 'core/planted-clean.ts'), 'export const clean = 1;\n');
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'tsconfig.node.json', 'tsconfig.web.json']) {
    cpSync(join(root, file), join(scratch, file));
  }

  const lint = run('oxlint', ['-c', '.oxlintrc.json', '--format', 'unix', '.'], scratch);
  const types =
    run('tsc', ['-p', 'tsconfig.web.json', '--noEmit'], scratch) +
    run('tsc', ['-p', 'tsconfig.node.json', '--noEmit'], scratch);
  for (const plant of plants) {
    const text = plant.refusedBy === 'oxlint' ? lint : types;
    if (!text.includes(plant.file)) missed.push(`${plant.file} was not refused by ${plant.refusedBy}`);
  }
  if (lint.includes('planted-clean')) missed.push('a clean file was refused');
  if (missed.length > 0) console.error(lint + types);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

for (const line of missed) console.error(line);
console.log(`layers: ${plants.length - missed.length} of ${plants.length} planted violations refused`);
process.exitCode = missed.length === 0 ? 0 : 1;

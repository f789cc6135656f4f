import { join } from 'node:path';
import { root, run } from '../stages.ts';

const builder = join(root, 'node_modules/electron-builder/cli.js');

/** Runs the builder on electron-builder.yml; what it is given comes after the target: `--linux dir --x64`. */
export async function runBuilder(args: readonly string[]): Promise<void> {
  const exitCode = await run(process.execPath, [builder, '--publish', 'never', ...args]);
  if (exitCode !== 0) throw new Error(`The desktop package could not be made (exit code ${exitCode}).`);
}

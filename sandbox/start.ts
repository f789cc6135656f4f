import { OptionsError, readOptions } from './practice/options.ts';
import { startTree, type Tree } from './practice/tree.ts';

// The practice tree: one process that holds every stand-in. It prints one line of JSON (`Announcement`) when everything
// listens, and ends with its parent: when its standard input does, or, as a child of Electron, with the whole app.

const isElectronChild = 'parentPort' in process;
let tree: Promise<Tree> | null = null;

async function stop(): Promise<never> {
  const started = await tree?.catch(() => null);
  await started?.close();
  process.exit(0);
}

// Both come from the terminal to everything in it; the parent decides when we end.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.once('SIGTERM', () => void stop());
// Whoever read the line may be gone before us.
process.stdout.on('error', () => {});
if (!isElectronChild)
  process.stdin
    .once('end', () => void stop())
    .once('error', () => void stop())
    .resume();

try {
  tree = startTree(readOptions(process.argv[2]));
  const { announcement } = await tree;
  process.stdout.write(`${JSON.stringify(announcement)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof OptionsError ? error.message : String(error)}\n`);
  process.exit(error instanceof OptionsError ? 2 : 1);
}

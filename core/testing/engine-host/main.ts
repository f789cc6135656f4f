// Starts the engines and the registry for a run of tests, prints one line of JSON that says where their description
// lies, and stays until SIGTERM or the end of its stdin; then nothing of it is left. Exit code 3 and one line on stderr
// where this machine cannot do it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineNames, startEngine } from './engine.ts';
import type { TestHost } from './host.ts';
import { addImages } from './images.ts';
import { type Slot, takeSlot } from './place.ts';
import { RegistryStorage, startRegistry } from './registry.ts';
import { whatIsMissing } from './requirements.ts';

const end = new AbortController();
const stop = () => end.abort();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();

const told = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve(), { once: true }));

async function start(slot: Slot, signal: AbortSignal): Promise<void> {
  const storage = new RegistryStorage(join(slot.dataFolder, 'registry'));
  const [images, ...engines] = await Promise.all([
    addImages(storage),
    ...engineNames.map((name, index) => startEngine(slot, index, name, signal)),
  ]);
  const registry = await startRegistry(slot, storage, signal);
  const host: TestHost = { engines: engines.map(({ engine }) => engine), registry, images };
  const descriptionFile = join(slot.folder, 'host.json');
  writeFileSync(descriptionFile, JSON.stringify(host, null, 2));
  process.stdout.write(`${JSON.stringify({ descriptionFile })}\n`);
}

const missing = await whatIsMissing();
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
  process.exit(3);
}

const slot = await takeSlot();
const started = start(slot, end.signal);
try {
  await Promise.race([started.then(() => told), told]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// Twice, because a start that is broken off may have started one program more in between.
end.abort();
await slot.clear();
await Promise.allSettled([started]);
await slot.free();
process.exit();

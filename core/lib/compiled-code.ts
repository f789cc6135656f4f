import { enableCompileCache, flushCompileCache } from 'node:module';

/** The start is over by then. */
const writeAfterMs = 5_000;

/**
 * What V8 makes of our code is kept for the next start. SECURITY: in a folder of the user alone; Node's default lies in
 * the folder for temporary files, where others may put something in its place.
 */
export function keepCompiledCode(folder: string): void {
  enableCompileCache(folder);
  // Node writes it at a clean end by itself; one that is killed each time would never have it.
  setTimeout(flushCompileCache, writeAfterMs).unref();
}

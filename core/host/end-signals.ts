interface EndSignals {
  /** Ctrl-C: somebody sits there and can be asked. */
  onInterrupt: () => void;
  /** Nobody reads questions: a service manager, a terminal that was closed. */
  onTerminate: () => void;
  /** Whoever read our output has left (`| head`). */
  onOutputGone?: () => void;
}

let isGuarded = false;

/** A lost terminal or pipe is no crash in the middle of a clean end: there is only nobody to tell. Stays to the very end. */
function guardOutputs(): void {
  if (isGuarded) return;
  isGuarded = true;
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
}

/** Hears what asks this process to end. @returns stops hearing */
export function hearEndSignals({ onInterrupt, onTerminate, onOutputGone = () => {} }: EndSignals): () => void {
  guardOutputs();
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('SIGHUP', onTerminate);
  process.stdout.on('error', onOutputGone);
  return () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    process.off('SIGHUP', onTerminate);
    process.stdout.off('error', onOutputGone);
  };
}

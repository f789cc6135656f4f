/** Resolves at the next frame; rejects with the signal's reason. */
export function nextFrame(signal: AbortSignal): Promise<void> {
  return pause(signal, (resolve) => {
    const handle = requestAnimationFrame(resolve);
    return () => cancelAnimationFrame(handle);
  });
}

export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return pause(signal, (resolve) => {
    const handle = setTimeout(resolve, ms);
    return () => clearTimeout(handle);
  });
}

function pause(signal: AbortSignal, start: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = start(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

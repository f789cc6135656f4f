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

/** Resolves once the window is to be seen; rejects with the signal's reason. */
export function whenShown(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return pause(signal, (resolve) => {
    const onChange = () => document.hidden || resolve();
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
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

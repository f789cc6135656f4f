import { AppError, isAppError } from '../../shared/errors.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { whenConnected, type Connection } from '../connection.ts';
import { delay, nextFrame, whenShown } from './pause.ts';

export interface StreamReader<T> {
  connection: Connection;
  /** Called again after a cut, so it may begin where the last one ended. */
  open(signal: AbortSignal): AsyncIterable<T>;
  onItem(item: T): void;
  /** Null when items come again. */
  onFailure(failure: AppError | null): void;
  signal: AbortSignal;
  /** At least so long between two items; 0: one a frame. */
  everyMs: number;
  /** Closed with the window's sight, and opened again with it. */
  isLook?: boolean;
}

const firstWaitMs = 1_000;
const longestWaitMs = 15_000;

export function toAppError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError('INTERNAL', '');
}

/**
 * Reads one item a frame and asks for the next only then, so that what comes faster is merged at its source. In a
 * hidden window no frame comes: the stream rests, and the newest state is there when the window is shown again.
 * Goes on after a reconnect; ends with the stream, with a failure that trying again would not mend, or by the signal.
 */
export async function readStream<T>(reader: StreamReader<T>): Promise<void> {
  const { connection, signal } = reader;
  let waitMs = firstWaitMs;
  let isFailing = false;
  while (await isWanted(reader)) {
    const look = beginLook(reader);
    try {
      for await (const item of reader.open(look.signal)) {
        if (look.signal.aborted) break;
        if (isFailing) reader.onFailure(null);
        isFailing = false;
        waitMs = firstWaitMs;
        reader.onItem(item);
        if (reader.everyMs > 0) await delay(reader.everyMs, look.signal);
        if (reader.everyMs === 0 || document.hidden) await nextFrame(look.signal);
      }
      if (!look.signal.aborted) return;
    } catch (error) {
      // Also the reason of the pauses: nobody reads any more, so there is nobody to tell.
      if (signal.aborted) return;
      if (look.signal.aborted) continue;
      const failure = toAppError(error);
      // A cut is what the banner shows; what was read stays.
      if (failure.code !== 'DISCONNECTED') {
        isFailing = true;
        reader.onFailure(failure);
        if (!errorCatalog[failure.code].retry) return;
      }
      try {
        // After a cut, too: a core that accepts and hangs up at once must not make the page spin.
        await delay(failure.code === 'DISCONNECTED' ? firstWaitMs / 10 : waitMs, signal);
        await whenConnected(connection, signal);
      } catch {
        // Only the signal ends these two waits.
        return;
      }
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    } finally {
      look.end();
    }
  }
}

/** Waits until somebody can see it, where that counts. */
async function isWanted({
  signal,
  isLook = false,
}: Pick<StreamReader<unknown>, 'signal' | 'isLook'>): Promise<boolean> {
  if (isLook) await whenShown(signal).catch(() => {});
  return !signal.aborted;
}

/** @returns with a signal that aborts with the reader's, and in the midst of a look once nobody sees it */
function beginLook({ signal, isLook = false }: Pick<StreamReader<unknown>, 'signal' | 'isLook'>): {
  signal: AbortSignal;
  end(): void;
} {
  if (!isLook) return { signal, end() {} };
  const unseen = new AbortController();
  // At once: the browser may stop the page, connection and all, to show it again when its user goes back.
  const onChange = () => void (document.hidden && unseen.abort());
  document.addEventListener('visibilitychange', onChange);
  return {
    signal: AbortSignal.any([signal, unseen.signal]),
    end: () => document.removeEventListener('visibilitychange', onChange),
  };
}

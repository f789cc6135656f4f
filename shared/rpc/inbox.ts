import type { Channel, CloseReason } from './port.ts';

/** The receiving half of a channel: keeps frames until there is a listener, and tells everyone once that it closed. */
export interface Inbox<In> extends Pick<Channel<never, In>, 'onFrame' | 'onClose'> {
  readonly isClosed: boolean;
  /** How many frames wait for a listener. */
  readonly kept: number;
  push(frame: In): void;
  close(reason: CloseReason | undefined): void;
}

export function createInbox<In>(): Inbox<In> {
  const frames: In[] = [];
  const closeListeners: ((reason: CloseReason | undefined) => void)[] = [];
  let frameListener: ((frame: In) => void) | null = null;
  let closed: { reason: CloseReason | undefined } | null = null;

  const drain = () => {
    // A listener may remove itself or close the channel in the middle.
    while (frameListener !== null && frames.length > 0 && closed === null) frameListener(frames.shift()!);
  };

  return {
    get isClosed() {
      return closed !== null;
    },
    get kept() {
      return frames.length;
    },
    push(frame) {
      if (closed !== null) return;
      frames.push(frame);
      drain();
    },
    onFrame(listener) {
      frameListener = listener;
      drain();
    },
    onClose(listener) {
      if (closed === null) closeListeners.push(listener);
      else queueMicrotask(() => listener(closed?.reason));
    },
    close(reason) {
      if (closed !== null) return;
      closed = { reason };
      frames.length = 0;
      // Later, because who closes is often in the middle of handling a frame.
      for (const listener of closeListeners.splice(0)) queueMicrotask(() => listener(reason));
    },
  };
}

import { AppError } from '../errors.ts';
import type { Port, Wire } from './port.ts';

/**
 * Bytes of one frame. Up: a message of a million characters, each six bytes when escaped, fits. Down: a whole
 * conversation fits. What is larger is read in windows.
 */
export const maxFrameBytes = { up: 8 * 1024 * 1024, down: 64 * 1024 * 1024 } as const;

export function byteLengthExceeds(text: string, maxBytes: number): boolean {
  // Exact only where it matters: UTF-8 takes one to three bytes for each UTF-16 unit.
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes;
}

/** JSON over a wire. @param maxSentBytes a larger frame is refused here, so that it fails one call and not the connection */
export function jsonPort(wire: Wire, maxSentBytes: number): Port {
  return {
    send(frame) {
      const text = JSON.stringify(frame);
      if (byteLengthExceeds(text, maxSentBytes))
        throw new AppError('BAD_INPUT', 'This is too large to be sent.', { maxBytes: maxSentBytes });
      wire.send(text);
    },
    onFrame(listener) {
      if (listener === null) return wire.onFrame(null);
      wire.onFrame((text) => {
        let frame: unknown;
        try {
          frame = JSON.parse(text);
        } catch {
          // What exactly is wrong with it helps nobody: the other side is not ours.
          return wire.close('malformed');
        }
        listener(frame);
      });
    },
    onClose: wire.onClose,
    close: wire.close,
  };
}

/** Joins two wires: texts pass unread, a close of one closes the other. */
export function relay(one: Wire, other: Wire): void {
  one.onClose(other.close);
  other.onClose(one.close);
  one.onFrame(other.send);
  other.onFrame(one.send);
}

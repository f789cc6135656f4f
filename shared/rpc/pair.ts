import { createInbox, type Inbox } from './inbox.ts';
import type { Port } from './port.ts';

type Schedule = (task: () => void) => unknown;

// A task of its own and not a microtask: a busy stream must not keep timers and sockets from their turn.
// Only Node has setImmediate; a timer of a page waits at least a millisecond, so it is the second choice.
const later: Schedule = (globalThis as { setImmediate?: Schedule }).setImmediate ?? ((task) => setTimeout(task, 0));

/** Two ports in one process that exchange copies: the wire without a socket, for the terminal and for tests. */
export function createPair(): [Port, Port] {
  const left = createInbox<unknown>();
  const right = createInbox<unknown>();
  return [portBetween(left, right), portBetween(right, left)];
}

function portBetween(own: Inbox<unknown>, peer: Inbox<unknown>): Port {
  return {
    send(frame) {
      if (own.isClosed) return;
      const copy = structuredClone(frame);
      later(() => peer.push(copy));
    },
    onFrame: own.onFrame,
    onClose: own.onClose,
    close(reason) {
      own.close(reason);
      later(() => peer.close(reason));
    },
  };
}

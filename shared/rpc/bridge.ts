import { createInbox } from './inbox.ts';
import { type CloseReason, closeReasons, type Wire } from './port.ts';

/** What a window's preload script puts into its page: connections that carry texts, and not one word about operations. */
export interface Bridge {
  connect(onText: (text: string) => void, onClose: (reason?: string) => void): BridgeConnection;
}

interface BridgeConnection {
  send(text: string): void;
  close(reason?: string): void;
}

/** The bridge's name in the page, and that of the one channel between page and shell. */
export const bridgeName = 'nimdeckBridge';
export const bridgeChannel = 'nimdeck';

/** A page connects again after a cut, and a reload makes a new page: both are named, so that nothing late is mistaken. */
interface Line {
  page: string;
  id: number;
}
export type BridgeMessage = Line &
  ({ t: 'open' } | { t: 'text'; text: string } | { t: 'close'; reason?: string | undefined });

/** The page's end of a connection. */
export function bridgeWire(bridge: Bridge): Wire {
  const inbox = createInbox<string>();
  const close = (reason?: string) => inbox.close(toReason(reason));
  const connection = bridge.connect((text) => inbox.push(text), close);
  return {
    send: (text) => inbox.isClosed || connection.send(text),
    onFrame: inbox.onFrame,
    onClose: inbox.onClose,
    close(reason) {
      if (inbox.isClosed) return;
      inbox.close(reason);
      connection.close(reason);
    },
  };
}

export function toReason(text: string | undefined): CloseReason | undefined {
  return closeReasons.find((known) => known === text);
}

import type { IpcMainEvent, WebContents } from 'electron';
import { createBridgeHost } from '../shared/rpc/bridge-host.ts';
import { bridgeChannel } from '../shared/rpc/bridge.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { maxFrameBytes } from '../shared/rpc/wire.ts';
import { isOwnAddress } from './app-protocol.ts';

/** Gives the connections of a window's page to `onWire`, and closes them when that page is gone. */
export function serveWindow(contents: WebContents, onWire: (wire: Wire) => void): void {
  const host = createBridgeHost({
    onWire,
    maxReceivedBytes: maxFrameBytes.up,
    send(message) {
      if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(bridgeChannel, message);
    },
  });
  contents.ipc.on(bridgeChannel, (event, message: unknown) => {
    if (isOurs(event)) host.receive(message);
  });
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) host.closeAll();
  });
  contents.on('render-process-gone', () => host.closeAll());
  contents.on('destroyed', () => host.closeAll());
}

/** SECURITY: our own page, and the page itself: what a frame in it sends is not heard. */
function isOurs({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnAddress(senderFrame.url);
}

import { contextBridge, ipcRenderer } from 'electron';
import { type Bridge, bridgeChannel, type BridgeMessage, bridgeName } from '../shared/rpc/bridge.ts';

// SECURITY: all that a page gets from the desktop is this: texts there and back. What they mean, and whether they are
// allowed to mean it, is decided in the main process. Nothing here knows an operation.

const page = crypto.randomUUID();
const connections = new Map<number, Parameters<Bridge['connect']>>();
let opened = 0;

const send = (message: BridgeMessage) => ipcRenderer.send(bridgeChannel, message);

ipcRenderer.on(bridgeChannel, (_event, message: BridgeMessage) => {
  const connection = message.page === page ? connections.get(message.id) : undefined;
  if (connection === undefined) return;
  const [onText, onClose] = connection;
  if (message.t === 'text') return onText(message.text);
  connections.delete(message.id);
  if (message.t === 'close') onClose(message.reason);
});

const bridge: Bridge = {
  connect(onText, onClose) {
    const id = opened++;
    connections.set(id, [onText, onClose]);
    send({ t: 'open', page, id });
    return {
      send: (text) => send({ t: 'text', page, id, text }),
      close(reason) {
        connections.delete(id);
        send({ t: 'close', page, id, reason });
      },
    };
  },
};
contextBridge.exposeInMainWorld(bridgeName, bridge);

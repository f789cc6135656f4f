import type { IpcMainEvent, WebContents } from 'electron';
import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { describeTransport } from '../core/testing/transport-cases.ts';
import { type Bridge, bridgeName, bridgeWire } from '../shared/rpc/bridge.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { jsonPort, maxFrameBytes } from '../shared/rpc/wire.ts';
import { serveWindow } from './serve-window.ts';

// What lies between the two processes of a window, in place of Electron: copies, in order, never at once.
const { electron, up, down, exposed } = vi.hoisted(() => {
  type Listener = (event: object, message: unknown) => void;
  const toMain: { listeners: Listener[]; frame: { url: string; parent: unknown } | null } = {
    listeners: [],
    frame: null,
  };
  const toPage: Listener[] = [];
  const bridges: Record<string, unknown> = {};
  return {
    up: toMain,
    down: toPage,
    exposed: bridges,
    electron: {
      protocol: {},
      contextBridge: { exposeInMainWorld: (name: string, api: unknown) => void (bridges[name] = api) },
      ipcRenderer: {
        on: (_channel: string, listener: Listener) => void toPage.push(listener),
        send(_channel: string, message: unknown) {
          const copy = structuredClone(message);
          const event = { senderFrame: toMain.frame };
          setImmediate(() => toMain.listeners.forEach((listener) => listener(event, copy)));
        },
      },
    },
  };
});
vi.mock('electron', () => electron);

interface Window extends EventEmitter {
  contents: WebContents;
  wires: Wire[];
  bridge: Bridge;
}

/** A window with a page that has just been loaded: the preload script itself, and what serves it. */
async function openWindow(): Promise<Window> {
  vi.resetModules();
  up.listeners.length = 0;
  up.frame = { url: 'app://bundle/index.html', parent: null };
  down.length = 0;
  const window = new EventEmitter();
  const contents = Object.assign(window, {
    isDestroyed: () => false,
    isCrashed: () => false,
    send(_channel: string, message: unknown) {
      const copy = structuredClone(message);
      setImmediate(() => down.forEach((listener) => listener({}, copy)));
    },
    ipc: {
      on: (_channel: string, listener: (event: IpcMainEvent, message: unknown) => void) =>
        up.listeners.push(listener as never),
    },
  }) as unknown as WebContents;
  const wires: Wire[] = [];
  serveWindow(contents, (wire) => wires.push(wire));
  await import('./preload.ts');
  return Object.assign(window, { contents, wires, bridge: exposed[bridgeName] as Bridge });
}

async function connectTo({ bridge, wires }: Window) {
  const count = wires.length;
  const near = bridgeWire(bridge);
  await expect.poll(() => wires.length, { interval: 1 }).toBe(count + 1);
  return { near, far: wires[count]! };
}

const isClosed = async (wire: Wire) => new Promise<boolean>((resolve) => wire.onClose(() => resolve(true)));

describeTransport('a window of the desktop', async () => {
  const window = await openWindow();
  const { near, far } = await connectTo(window);
  return {
    client: jsonPort(near, maxFrameBytes.up),
    server: jsonPort(far, maxFrameBytes.down),
    cut: () => window.emit('render-process-gone'),
    close: async () => void window.emit('destroyed'),
  };
});

describe('serveWindow', () => {
  test.each([
    ['a reload', 'did-start-navigation', { isMainFrame: true, isSameDocument: false }],
    ['a crash', 'render-process-gone', {}],
    ['the end of the window', 'destroyed', {}],
  ])('%s closes the page’s connection', async (_name, event, details) => {
    const window = await openWindow();
    const { near, far } = await connectTo(window);
    window.emit(event, details);
    expect(await isClosed(far)).toBe(true);
    // A page that stays after all connects again.
    expect(await isClosed(near)).toBe(true);
    await connectTo(window);
  });

  test.each([
    ['an address within the page', { isMainFrame: true, isSameDocument: true }],
    ['a frame in the page', { isMainFrame: false, isSameDocument: false }],
  ])('%s closes nothing', async (_name, details) => {
    const window = await openWindow();
    const { near, far } = await connectTo(window);
    window.emit('did-start-navigation', details);
    const received: string[] = [];
    near.onFrame((text) => received.push(text));
    far.send('still here');
    await expect.poll(() => received).toEqual(['still here']);
  });

  test.each([
    ['a frame', { url: 'app://bundle/index.html', parent: {} }],
    ['another origin', { url: 'https://evil.example/', parent: null }],
    ['a name that only begins alike', { url: 'app://bundle.evil.example/', parent: null }],
    ['another scheme', { url: 'http://bundle/', parent: null }],
    ['no frame any more', null],
  ])('%s is not heard', async (_name, frame) => {
    const window = await openWindow();
    up.frame = frame;
    bridgeWire(window.bridge);
    up.frame = { url: 'app://bundle/index.html', parent: null };
    // In order: when this one is there, the other one has been refused.
    await connectTo(window);
    expect(window.wires).toHaveLength(1);
  });

  test('the page is given one function and nothing else', async () => {
    const { bridge } = await openWindow();
    expect(Object.keys(exposed)).toEqual([bridgeName]);
    expect(Object.keys(bridge)).toEqual(['connect']);
    expect(
      Object.keys(
        bridge.connect(
          () => {},
          () => {},
        ),
      ).toSorted(),
    ).toEqual(['close', 'send']);
  });
});

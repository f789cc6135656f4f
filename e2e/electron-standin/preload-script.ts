/**
 * A preload script as a sandbox has it: no module, and a `require` that knows nothing but Electron's renderer side. It
 * shares the page's world here; that real Electron keeps the two apart is for the checklist.
 */
export function preloadScript(source: string): string {
  return `(() => {
  if (window.top !== window) return;
  const send = window.standinSend;
  const listeners = new Map();
  Object.defineProperty(window, 'standinReceive', { value: (messages) => {
    for (const { channel, args } of messages) listeners.get(channel)?.({}, ...args);
  } });
  const electron = {
    ipcRenderer: {
      send: (channel, ...args) => { void send(channel, ...structuredClone(args)); },
      on: (channel, listener) => { listeners.set(channel, listener); },
    },
    contextBridge: {
      exposeInMainWorld(name, api) {
        Object.defineProperty(window, name, { value: Object.freeze({ ...api }), enumerable: true });
      },
    },
  };
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error('module not found: ' + name);
  };
  const module = { exports: {} };
  (function (require, module, exports, process) {
${source}
  })(require, module, module.exports, Object.freeze({ platform: 'linux', sandboxed: true, contextIsolated: true }));
})();`;
}

import type * as Electron from 'electron';
import { hear, record, say } from './link.ts';

type BeforeRequest = Parameters<Electron.WebRequest['onBeforeRequest']>[0];
type PermissionRequest = NonNullable<Parameters<Electron.Session['setPermissionRequestHandler']>[0]>;
type PermissionCheck = NonNullable<Parameters<Electron.Session['setPermissionCheckHandler']>[0]>;
type WillDownload = (event: { preventDefault: () => void }, item: { getURL: () => string }) => void;
type ProtocolHandler = Parameters<Electron.Protocol['handle']>[1];

let beforeRequest: BeforeRequest | null = null;
let permissionRequest: PermissionRequest | null = null;
let permissionCheck: PermissionCheck | null = null;
let willDownload: WillDownload | null = null;
const handlers = new Map<string, ProtocolHandler>();

const defaultSession = {
  setPermissionRequestHandler(handler) {
    record('session.setPermissionRequestHandler');
    permissionRequest = handler;
  },
  setPermissionCheckHandler(handler) {
    record('session.setPermissionCheckHandler');
    permissionCheck = handler;
  },
  setDevicePermissionHandler(handler) {
    // It is told nothing that it could decide by: whatever a device is, it is refused.
    record('session.setDevicePermissionHandler', handler?.({} as Electron.DevicePermissionHandlerHandlerDetails));
  },
} satisfies Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;

const webRequest = {
  onBeforeRequest(listener: BeforeRequest | null) {
    record('session.webRequest.onBeforeRequest');
    beforeRequest = listener;
  },
};

export const session = {
  defaultSession: {
    ...defaultSession,
    webRequest,
    on: (event: string, listener: WillDownload) => {
      record('session.on', event);
      if (event === 'will-download') willDownload = listener;
    },
  },
};

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    record('protocol.registerSchemesAsPrivileged', schemes);
  },
  handle(scheme, handler) {
    record('protocol.handle', scheme);
    handlers.set(scheme, handler);
  },
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

hear((message) => {
  const answer = (value: unknown) => say({ t: 'answer', id: 'id' in message ? message.id : 0, value });
  if (message.t === 'request') void respond(message.url, message.method).then(answer);
  if (message.t === 'before-request') {
    const details = { url: message.url } as Electron.OnBeforeRequestListenerDetails;
    if (beforeRequest === null) answer(true);
    else beforeRequest(details, ({ cancel }) => answer(cancel !== true));
  }
  if (message.t === 'download') {
    let isAllowed = true;
    willDownload?.({ preventDefault: () => (isAllowed = false) }, { getURL: () => message.url });
    answer(isAllowed);
  }
  if (message.t === 'permission') {
    const contents = { getURL: () => message.origin } as Electron.WebContents;
    const { permission } = message as unknown as { permission: Parameters<PermissionRequest>[1] };
    const isChecked = permissionCheck?.(contents, permission, message.origin, { isMainFrame: true });
    permissionRequest?.(contents, permission, (isGranted) => answer([isChecked, isGranted]), {
      isMainFrame: true,
      requestingUrl: message.origin,
    });
  }
});

async function respond(url: string, method: string) {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) return null;
  const response = await handler({ url, method, headers: new Headers() } as unknown as Request);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

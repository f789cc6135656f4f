// What the process that runs the built desktop and the test that holds its pages say to each other.

/** A call that the desktop made of Electron, with copies of its arguments. */
export interface Call {
  /** `app.enableSandbox`, `new BrowserWindow`, `webContents.setWindowOpenHandler`. */
  name: string;
  args: unknown[];
}

export interface MenuEntry {
  label: string;
  role: string | null;
  accelerator: string | null;
  isEnabled: boolean;
  isSeparator: boolean;
  submenu: MenuEntry[];
}

export interface Display {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** From the desktop's process. `ask…` expects an `answer` with the same id. */
export type FromDesktop =
  | { t: 'call'; call: Call }
  | { t: 'answer'; id: number; value: unknown }
  | { t: 'window'; id: number; preload: string; shows: boolean }
  | { t: 'load'; window: number; url: string; id: number }
  | { t: 'reload'; window: number }
  | { t: 'post'; window: number; messages: { channel: string; args: unknown[] }[] }
  | { t: 'execute'; window: number; code: string; id: number }
  | { t: 'gone'; window: number }
  | { t: 'theme'; source: 'system' | 'light' | 'dark' }
  | { t: 'dialog'; id: number; options: { message: string; detail?: string; buttons?: string[] } };

/** To the desktop's process. */
export type ToDesktop =
  | { t: 'answer'; id: number; value: unknown }
  /** An event of `app`, a window, a web contents, a tray, a notification; the answer says whether it was prevented. */
  | { t: 'emit'; id: number; target: string; event: string; details: Record<string, unknown>; args: unknown[] }
  | { t: 'ipc'; window: number; channel: string; args: unknown[]; frame: { url: string; isTop: boolean } }
  | { t: 'request'; id: number; url: string; method: string }
  /** Whether `onBeforeRequest` lets it through. */
  | { t: 'before-request'; id: number; url: string }
  /** Whether what comes from this address may be saved. */
  | { t: 'download'; id: number; url: string }
  | { t: 'open-window'; id: number; window: number; url: string }
  | { t: 'permission'; id: number; permission: string; origin: string }
  | { t: 'click'; id: number; menu: 'tray' | 'application'; label: string }
  | { t: 'set-focus'; id: number; isFocused: boolean }
  | { t: 'close-window'; id: number };

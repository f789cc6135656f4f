// What `import … from 'electron'` is in a process that runs the built desktop without Electron's binary. Only what the
// desktop uses is here; anything else fails as a missing export. The types are Electron's own, so that it cannot drift.
import type * as Electron from 'electron';
import { Emitter } from './emitter.ts';
import { ask, record, say } from './link.ts';
import type { Display } from './protocol.ts';

export { app } from './app.ts';
export { Menu, Notification, Tray } from './menus.ts';
export { protocol, session } from './session.ts';
export { utilityProcess } from './utility-process.ts';
export { StandinWindow as BrowserWindow } from './windows.ts';

export const dialog = {
  async showMessageBox(...given: [Electron.BaseWindow, Electron.MessageBoxOptions] | [Electron.MessageBoxOptions]) {
    const options = given.length === 2 ? given[1] : given[0];
    record('dialog.showMessageBox', options);
    const { message, detail = '', buttons = [] } = options;
    const response = Number(await ask((id) => ({ t: 'dialog', id, options: { message, detail, buttons } })));
    return { response, checkboxChecked: false };
  },
  showErrorBox(title, content) {
    record('dialog.showErrorBox', title, content);
  },
} satisfies Pick<Electron.Dialog, 'showErrorBox'> & { showMessageBox: unknown };

export const shell = {
  async openExternal(url) {
    record('shell.openExternal', url);
  },
} satisfies Pick<Electron.Shell, 'openExternal'>;

export const clipboard = {
  async writeText(text: string) {
    record('clipboard.writeText', text);
  },
} satisfies Pick<Electron.Clipboard, 'writeText'>;

class StandinTheme extends Emitter implements Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'> {
  #source: Electron.NativeTheme['themeSource'] = 'system';
  get themeSource() {
    return this.#source;
  }
  set themeSource(source) {
    record('nativeTheme.themeSource', source);
    if (source === this.#source) return;
    this.#source = source;
    say({ t: 'theme', source });
    this.tell('updated');
  }
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
}
export const nativeTheme = new StandinTheme();

const noImage = {
  addRepresentation() {},
  toPNG: () => Buffer.alloc(0),
} satisfies Pick<Electron.NativeImage, 'addRepresentation' | 'toPNG'>;

export const nativeImage = {
  createFromPath(path: string) {
    record('nativeImage.createFromPath', path);
    return noImage;
  },
};

const displays = JSON.parse(process.env['STANDIN_DISPLAYS'] ?? '[]') as Display[];
const display = (workArea: Display, id: number) => ({ id, workArea });
const all = (displays.length > 0 ? displays : [{ x: 0, y: 0, width: 1920, height: 1080 }]).map(display);

export const screen = {
  getPrimaryDisplay: () => all[0],
  getAllDisplays: () => all,
};

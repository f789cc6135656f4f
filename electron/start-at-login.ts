import { app } from 'electron';
import { homedir } from 'node:os';
import { setLinuxAutostart } from '../core/shell/autostart.ts';

/** Starts with the session, into the tray. Only for what is installed: a checkout moves, and its Electron with it. */
export function setStartAtLogin(isOn: boolean): void {
  if (!app.isPackaged) return;
  const args = ['--hidden'];
  if (process.platform !== 'linux') return app.setLoginItemSettings({ openAtLogin: isOn, args });
  // An AppImage is mounted elsewhere each time; it says where its file is.
  const program = process.env['APPIMAGE'] ?? process.execPath;
  setLinuxAutostart({ home: homedir(), env: process.env }, isOn, [program, ...args]);
}

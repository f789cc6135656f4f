import type * as Electron from 'electron';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Emitter } from './emitter.ts';
import { hear, leave, record, say } from './link.ts';

const isPackaged = process.env['STANDIN_PACKAGED'] !== undefined;

class StandinApp
  extends Emitter
  implements
    Pick<
      Electron.App,
      | 'isPackaged'
      | 'enableSandbox'
      | 'setName'
      | 'setAppUserModelId'
      | 'setPath'
      | 'requestSingleInstanceLock'
      | 'setAsDefaultProtocolClient'
      | 'setLoginItemSettings'
      | 'whenReady'
      | 'quit'
      | 'exit'
    >
{
  readonly isPackaged = isPackaged;
  #userData = '';
  #lock: string | null = null;
  #isEnding = false;

  enableSandbox(): void {
    record('app.enableSandbox');
  }
  setName(name: string): void {
    record('app.setName', name);
  }
  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', id);
  }
  setPath(name: string, path: string): void {
    record('app.setPath', name, path);
    this.#userData = path;
  }
  setAsDefaultProtocolClient(protocol: string): boolean {
    record('app.setAsDefaultProtocolClient', protocol);
    return true;
  }
  setLoginItemSettings(settings: Electron.Settings): void {
    record('app.setLoginItemSettings', settings);
  }

  /** One for each profile, as Electron has it. */
  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    record('app.requestSingleInstanceLock', data);
    const file = join(this.#userData, 'standin.lock');
    try {
      process.kill(Number(readFileSync(file, 'utf8')), 0);
      return false;
    } catch {
      // No file, or nobody behind it.
      mkdirSync(this.#userData, { recursive: true });
      writeFileSync(file, String(process.pid));
      this.#lock = file;
      return true;
    }
  }

  async whenReady(): Promise<void> {
    await new Promise(setImmediate);
    record('app.ready');
  }

  quit(): void {
    record('app.quit');
    if (this.#isEnding || this.raise('before-quit', {})) return;
    this.raise('will-quit', {});
    this.exit(0);
  }

  exit(code = 0): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    record('app.exit', code);
    if (this.#lock !== null) rmSync(this.#lock, { force: true });
    leave(code);
  }
}

export const app = new StandinApp();

hear((message) => {
  if (message.t !== 'emit' || message.target !== 'app') return;
  say({ t: 'answer', id: message.id, value: app.raise(message.event, message.details, ...message.args) });
});

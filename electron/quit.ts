import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import { setTimeout as delay } from 'node:timers/promises';
import { hearEndSignals } from '../core/host/end-signals.ts';
import { createQuit } from '../core/host/quit.ts';
import { shellWords as words } from '../core/shell/words.ts';

export interface QuitOptions {
  /** What would be lost by ending now, in words; null when nothing would be. */
  losses: () => string | null;
  /** In the order of a clean end. */
  end: () => Promise<void>;
  /** Whether Nimdeck can go on without a window. */
  hasTray: () => boolean;
  goToBackground: () => void;
}

/** A clean end takes a second or two; whoever asked for it does not wait for ever. */
const endWithinMs = 10_000;

export interface QuitGuard {
  /** False from the moment on when it is sure that the app ends. */
  isRunning(): boolean;
  /** A window was closed, and there is to be no app without one. */
  closeLast(): void;
}

/** Everything that ends the desktop comes through here; it asks only when something would be lost, and only a person. */
export function guardQuit({ losses, end, hasTray, goToBackground }: QuitOptions): QuitGuard {
  let phase: 'running' | 'asking' | 'ending' | 'ended' = 'running';

  const isAsking = () => phase === 'asking';

  const finish = async () => {
    phase = 'ending';
    const ended = end();
    // What was closed is gone at once, however long the rest takes.
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
    await Promise.race([ended, delay(endWithinMs, undefined, { ref: false })]);
    phase = 'ended';
    app.quit();
  };

  const ask = async (question: string, canHide: boolean): Promise<void> => {
    if (phase !== 'running') return;
    const lost = losses();
    if (lost === null) return finish();
    phase = 'asking';
    const answers = [words.stay, ...(canHide ? [words.background] : []), words.quitNow];
    const options: MessageBoxOptions = {
      type: 'warning',
      message: question,
      detail: lost,
      buttons: answers,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    };
    const window = BrowserWindow.getAllWindows()[0];
    const asked = window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
    const answer = answers[(await asked).response];
    // A signal meanwhile: it ends, whatever was answered.
    if (!isAsking()) return;
    phase = 'running';
    if (answer === words.background) goToBackground();
    if (answer === words.quitNow) await finish();
  };

  app.on('before-quit', (event) => {
    if (phase === 'ended') return;
    event.preventDefault();
    void ask(words.quitTitle, false);
  });
  // The windows are kept in hand here: Electron itself would quit without them.
  app.on('window-all-closed', () => {});

  hearEndSignals({
    onInterrupt: createQuit({
      losses,
      say: (text) => void process.stderr.write(`${text}\n`),
      quit: () => void finish(),
    }),
    onTerminate: () => void (phase === 'ending' || finish()),
  });

  return {
    isRunning: () => phase === 'running' || phase === 'asking',
    closeLast: () => void ask(words.closeTitle, hasTray()),
  };
}

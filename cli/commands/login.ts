import { AppError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readSecret } from '../read-secret.ts';

const kept = {
  'key-store': 'It is kept in this machine’s key store.',
  file: 'This machine has no key store: it is kept in a file that only you can read.',
};

export const loginCommand: Command = {
  name: 'login',
  usage: 'login',
  summary: 'Sign in to NGC; the key is asked for, or read from standard input.',
  positionals: { min: 0, max: 0 },
  async run({ print, interrupt, api: open }) {
    const key = await readSecret('NGC key: ', interrupt);
    if (key.trim() === '') throw new AppError('BAD_INPUT', 'No key was given.');
    const api = await open();
    const status = await api.ngc.signIn({ key }, { signal: interrupt.signal });
    print.json(status);
    const words = status.state === 'signed-in' ? 'Signed in with' : 'NGC could not be asked yet; kept';
    print.line(`${words} the key that ends in ${status.keyHint ?? '…'}. ${kept[status.storage ?? 'file']}`);
    if (status.failure !== null) print.note(status.failure.message);
    return exitCodes.done;
  },
};

export const logoutCommand: Command = {
  name: 'logout',
  usage: 'logout',
  summary: 'Forget the NGC key.',
  positionals: { min: 0, max: 0 },
  async run({ print, interrupt, api }) {
    const status = await (await api()).ngc.signOut({}, { signal: interrupt.signal });
    print.json(status);
    print.line('Signed out; Nimdeck no longer keeps a key. One in NGC_API_KEY is used again at the next start.');
    return exitCodes.done;
  },
};

import { fork } from 'node:child_process';
import { AppError } from '../../shared/errors.ts';
import { programPath } from '../lib/shipped.ts';
import { isKeyStoreReply, type KeyStoreCall, type KeyStoreReply } from './key-store-messages.ts';

/** The process that makes the blocking calls. Electron's packaged main cannot fork Node and passes one of its own. */
export interface Helper {
  send(call: KeyStoreCall): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
  /** At once, also when it does not answer. */
  kill(): void;
}

export type StartHelper = (file: string, env: Readonly<Record<string, string | undefined>>) => Helper;

export interface KeyStore {
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  remove(account: string): Promise<void>;
  /** How long a call may take from now on; an unlock dialog needs its time once somebody is there to answer it. */
  setLimit(limitMs: number): void;
}

// The helper ends when it was not needed for this long: keys are read at start and at sign-in, seldom after.
const idleMs = 3000;

/** Keys go through a private channel, never through arguments or variables. */
export const forkHelper: StartHelper = (file, env) => {
  const child = fork(file, [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  // What waits for an answer holds the shell open by its time limit; an idle helper must not.
  child.unref();
  child.channel?.unref();
  return {
    send: (call) => void child.send(call),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      // More than one comes where the program is not there: that it did not start, and that nothing could be sent to it.
      child.on('error', listener);
      child.once('exit', listener);
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

interface Pending {
  resolve(reply: KeyStoreReply): void;
  reject(error: AppError): void;
}

export const unavailable = (reason: string) =>
  new AppError('KEY_STORE_UNAVAILABLE', `The key store of this machine cannot be used: ${reason}`);

/** The operating system's key store, behind a process that can be ended when the key store hangs. */
export function createKeyStore(startHelper: (file: string) => Helper, firstLimitMs: number): KeyStore {
  let limitMs = firstLimitMs;
  let helper: Helper | null = null;
  let idle: NodeJS.Timeout | undefined;
  let nextId = 0;
  const pending = new Map<number, Pending>();

  const end = (ended: Helper, reason: string) => {
    if (helper !== ended) return;
    helper = null;
    clearTimeout(idle);
    ended.kill();
    for (const call of pending.values()) call.reject(unavailable(reason));
    pending.clear();
  };

  const begin = (): Helper => {
    const started = startHelper(programPath('core/secrets/key-store-helper'));
    started.onMessage((message) => {
      if (isKeyStoreReply(message)) pending.get(message.id)?.resolve(message);
    });
    started.onExit(() => end(started, 'its helper process ended.'));
    return started;
  };

  /** A machine without memory or processes to spare refuses at once, not as an event. */
  const tryBegin = (): Helper => {
    try {
      return begin();
    } catch (error) {
      throw unavailable(error instanceof Error ? error.message : String(error));
    }
  };

  const ask = async (action: KeyStoreCall['action'], account: string, value: string | null): Promise<string | null> => {
    clearTimeout(idle);
    const asked = (helper ??= tryBegin());
    const id = nextId;
    nextId += 1;
    const answered = Promise.withResolvers<KeyStoreReply>();
    pending.set(id, answered);
    const limit = setTimeout(() => end(asked, `no answer within ${limitMs / 1000} s.`), limitMs);
    try {
      asked.send({ id, action, account, value });
      const reply = await answered.promise;
      if (reply.error !== null) throw unavailable(reply.error);
      return reply.value;
    } finally {
      clearTimeout(limit);
      pending.delete(id);
      if (pending.size === 0) idle = setTimeout(() => end(asked, 'it was idle.'), idleMs).unref();
    }
  };

  return {
    get: (account) => ask('get', account, null),
    async set(account, value) {
      await ask('set', account, value);
    },
    async remove(account) {
      await ask('remove', account, null);
    },
    setLimit(next) {
      limitMs = next;
    },
  };
}

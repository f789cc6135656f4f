// A program of its own: the native calls block their thread for as long as the key store does not answer (a D-Bus that
// accepts and stays silent blocks even the constructor, seen with @napi-rs/keyring 2.1.2), and only a process can be ended then.
import { createRequire } from 'node:module';
import type * as Keyring from '@napi-rs/keyring';
import { besideArchive, keyStoreModule } from '../lib/shipped.ts';
import { isKeyStoreCall, type KeyStoreCall, type KeyStoreReply } from './key-store-messages.ts';

const service = 'nimdeck';

/** From node_modules, where there is one; the desktop has only the native file, which is all that the package hands on. */
async function loadKeyring(): Promise<typeof Keyring> {
  const file = besideArchive(keyStoreModule);
  if (file === null) return await import('@napi-rs/keyring');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a native file has no declarations of its own
  return createRequire(import.meta.url)(file) as typeof Keyring;
}

async function perform({ action, account, value }: KeyStoreCall): Promise<string | null> {
  const { AsyncEntry } = await loadKeyring();
  // Without this Linux falls back to the kernel's keyring, which forgets everything with the session.
  const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
  if (action === 'get') return entry.getPassword();
  if (action === 'set') await entry.setPassword(value ?? '');
  else await entry.deletePassword();
  return null;
}

/** What a utility process of Electron has in place of `process.send` and its messages. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only there is it more than undefined
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

const reply = (message: KeyStoreReply) =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has no origin
  parentPort === undefined ? process.send?.(message) : parentPort.postMessage(message);

const answer = (call: unknown) => {
  if (!isKeyStoreCall(call)) return;
  perform(call).then(
    (value) => reply({ id: call.id, value, error: null }),
    (error: unknown) =>
      reply({ id: call.id, value: null, error: error instanceof Error ? error.message : String(error) }),
  );
};
if (parentPort === undefined) process.on('message', answer);
else parentPort.on('message', ({ data }) => answer(data));
// A utility process ends with its parent by itself.
process.on('disconnect', () => process.exit());

// A program of its own: the native calls block their thread for as long as the key store does not answer (a D-Bus that
// accepts and stays silent blocks even the constructor, seen with @napi-rs/keyring 2.1.2), and only a process can be ended then.
import { isKeyStoreCall, type KeyStoreCall, type KeyStoreReply } from './key-store-messages.ts';

const service = 'nimdeck';

async function perform({ action, account, value }: KeyStoreCall): Promise<string | null> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // Without this Linux falls back to the kernel's keyring, which forgets everything with the session.
  const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
  if (action === 'get') return entry.getPassword();
  if (action === 'set') await entry.setPassword(value ?? '');
  else await entry.deletePassword();
  return null;
}

const reply = (message: KeyStoreReply) => process.send?.(message);

process.on('message', (call) => {
  if (!isKeyStoreCall(call)) return;
  perform(call).then(
    (value) => reply({ id: call.id, value, error: null }),
    (error: unknown) =>
      reply({ id: call.id, value: null, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

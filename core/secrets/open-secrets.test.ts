import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Helper, StartHelper } from './key-store.ts';
import type { KeyStoreCall } from './key-store-messages.ts';
import { openSecrets as openUnused } from './open-secrets.ts';

let scratch = '';
let folder = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nimdeck-secrets-'));
  folder = join(scratch, 'data');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const file = () => join(folder, 'secrets.json');
const onBus = (address: string) => ({ ...process.env, DBUS_SESSION_BUS_ADDRESS: address });
const isLinux = process.platform === 'linux';

/** Opened and used once, from when on `storage` is certain. */
async function openSecrets(...args: Parameters<typeof openUnused>) {
  const secrets = await openUnused(...args);
  await secrets.get('nothing');
  return secrets;
}

/** A key store in memory, behind the same messages as the helper process. */
function fakeKeyStore() {
  const kept = new Map<string, string>();
  const state = {
    kept,
    started: 0,
    alive: 0,
    isHanging: false,
    error: null as string | null,
    die: () => {},
    onHanging: () => {},
  };
  const answer = ({ action, account, value }: KeyStoreCall): string | null => {
    if (action === 'get') return kept.get(account) ?? null;
    if (action === 'set') kept.set(account, value ?? '');
    else kept.delete(account);
    return null;
  };
  const startHelper: StartHelper = () => {
    state.started += 1;
    state.alive += 1;
    let onMessage: ((message: unknown) => void) | null = null;
    let onExit: (() => void) | null = null;
    const helper: Helper = {
      send(call) {
        if (state.isHanging) {
          state.onHanging();
          return;
        }
        const { error } = state;
        queueMicrotask(() => onMessage?.({ id: call.id, value: error === null ? answer(call) : null, error }));
      },
      onMessage: (listener) => void (onMessage = listener),
      onExit: (listener) => void (onExit = listener),
      kill: () => void (state.alive -= 1),
    };
    state.die = () => onExit?.();
    return helper;
  };
  return { ...state, state, startHelper };
}

const account = (name: string) => `${name}@${folder}`;

test('NIMDECK_SECRETS=file keeps keys in a file that only the user can read, and starts no helper', async () => {
  const { startHelper, state } = fakeKeyStore();
  const open = () => openSecrets(folder, { NIMDECK_SECRETS: 'file', DBUS_SESSION_BUS_ADDRESS: 'x' }, { startHelper });
  const secrets = await open();
  expect(secrets.storage).toBe('file');
  expect(await secrets.get('ngc')).toBeNull();
  await Promise.all([secrets.set('ngc', 'one'), secrets.set('other', 'two')]);
  if (process.platform !== 'win32') expect(statSync(file()).mode & 0o777).toBe(0o600);

  const again = await open();
  expect([await again.get('ngc'), await again.get('other')]).toEqual(['one', 'two']);
  await again.remove('ngc');
  expect(await again.get('ngc')).toBeNull();
  expect(readFileSync(file(), 'utf8')).not.toContain('one');
  expect(state.started).toBe(0);
});

test('a damaged file is no reason to fail, and is not written over', async () => {
  const secrets = await openSecrets(folder, { NIMDECK_SECRETS: 'file' });
  await secrets.set('ngc', 'one');
  writeFileSync(file(), '{"version":1,"ng');
  const again = await openSecrets(folder, { NIMDECK_SECRETS: 'file' });
  expect(await again.get('ngc')).toBeNull();
  expect(existsSync(file())).toBe(false);
});

test.skipIf(!isLinux)('without a D-Bus the real key store gives way to the file', async () => {
  const secrets = await openSecrets(folder, onBus(`unix:path=${join(scratch, 'nothing')}`));
  expect(secrets.storage).toBe('file');
  await secrets.set('ngc', 'one');
  expect(await secrets.get('ngc')).toBe('one');
});

test.skipIf(!isLinux)('a D-Bus that accepts and stays silent blocks only the helper, and not for long', async () => {
  const accepted = Promise.withResolvers<void>();
  const bus = createServer(() => accepted.resolve());
  const path = join(scratch, 'bus');
  await new Promise<void>((resolve) => bus.listen(path, resolve));
  const secrets = await openSecrets(folder, onBus(`unix:path=${path}`), { probeLimitMs: 2000 });
  expect(secrets.storage).toBe('file');
  // Otherwise the limit was over before the real library had asked.
  await accepted.promise;
  bus.close();
});

test('a working key store holds the keys, the file none, and the probe leaves nothing', async () => {
  const { startHelper, kept } = fakeKeyStore();
  const secrets = await openSecrets(folder, onBus('x'), { startHelper });
  expect([secrets.storage, [...kept]]).toEqual(['key-store', []]);
  await secrets.set('ngc', 'one');
  expect([...kept]).toEqual([[account('ngc'), 'one']]);
  expect(await secrets.get('ngc')).toBe('one');
  await secrets.remove('ngc');
  expect([await secrets.get('ngc'), [...kept]]).toEqual([null, []]);
  expect(existsSync(file()) ? readFileSync(file(), 'utf8') : '').not.toContain('one');
});

test('a key that was kept in the file, for want of a key store, moves there and wins over an older one', async () => {
  const { startHelper, kept } = fakeKeyStore();
  kept.set(account('ngc'), 'older');
  await (await openSecrets(folder, { NIMDECK_SECRETS: 'file' })).set('ngc', 'newer');
  const secrets = await openSecrets(folder, onBus('x'), { startHelper });
  expect(await secrets.get('ngc')).toBe('newer');
  expect(kept.get(account('ngc'))).toBe('newer');
  expect(readFileSync(file(), 'utf8')).not.toContain('newer');
});

test('a key that was removed while the key store could not be reached stays removed', async () => {
  const { startHelper, kept } = fakeKeyStore();
  kept.set(account('ngc'), 'older');
  await (await openSecrets(folder, { NIMDECK_SECRETS: 'file' })).remove('ngc');
  const secrets = await openSecrets(folder, onBus('x'), { startHelper });
  expect(await secrets.get('ngc')).toBeNull();
  expect([...kept]).toEqual([]);
});

test('a shell that never asks for a key starts nothing', async () => {
  const { startHelper, state } = fakeKeyStore();
  await openUnused(folder, onBus('x'), { startHelper });
  expect([state.started, existsSync(folder)]).toEqual([0, false]);
});

test('a key store that refuses its probe is not used', async () => {
  const { startHelper, state } = fakeKeyStore();
  state.error = 'locked';
  expect((await openSecrets(folder, onBus('x'), { startHelper })).storage).toBe('file');
});

test('a key store that stops answering later: reading says so, keeping goes to the file and says so', async () => {
  const { startHelper, state } = fakeKeyStore();
  const secrets = await openSecrets(folder, onBus('x'), { startHelper, callLimitMs: 20 });
  await secrets.set('ngc', 'one');
  state.isHanging = true;
  await expect(secrets.get('ngc')).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  expect(state.alive).toBe(0);
  await secrets.set('ngc', 'two');
  expect([secrets.storage, await secrets.get('ngc')]).toEqual(['file', 'two']);
  await secrets.remove('ngc');
  expect(await secrets.get('ngc')).toBeNull();
  state.isHanging = false;
  expect(await secrets.get('ngc')).toBeNull();
  expect([...state.kept]).toEqual([]);
});

test('a helper that dies fails the call under way, and the next call starts another', async () => {
  const { startHelper, state } = fakeKeyStore();
  const secrets = await openSecrets(folder, onBus('x'), { startHelper });
  await secrets.set('ngc', 'one');
  state.isHanging = true;
  const asked = new Promise<void>((resolve) => (state.onHanging = resolve));
  const reading = secrets.get('ngc');
  await asked;
  state.die();
  await expect(reading).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  state.isHanging = false;
  expect(await secrets.get('ngc')).toBe('one');
  expect([state.started, state.alive]).toEqual([2, 1]);
});

test.skipIf(!isLinux)('a packaged Electron that passes no helper uses the file and starts nothing', async () => {
  let connections = 0;
  const bus = createServer(() => (connections += 1));
  const path = join(scratch, 'bus');
  await new Promise<void>((resolve) => bus.listen(path, resolve));
  const secrets = await openSecrets(folder, onBus(`unix:path=${path}`), { startHelper: null, probeLimitMs: 1000 });
  expect([secrets.storage, connections]).toEqual(['file', 0]);
  bus.close();
});

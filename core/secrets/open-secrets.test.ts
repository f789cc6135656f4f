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

/** A session later on the same folder, with a clock of its own. */
async function nextSession(startHelper: StartHelper, probeLimitMs = 5000) {
  const clock = { ms: 0 };
  const secrets = await openSecrets(folder, onBus('x'), { startHelper, probeLimitMs, steady: () => clock.ms });
  return { secrets, clock };
}

async function keepOne(startHelper: StartHelper, value = 'one') {
  await (await openSecrets(folder, onBus('x'), { startHelper })).set('ngc', value);
}

test.each(['locked', 'slow'])('a key store that was %s at start is asked again by a later use', async (how) => {
  const { startHelper, state } = fakeKeyStore();
  await keepOne(startHelper);
  if (how === 'slow') state.isHanging = true;
  else state.error = 'locked';
  const { secrets, clock } = await nextSession(startHelper, 20);
  expect(secrets.storage).toBe('file');
  await expect(secrets.get('ngc')).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  // Nothing was ever kept under that name.
  expect(await secrets.get('hosted')).toBeNull();

  Object.assign(state, { isHanging: false, error: null });
  const { started } = state;
  clock.ms += 2000;
  await expect(secrets.get('ngc')).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  clock.ms += 2000;
  expect([await secrets.get('ngc'), secrets.storage]).toEqual(['one', 'key-store']);
  expect(state.started - started).toBeLessThanOrEqual(1);
});

test('uses at the same moment wait for one probe', async () => {
  const { startHelper, state } = fakeKeyStore();
  await keepOne(startHelper);
  state.isHanging = true;
  const { secrets, clock } = await nextSession(startHelper, 20);
  const { started } = state;
  clock.ms += 5000;
  const reads = await Promise.allSettled(['ngc', 'hosted', 'ngc'].map((name) => secrets.get(name)));
  expect(reads.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect(state.started - started).toBe(1);
});

test('a machine without a key store has no key, and no failure', async () => {
  const { startHelper, state } = fakeKeyStore();
  state.error = 'org.freedesktop.secrets was not provided by any .service files';
  const { secrets, clock } = await nextSession(startHelper);
  clock.ms += 60_000;
  expect(await secrets.get('ngc')).toBeNull();
  await secrets.set('ngc', 'one');
  clock.ms += 60_000;
  const { started } = state;
  expect([await secrets.get('ngc'), secrets.storage, state.started - started]).toEqual(['one', 'file', 0]);
  await secrets.remove('ngc');
  expect(await secrets.get('ngc')).toBeNull();
});

test('a key that was entered or removed while the key store was locked wins over the one in there', async () => {
  const { startHelper, state, kept } = fakeKeyStore();
  await keepOne(startHelper, 'older');
  state.error = 'locked';
  const { secrets, clock } = await nextSession(startHelper);
  await secrets.set('ngc', 'newer');
  expect([await secrets.get('ngc'), secrets.storage]).toEqual(['newer', 'file']);
  state.error = null;
  clock.ms += 5000;
  await secrets.set('other', 'two');
  expect([await secrets.get('ngc'), kept.get(account('ngc')), secrets.storage]).toEqual([
    'newer',
    'newer',
    'key-store',
  ]);
  expect(readFileSync(file(), 'utf8')).not.toContain('newer');

  state.error = 'locked';
  const { secrets: later, clock: laterClock } = await nextSession(startHelper);
  await later.remove('ngc');
  expect(await later.get('ngc')).toBeNull();
  state.error = null;
  laterClock.ms += 5000;
  expect(await later.get('other')).toBe('two');
  expect(await later.get('ngc')).toBeNull();
  expect(kept.has(account('ngc'))).toBe(false);
});

test('where no key store is reached, what one holds is not said to be missing, unless the file is asked for', async () => {
  const { startHelper } = fakeKeyStore();
  await keepOne(startHelper);
  const here = await openSecrets(folder, onBus('x'), { startHelper: null });
  await expect(here.get('ngc')).rejects.toMatchObject({ code: 'KEY_STORE_UNAVAILABLE' });
  expect(await here.get('hosted')).toBeNull();
  expect(await (await openSecrets(folder, { NIMDECK_SECRETS: 'file' })).get('ngc')).toBeNull();
  await here.set('ngc', 'two');
  expect(await here.get('ngc')).toBe('two');
});

test('a key that lies there from before is remembered when it is read, and forgotten when it is gone', async () => {
  const { startHelper, state, kept } = fakeKeyStore();
  kept.set(account('ngc'), 'one');
  expect(await (await nextSession(startHelper)).secrets.get('ngc')).toBe('one');
  state.error = 'locked';
  await expect((await nextSession(startHelper)).secrets.get('ngc')).rejects.toMatchObject({
    code: 'KEY_STORE_UNAVAILABLE',
  });
  state.error = null;
  kept.clear();
  expect(await (await nextSession(startHelper)).secrets.get('ngc')).toBeNull();
  state.error = 'locked';
  expect(await (await nextSession(startHelper)).secrets.get('ngc')).toBeNull();
});

test('a folder that cannot be written keeps no key out of the key store', async () => {
  const { startHelper, kept } = fakeKeyStore();
  writeFileSync(folder, 'no folder');
  const { secrets } = await nextSession(startHelper);
  await secrets.set('ngc', 'one');
  expect([await secrets.get('ngc'), kept.get(account('ngc'))]).toEqual(['one', 'one']);
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

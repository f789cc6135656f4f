import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { NgcStatus } from '../../shared/contract/ngc.ts';
import { AppError } from '../../shared/errors.ts';
import { createLogger } from '../lib/logger.ts';
import { createTestDeps, memorySecrets } from '../testing/deps.ts';
import { type RegistryGate, startRegistryGate } from '../testing/sandbox.ts';
import { createNgcService } from './service.ts';

const rightKey = `nvapi-${'R'.repeat(60)}good`;
const otherRightKey = `nvapi-${'O'.repeat(60)}also`;
const wrongKey = `nvapi-${'W'.repeat(60)}evil`;

let gate: RegistryGate;
beforeAll(async () => {
  // Nothing is pulled: only the gate's own sign-in is asked.
  gate = await startRegistryGate({ upstream: 'http://127.0.0.1:9', keys: [rightKey, otherRightKey] });
});
afterEach(() => gate.reset());
afterAll(() => gate.stop());

const signedOut: NgcStatus = { state: 'signed-out', keyHint: null, storage: null, checkedAt: null, failure: null };
const reference = () => `${gate.registry}/nim/meta/llama-3.1-8b-instruct:1`;
const asked = async () => (await gate.state()).tokens;

function testDeps(env: Record<string, string> = {}, secrets = memorySecrets()) {
  return createTestDeps({ env: { NIMDECK_NGC_REGISTRY: gate.registry, ...env }, secrets });
}

/** An address of loopback where nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

test('a right key signs in, and a later start knows it without asking anybody', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  expect((await ngc.api.watch({})[Symbol.asyncIterator]().next()).value).toEqual(signedOut);
  expect(await ngc.credentialFor(reference())).toBeNull();

  const status = await ngc.api.signIn({ key: `  "${rightKey}"\n` });
  expect(status).toMatchObject({ state: 'signed-in', keyHint: 'good', storage: 'key-store', failure: null });
  expect(status.checkedAt).not.toBeNull();

  const { signedIn } = await asked();
  const later = await createNgcService(deps);
  expect((await later.api.watch({})[Symbol.asyncIterator]().next()).value).toEqual(status);
  expect(await later.key()).toBe(rightKey);
  expect((await asked()).signedIn).toBe(signedIn);
});

test.each([401, 403] as const)(
  'a key that is refused with %i is not kept, and the one before it stays',
  async (wrongKeyStatus) => {
    await gate.change({ wrongKeyStatus });
    using deps = testDeps();
    const ngc = await createNgcService(deps);
    await expect(ngc.api.signIn({ key: wrongKey })).rejects.toMatchObject({ code: 'NGC_KEY_REJECTED' });
    expect(await ngc.key()).toBeNull();
    await ngc.api.signIn({ key: rightKey });
    await expect(ngc.api.signIn({ key: wrongKey })).rejects.toMatchObject({ code: 'NGC_KEY_REJECTED' });
    expect(await (await createNgcService(deps)).key()).toBe(rightKey);
  },
);

test('what is no key goes nowhere', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  await expect(ngc.api.signIn({ key: 'my password' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  expect(await asked()).toMatchObject({ refused: 0, signedIn: 0 });
});

test('without a network the key is kept as unchecked, and that is said', async () => {
  using deps = testDeps({ NIMDECK_NGC_REGISTRY: await deadAddress() });
  const ngc = await createNgcService(deps);
  expect(await ngc.api.signIn({ key: rightKey })).toMatchObject({
    state: 'unchecked',
    keyHint: 'good',
    checkedAt: null,
    failure: { code: 'NGC_UNREACHABLE' },
  });
  expect(await (await createNgcService(deps)).key()).toBe(rightKey);
});

test('a key that was accepted is not replaced by one that cannot be checked', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  await ngc.api.signIn({ key: rightKey });
  await gate.change({ htmlPageStatus: 503 });
  await expect(ngc.api.signIn({ key: otherRightKey })).rejects.toBeInstanceOf(AppError);
  await gate.change({ htmlPageStatus: null });
  expect(await ngc.key()).toBe(rightKey);
  expect(await ngc.api.signIn({ key: otherRightKey })).toMatchObject({ state: 'signed-in', keyHint: 'also' });
});

test('an unchecked key is checked before its first use; a refused one is given to nobody', async () => {
  const secrets = memorySecrets();
  using offline = testDeps({ NIMDECK_NGC_REGISTRY: await deadAddress() }, secrets);
  await (await createNgcService(offline)).api.signIn({ key: wrongKey });

  using online = testDeps({}, secrets);
  const ngc = await createNgcService(online);
  expect(await ngc.credentialFor(reference())).toBeNull();
  expect(await ngc.key()).toBeNull();
  expect((await asked()).refused).toBe(1);
  const status = (await ngc.api.watch({})[Symbol.asyncIterator]().next()).value;
  expect(status).toMatchObject({ state: 'rejected', keyHint: 'evil', failure: { code: 'NGC_KEY_REJECTED' } });
  expect(JSON.stringify(status)).not.toContain(wrongKey);
});

test('an unchecked key is used all the same while nobody can be asked, and asked about once a minute', async () => {
  let [now, steady] = [10_000_000, 0];
  const secrets = memorySecrets();
  const registry = await deadAddress();
  using deps = createTestDeps({
    env: { NIMDECK_NGC_REGISTRY: registry },
    secrets,
    now: () => now,
    steady: () => steady,
  });
  const ngc = await createNgcService(deps);
  await ngc.api.signIn({ key: rightKey });
  const states: unknown[] = [];
  const watching = new AbortController();
  const watched = (async () => {
    for await (const status of ngc.api.watch({}, { signal: watching.signal })) states.push(status);
  })();
  expect(await ngc.credentialFor(`${registry}/nim/meta/a:1`)).toMatchObject({ password: rightKey });
  // The minute passes, whatever the clock of the day is set to.
  [now, steady] = [0, 61_000];
  expect(await ngc.key()).toBe(rightKey);
  expect(await ngc.key()).toBe(rightKey);
  watching.abort();
  await watched;
  expect(states).toHaveLength(2);
});

test('check finds out that a key was revoked, and that it is good again', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  expect(await ngc.api.check({})).toEqual(signedOut);
  await ngc.api.signIn({ key: rightKey });
  using revoking = testDeps({}, deps.secrets);
  const strict = await startRegistryGate({ upstream: 'http://127.0.0.1:9', keys: [otherRightKey] });
  try {
    const revoked = await createNgcService({ ...revoking, env: { NIMDECK_NGC_REGISTRY: strict.registry } });
    expect(await revoked.api.check({})).toMatchObject({ state: 'rejected', failure: { code: 'NGC_KEY_REJECTED' } });
  } finally {
    await strict.stop();
  }
  const again = await createNgcService(deps);
  expect((await again.api.watch({})[Symbol.asyncIterator]().next()).value).toMatchObject({ state: 'rejected' });
  expect(await again.api.check({})).toMatchObject({ state: 'signed-in', failure: null });
});

test('a check without a network leaves what was known', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  const { checkedAt } = await ngc.api.signIn({ key: rightKey });
  await gate.change({ htmlPageStatus: 502 });
  const status = await ngc.api.check({});
  expect(status).toMatchObject({ state: 'signed-in', checkedAt });
  expect(status.failure).not.toBeNull();
  expect(await ngc.key()).toBe(rightKey);
});

test('signing out forgets the key for good, also when a check is under way', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  await ngc.api.signIn({ key: rightKey });
  await gate.change({ delayMs: 50 });
  const checking = ngc.api.check({});
  expect(await ngc.api.signOut({})).toEqual(signedOut);
  await checking;
  expect([await ngc.key(), await ngc.credentialFor(reference())]).toEqual([null, null]);
  expect(await (await createNgcService(deps)).key()).toBeNull();
});

test('an aborted sign-in keeps nothing', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  await gate.change({ delayMs: 2000 });
  const abort = new AbortController();
  const signingIn = ngc.api.signIn({ key: rightKey }, { signal: abort.signal });
  abort.abort();
  await expect(signingIn).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await ngc.key()).toBeNull();
});

test('NGC_API_KEY is used when no key was saved, is never saved, and signing out ends its use', async () => {
  using deps = testDeps({ NGC_API_KEY: rightKey });
  const ngc = await createNgcService(deps);
  expect(await ngc.credentialFor(reference())).toMatchObject({ password: rightKey });
  expect((await ngc.api.watch({})[Symbol.asyncIterator]().next()).value).toMatchObject({
    state: 'signed-in',
    keyHint: 'good',
    storage: null,
  });
  expect(await deps.secrets.get('ngc')).toBeNull();
  expect(await ngc.api.signIn({ key: otherRightKey })).toMatchObject({ keyHint: 'also', storage: 'key-store' });
  expect(await (await createNgcService(deps)).key()).toBe(otherRightKey);
  await ngc.api.signOut({});
  expect(await ngc.key()).toBeNull();
});

test('the key goes to NGC only, whatever a reference looks like', async () => {
  using deps = testDeps({ NIMDECK_NGC_REGISTRY: '' });
  await deps.secrets.set('ngc', JSON.stringify({ key: rightKey, state: 'signed-in', checkedAt: null }));
  const ngc = await createNgcService(deps);
  const credential = { username: '$oauthtoken', password: rightKey, serveraddress: 'nvcr.io' };
  const first = await ngc.credentialFor('nvcr.io/nim/meta/a:1');
  expect(first).toEqual(credential);
  expect(await ngc.credentialFor('nvcr.io/nim/meta/a:1')).not.toBe(first);
  for (const elsewhere of [
    'nvcr.io.example.com/nim/meta/a',
    'example.com/nvcr.io/a',
    'nvcr.io:444/nim/meta/a',
    'nim/meta/a',
    'nvcr.io',
    'docker.io/nvcr.io/a',
    '127.0.0.1:5001/nim/meta/a',
    'https://nvcr.io/nim/meta/a',
    '',
  ]) {
    expect([elsewhere, await ngc.credentialFor(elsewhere)]).toEqual([elsewhere, null]);
  }
});

test('with a stand-in for NGC not even nvcr.io gets the key, and a stand-in must be on loopback', async () => {
  using deps = testDeps();
  const ngc = await createNgcService(deps);
  await ngc.api.signIn({ key: rightKey });
  expect(await ngc.credentialFor('nvcr.io/nim/meta/a:1')).toBeNull();
  expect(await ngc.credentialFor(reference())).toMatchObject({ serveraddress: gate.registry });
  for (const host of [
    'example.com',
    '10.0.0.1:5000',
    '127.0.0.1.example.com',
    'x@127.0.0.1:5001',
    '127.0.0.1:5001/x',
  ]) {
    using bad = testDeps({ NIMDECK_NGC_REGISTRY: host });
    await expect(createNgcService(bad)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  }
});

test('a key store that does not answer at start is said, and check tries it again', async () => {
  const secrets = memorySecrets();
  let isLocked = true;
  const get = async (name: string) => {
    if (isLocked) throw new AppError('KEY_STORE_UNAVAILABLE', 'locked');
    return secrets.get(name);
  };
  await secrets.set('ngc', JSON.stringify({ key: rightKey, state: 'signed-in', checkedAt: null }));
  using deps = testDeps({}, { ...secrets, get });
  const ngc = await createNgcService(deps);
  expect((await ngc.api.watch({})[Symbol.asyncIterator]().next()).value).toMatchObject({
    state: 'signed-out',
    failure: { code: 'KEY_STORE_UNAVAILABLE' },
  });
  isLocked = false;
  expect(await ngc.api.check({})).toMatchObject({ state: 'signed-in', failure: null });
});

test('beside a key of the environment, too, check and a later use ask the key store again for the saved one', async () => {
  const secrets = memorySecrets();
  let isLocked = true;
  const get = async (name: string) => {
    if (isLocked) throw new AppError('KEY_STORE_UNAVAILABLE', 'locked');
    return secrets.get(name);
  };
  await secrets.set('ngc', JSON.stringify({ key: rightKey, state: 'signed-in', checkedAt: null }));
  for (const way of ['check', 'use']) {
    isLocked = true;
    using deps = testDeps({ NGC_API_KEY: wrongKey }, { ...secrets, get });
    let ms = 0;
    const ngc = await createNgcService({ ...deps, steady: () => ms });
    expect(await ngc.api.check({})).toMatchObject({ state: 'rejected', keyHint: wrongKey.slice(-4) });
    expect(await ngc.key()).toBeNull();
    isLocked = false;
    if (way === 'check') await ngc.api.check({});
    ms += 61_000;
    expect(await ngc.key()).toBe(rightKey);
  }
});

test('no key is ever in a log line, a status or an error', async () => {
  const lines: string[] = [];
  using deps = testDeps({ NGC_API_KEY: `${wrongKey} ${rightKey}` });
  const ngc = await createNgcService({ ...deps, log: createLogger((line) => lines.push(line)) });
  const said: unknown[] = [];
  const hear = async (call: Promise<unknown>) =>
    said.push(await call.catch((error: unknown) => (error instanceof AppError ? error.toFailure() : String(error))));
  await hear(ngc.api.signIn({ key: rightKey }));
  await hear(ngc.api.signIn({ key: wrongKey }));
  await hear(ngc.api.signIn({ key: `${wrongKey}${rightKey}` }));
  await hear(ngc.layerSizes(reference(), { os: 'linux', architecture: 'amd64' }, new AbortController().signal));
  await gate.change({ htmlPageStatus: 502 });
  await hear(ngc.api.check({}));
  await hear(ngc.api.signOut({}));
  const text = JSON.stringify([said, lines]);
  expect(said).toHaveLength(6);
  expect(lines.length).toBeGreaterThan(0);
  for (const key of [rightKey, wrongKey]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(Buffer.from(`$oauthtoken:${key}`).toString('base64'));
  }
});

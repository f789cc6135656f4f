import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startRegistryGate, type RegistryGate } from '../../core/testing/sandbox.ts';

vi.setConfig({ testTimeout: 30_000 });

const key = 'nvapi-right';
const blob = Buffer.alloc(300_000, 'sandbox ');
const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;

let upstream: Server;
let gate: RegistryGate;

/** Just enough of a registry to be proxied: one manifest, one blob, two tags. */
function createUpstream(): Server {
  return createServer((request, response) => {
    const path = request.url ?? '';
    if (request.headers.authorization !== undefined) response.writeHead(500).end('a credential came through');
    else if (path.includes('/tags/list')) response.end(JSON.stringify({ name: 'x', tags: ['1.0.0', '2.0.13'] }));
    else if (path.includes('/manifests/')) {
      const isKnown = !path.endsWith('/missing');
      response.writeHead(isKnown ? 200 : 404, { 'docker-content-digest': digest, 'content-type': 'application/x' });
      response.end(isKnown ? '{"layers":[]}' : '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    } else {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from === 0 ? 200 : 206, {
        'content-length': blob.length - from,
        ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}` }),
      });
      response.end(request.method === 'HEAD' ? '' : blob.subarray(from));
    }
  });
}

beforeAll(async () => {
  upstream = createUpstream().listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = upstream.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  gate = await startRegistryGate({
    upstream: `http://127.0.0.1:${port}`,
    keys: [key, 'nvapi-other'],
    repositories: {
      'nim/example/private': 'private',
      'nim/example/forbidden': 'forbidden',
      'nim/example/unpaid': 'unpaid',
      'nim/example/terms': 'terms',
      'nim/example/none': 'unknown',
    },
  });
});
beforeEach(() => gate.reset());
afterAll(async () => {
  await gate.stop();
  upstream.close();
});

const basic = (password: string) => `Basic ${Buffer.from(`$oauthtoken:${password}`).toString('base64')}`;
const get = (path: string, authorization?: string, init: RequestInit = {}) =>
  fetch(`http://${gate.registry}${path}`, {
    ...init,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  });

async function requestToken(repository: string, authorization?: string, endpoint = 'proxy_auth') {
  const response = await get(`/${endpoint}?scope=repository:${repository}:pull`, authorization);
  return { status: response.status, body: (await response.json()) as { token: string; expires_in: number } };
}

async function bearer(repository: string, password?: string): Promise<string> {
  const { body } = await requestToken(repository, password === undefined ? undefined : basic(password));
  return `Bearer ${body.token}`;
}

const blobUrl = async (repository = 'nim/example/open') => {
  const response = await get(`/v2/${repository}/blobs/${digest}`, await bearer(repository), { redirect: 'manual' });
  expect(response.status).toBe(307);
  return response.headers.get('location') ?? '';
};

test('asks for a token, with the scope inside the realm', async () => {
  const ping = await get('/v2/');
  expect(ping.status).toBe(401);
  expect(ping.headers.get('www-authenticate')).toBe(`Bearer realm="http://${gate.registry}/proxy_auth"`);
  const manifest = await get('/v2/nim/example/open/manifests/1.0.0');
  expect(manifest.status).toBe(401);
  expect(manifest.headers.get('www-authenticate')).toBe(
    `Bearer realm="http://${gate.registry}/proxy_auth?scope=repository:nim/example/open:pull,push"`,
  );
  await gate.change({ scopeInRealm: false });
  const plain = await get('/v2/nim/example/open/manifests/1.0.0');
  expect(plain.headers.get('www-authenticate')).toBe(`Bearer realm="http://${gate.registry}/proxy_auth"`);
  // Basic is for the token endpoint only.
  expect((await get('/v2/', basic(key))).status).toBe(401);
});

test.each(['proxy_auth', 'token'])('/%s gives anonymous tokens for public repositories only', async (endpoint) => {
  const open = await requestToken('nim/example/open', undefined, endpoint);
  expect(open.status).toBe(200);
  expect(open.body.token.length).toBeGreaterThan(1100);
  expect(open.body.expires_in).toBe(300);
  const manifest = await get('/v2/nim/example/open/manifests/1.0.0', `Bearer ${open.body.token}`);
  expect(manifest.status).toBe(200);
  expect(manifest.headers.get('docker-content-digest')).toBe(digest);
  expect(await manifest.text()).toBe('{"layers":[]}');
  expect((await requestToken('nim/example/private', undefined, endpoint)).status).toBe(401);
});

test('a token is good for what it was asked for, and no more', async () => {
  const token = await bearer('nim/example/private', key);
  expect((await get('/v2/', token)).status).toBe(200);
  expect((await get('/v2/nim/example/private/manifests/1.0.0', token)).status).toBe(200);
  const other = await get('/v2/nim/example/open/manifests/1.0.0', token);
  expect(other.status).toBe(401);
  expect(other.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
});

test('a wrong key is refused, for public repositories too, with the status asked for', async () => {
  expect((await requestToken('nim/example/open', basic('nvapi-wrong'))).status).toBe(401);
  await gate.change({ wrongKeyStatus: 403 });
  expect((await requestToken('nim/example/open', basic('nvapi-wrong'))).status).toBe(403);
  const user = `Basic ${Buffer.from(`someone:${key}`).toString('base64')}`;
  expect((await requestToken('nim/example/open', user)).status).toBe(403);

  const state = await gate.state();
  expect(state.keysTried).toEqual([
    createHash('sha256').update('nvapi-wrong').digest('hex'),
    createHash('sha256').update('').digest('hex'),
  ]);
  expect(state.tokens).toEqual({ signedIn: 0, anonymous: 0, refused: 3 });
  expect(JSON.stringify(state)).not.toContain('nvapi-');
});

test('refuses by repository: forbidden and unknown alike, unpaid 402, terms 412', async () => {
  const forbidden = await requestToken('nim/example/forbidden', basic(key));
  expect(forbidden).toMatchObject({ status: 403, body: { errors: [{ code: 'DENIED', message: 'Access Denied' }] } });
  expect(await requestToken('nim/example/none', basic(key))).toEqual(forbidden);
  expect((await requestToken('nim/example/none')).status).toBe(401);
  expect((await requestToken('nim/example/unpaid', basic(key))).status).toBe(402);

  const terms = await get('/v2/nim/example/terms/manifests/1.0.0', await bearer('nim/example/terms', key));
  expect(terms.status).toBe(412);
  expect(await terms.text()).toContain('Please accept license on the browser to be able to download');

  await gate.change({ deniedAt: 'manifest' });
  const late = await get('/v2/nim/example/forbidden/manifests/1.0.0', await bearer('nim/example/forbidden', key));
  expect([late.status, late.headers.get('www-authenticate')?.includes('insufficient_scope')]).toEqual([401, true]);
});

test('tokens run out, sooner than they say where asked, or at once', async () => {
  await gate.change({ tokenTrueSeconds: 0 });
  const { body } = await requestToken('nim/example/open');
  expect(body.expires_in).toBe(300);
  const late = await get('/v2/nim/example/open/manifests/1.0.0', `Bearer ${body.token}`);
  expect([late.status, late.headers.get('www-authenticate')?.includes('error="invalid_token"')]).toEqual([401, true]);

  await gate.change({ tokenTrueSeconds: null });
  const token = await bearer('nim/example/open');
  expect((await get('/v2/', token)).status).toBe(200);
  await gate.revokeTokens();
  expect((await get('/v2/', token)).status).toBe(401);
});

test('the list of tags leaves out what resolves', async () => {
  await gate.change({ hiddenTags: ['2.0.13'] });
  const token = await bearer('nim/example/open');
  const list = await get('/v2/nim/example/open/tags/list?n=1000', token);
  expect(await list.json()).toEqual({ name: 'nim/example/open', tags: ['1.0.0'] });
  expect((await get('/v2/nim/example/open/manifests/2.0.13', token)).status).toBe(200);
  expect((await get('/v2/nim/example/open/manifests/missing', token)).status).toBe(404);
  expect((await get('/v2/nim/example/open/manifests/1', token, { method: 'PUT' })).status).toBe(405);
});

test('blobs come from the second address, signed, whole or in part', async () => {
  const url = await blobUrl();
  expect(new URL(url).host).toBe(gate.blobs);
  expect(gate.blobs).not.toBe(gate.registry);
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(blob)).toBe(true);
  const part = await fetch(url, { headers: { range: 'bytes=299000-' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 299000-299999/300000`]);
  expect((await part.arrayBuffer()).byteLength).toBe(1000);
  expect((await fetch(url.replace(/signature=./, 'signature=x'))).status).toBe(403);

  const state = await gate.state();
  expect(state.bytes).toBe(301_000);
  const seen = state.seen.filter(({ kind }) => kind === 'blob-host');
  expect(seen.map(({ authorization, range, bytes, status }) => [authorization, range, bytes, status])).toEqual([
    ['none', null, 300_000, 200],
    ['none', 'bytes=299000-', 1000, 206],
    ['none', null, 0, 403],
  ]);
});

test('keeps the rate, over all blobs together', async () => {
  await gate.change({ bytesPerSecond: 600_000 });
  const [first, second] = [await blobUrl(), await blobUrl('nim/example/second')];
  const startedAt = performance.now();
  await Promise.all([first, second].map(async (url) => (await fetch(url)).arrayBuffer()));
  const seconds = (performance.now() - startedAt) / 1000;
  expect(seconds).toBeGreaterThan(0.9);
  expect(seconds).toBeLessThan(1.6);
});

test('stalls with the connection open, and goes on when resumed', async () => {
  await gate.change({ stallAfterBytes: 100_000 });
  const reading = fetch(await blobUrl()).then(async (response) => response.arrayBuffer());
  await vi.waitFor(async () =>
    expect(await gate.state()).toMatchObject({ isStalled: true, bytes: 100_000, openBlobs: 1 }),
  );
  await gate.resume();
  expect((await reading).byteLength).toBe(blob.length);
  expect(await gate.state()).toMatchObject({ isStalled: false, openBlobs: 0 });
});

test('a stalled blob is let go when its reader leaves', async () => {
  await gate.change({ stallAfterBytes: 1000 });
  const away = new AbortController();
  const response = await fetch(await blobUrl(), { signal: away.signal });
  expect(response.status).toBe(200);
  await vi.waitFor(async () => expect((await gate.state()).isStalled).toBe(true), { timeout: 10_000 });
  away.abort();
  await vi.waitFor(async () => expect(await gate.state()).toMatchObject({ isStalled: false, openBlobs: 0 }), {
    timeout: 10_000,
  });
});

test('dies once after so many bytes; a second try gets the rest', async () => {
  await gate.change({ dieAfterBytes: 100_000 });
  const url = await blobUrl();
  const response = await fetch(url);
  let got = 0;
  const reading = (async () => {
    for await (const chunk of response.body ?? []) got += chunk.length;
  })();
  await expect(reading).rejects.toThrow('terminated');
  expect(got).toBe(100_000);
  const rest = await fetch(url, { headers: { range: `bytes=${got}-` } });
  expect((await rest.arrayBuffer()).byteLength).toBe(200_000);
});

test('dies for good: nothing listens until it is resumed', async () => {
  await gate.change({ dieAfterBytes: 50_000, dies: 'good' });
  const url = await blobUrl();
  await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow('terminated');
  expect(await gate.state()).toMatchObject({ isDown: true, bytes: 50_000 });
  await expect(get('/v2/')).rejects.toThrow('fetch failed');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  await gate.resume();
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBe(blob.length);
});

test('drops the connections that are open now', async () => {
  await gate.change({ stallAfterBytes: 10 });
  const reading = fetch(await blobUrl()).then((response) => response.arrayBuffer());
  reading.catch(() => undefined);
  await vi.waitFor(async () => expect((await gate.state()).isStalled).toBe(true), { timeout: 10_000 });
  await gate.drop();
  await expect(reading).rejects.toThrow();
});

test('puts a web page in the place of every answer', async () => {
  await gate.change({ htmlPageStatus: 200 });
  const response = await get('/v2/');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await response.text()).toContain('<!DOCTYPE html>');
});

test('can name another place for tokens, and can be slow', async () => {
  await gate.change({ realm: 'https://elsewhere.example/token', delayMs: 150 });
  const startedAt = performance.now();
  const ping = await get('/v2/');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);
  expect(ping.headers.get('www-authenticate')).toBe('Bearer realm="https://elsewhere.example/token"');
});

test('checks keys as api.ngc.nvidia.com does', async () => {
  const check = (credentials: string) =>
    fetch(`${gate.ngc}/v3/keys/get-caller-info`, { method: 'POST', body: new URLSearchParams({ credentials }) });
  const right = await check(key);
  expect(right.status).toBe(200);
  expect(await right.json()).toMatchObject({
    type: 'PERSONAL_KEY',
    user: { isActive: false },
    products: expect.any(Array),
  });
  const wrong = await check('nvapi-wrong');
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ requestStatus: { statusCode: 'UNAUTHORIZED' } });
  expect((await gate.state()).keysTried).toHaveLength(2);
});

test('refuses behaviour it does not know', async () => {
  await expect(gate.change({ bytesPerSecond: 0 })).rejects.toThrow('bytesPerSecond has a wrong value');
  await expect(gate.change({ speed: 1 } as object)).rejects.toThrow('speed is not known');
});

test('a start with wrong options says how to do it', async () => {
  const options = { upstream: 'nowhere', keys: [key] };
  await expect(startRegistryGate(options)).rejects.toThrow(/--upstream[\s\S]*Usage:/);
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { internetAddress } from '../lib/loopback.ts';
import { checkKey, type LayerSizesRequest, readArchitectures, readLayerSizes } from './registry.ts';
import { mayReceiveKey, parseChallenge } from './registry-sign-in.ts';

const never = new AbortController().signal;
const key = 'nvapi-right';
const rightBasic = `Basic ${Buffer.from(`$oauthtoken:${key}`).toString('base64')}`;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const linux = { os: 'linux', architecture: 'amd64' };

interface Seen {
  path: string;
  authorization: string | undefined;
  accept: string | undefined;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server with a script; it remembers what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse, self: string) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({
      path: request.url ?? '',
      authorization: request.headers.authorization,
      accept: request.headers.accept,
    });
    answer(request, response, host());
  });
  const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host: host(), seen };
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function isToken(request: IncomingMessage): boolean {
  return request.url?.startsWith('/proxy_auth') === true;
}

/** As nvcr.io asks: the scope stands inside the realm's own query. */
function challenge(response: ServerResponse, self: string): void {
  const realm = `http://${self}/proxy_auth?scope=repository:nim/x:pull,push`;
  json(response, 401, {}, { 'www-authenticate': `Bearer realm="${realm}"` });
}

const layers = [
  { digest: digest('a'), size: 100, mediaType: 'x' },
  { digest: digest('b'), size: 23 },
];
const sizes = layers.map((layer) => ({ digest: layer.digest, bytes: layer.size }));

const index = {
  manifests: [
    { digest: digest('1'), platform: { os: 'unknown', architecture: 'unknown' } },
    { digest: digest('2'), platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { digest: digest('3'), platform: { os: 'linux', architecture: 'amd64' } },
  ],
};

/** Anyone gets a token; a manifest needs it. */
const registry = (manifestOf: (tag: string) => unknown) =>
  serve((request, response, self) => {
    if (isToken(request)) return json(response, 200, { token: 'T', expires_in: 300 });
    if (request.headers.authorization !== 'Bearer T') return challenge(response, self);
    const manifest = manifestOf(request.url?.split('/').at(-1) ?? '');
    return manifest === undefined ? json(response, 404, {}) : json(response, 200, manifest);
  });

const readSizes = (request: Omit<LayerSizesRequest, 'addressOf'>) =>
  readLayerSizes({ ...request, addressOf: internetAddress });

describe('readArchitectures', () => {
  const ask = async (manifestOf: (tag: string) => unknown) => {
    const failures: unknown[] = [];
    const { host } = await registry(manifestOf);
    const found = await readArchitectures({
      reference: `${host}/nim/x:1`,
      key: null,
      signal: never,
      addressOf: internetAddress,
      onFailure: ({ code }) => failures.push(code),
    });
    return { found, failures };
  };

  it('reads them out of an index, past the attestations', async () => {
    expect(await ask(() => index)).toEqual({ found: ['arm64', 'amd64'], failures: [] });
  });

  it('reads the one of a plain image out of its own description', async () => {
    const manifest = { layers, config: { digest: digest('c') } };
    const config = { architecture: 'arm64', os: 'linux' };
    expect(await ask((tag) => (tag === '1' ? manifest : tag === digest('c') ? config : undefined))).toEqual({
      found: ['arm64'],
      failures: [],
    });
  });

  it('says why it does not know', async () => {
    expect(await ask(() => undefined)).toEqual({ found: null, failures: ['TAG_NOT_FOUND'] });
    expect(await ask(() => ({ layers }))).toEqual({ found: null, failures: ['NGC_REPLY_UNREADABLE'] });
    expect(await ask((tag) => (tag === '1' ? { layers, config: { digest: digest('c') } } : {}))).toMatchObject({
      found: null,
    });
  });
});

describe('readLayerSizes', () => {
  it('reads the layers of the platform’s manifest out of an index, past the attestations', async () => {
    const asked = (platform: { os: string; architecture: string }) => async () => {
      const { host } = await registry((tag) => (tag === '1.0' ? index : tag === digest('3') ? { layers } : undefined));
      return readSizes({ reference: `${host}/nim/x:1.0`, platform, key: null, signal: never });
    };
    expect(await asked(linux)()).toEqual(sizes);
    expect(await asked({ os: 'linux', architecture: 'x86_64' })()).toEqual(sizes);
    // arm64 is in the index, but its manifest is not there.
    expect(await asked({ os: 'linux', architecture: 'aarch64' })()).toBeNull();
    expect(await asked({ os: 'windows', architecture: 'amd64' })()).toBeNull();
  });

  it('reads a plain manifest, by tag and by digest, and asks for the kinds that have sizes', async () => {
    const { host, seen } = await registry(() => ({ layers }));
    for (const reference of [`${host}/nim/x`, `${host}/nim/x@${digest('c')}`]) {
      expect(await readSizes({ reference, platform: linux, key, signal: never })).toEqual(sizes);
    }
    const manifests = seen.filter(
      ({ path, authorization }) => path.includes('/manifests/') && authorization !== undefined,
    );
    expect(manifests.map(({ path }) => path)).toEqual([
      '/v2/nim/x/manifests/latest',
      `/v2/nim/x/manifests/${digest('c')}`,
    ]);
    expect(manifests[0]?.accept).toContain('application/vnd.oci.image.index.v1+json');
  });

  it('sends the key to the token request alone, with the scope once', async () => {
    const { host, seen } = await registry(() => ({ layers }));
    await readSizes({ reference: `${host}/nim/x:1`, platform: linux, key, signal: never });
    const withKey = seen.filter(({ authorization }) => authorization === rightBasic);
    expect(withKey).toHaveLength(1);
    const address = new URL(withKey[0]?.path ?? '', 'http://x');
    expect(address.searchParams.getAll('scope')).toEqual(['repository:nim/x:pull']);
  });

  it('follows a redirect without the Authorization header', async () => {
    const storage = await serve((_request, response) => json(response, 200, { layers }));
    const front = await serve((request, response, self) => {
      if (isToken(request)) return json(response, 200, { access_token: 'T' });
      if (request.headers.authorization === undefined) return challenge(response, self);
      response.writeHead(307, { location: `http://${storage.host}/stored?signature=x` }).end();
    });
    const reference = `${front.host}/nim/x:1`;
    expect(await readSizes({ reference, platform: linux, key, signal: never })).toEqual(sizes);
    expect(storage.seen).toEqual([expect.objectContaining({ authorization: undefined })]);
  });

  it('needs no token where the registry asks for none', async () => {
    const { host } = await serve((_request, response) => json(response, 200, { layers }));
    expect(await readSizes({ reference: `${host}/x:1`, platform: linux, key: null, signal: never })).toEqual(sizes);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['schema 1', (response) => json(response, 200, { schemaVersion: 1, fsLayers: [] }), 'NGC_REPLY_UNREADABLE'],
    [
      'a proxy’s page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'PROXY_PAGE',
    ],
    ['no such tag', (response) => json(response, 404, {}), 'TAG_NOT_FOUND'],
    ['too many requests', (response) => json(response, 429, {}), 'NGC_RATE_LIMITED'],
    ['an ill registry', (response) => json(response, 503, {}), 'NGC_UNREACHABLE'],
    ['a cut connection', (response) => response.destroy(), 'NGC_UNREACHABLE'],
    ['redirects in a circle', (response) => response.writeHead(307, { location: '/again' }).end(), 'PROXY_PAGE'],
    [
      'a redirect out of TLS',
      (response) => response.writeHead(307, { location: 'http://example.invalid/x' }).end(),
      'PROXY_PAGE',
    ],
    ['far too much', (response) => response.writeHead(200).end('x'.repeat(5_000_000)), 'NGC_REPLY_UNREADABLE'],
  ])('knows no sizes, and says why, for %s', async (_name, answer, code) => {
    const { host } = await serve((_request, response) => answer(response));
    const failures: string[] = [];
    const onFailure = (error: { code: string }) => void failures.push(error.code);
    const request = { reference: `${host}/nim/x:1`, platform: linux, key: null, signal: never, onFailure };
    expect(await readSizes(request)).toBeNull();
    expect(failures).toEqual([code]);
  });

  it('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const { host } = await serve(() => abort.abort());
    const reading = readSizes({ reference: `${host}/x:1`, platform: linux, key: null, signal: abort.signal });
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  const folder = captureFolder('nim');
  it.skipIf(folder === null)('finds both platforms in the index of a real NIM', async () => {
    const real = JSON.parse(readCapture(folder ?? '', 'registry-manifest-llama-3.1-8b-2.0.6.json')) as unknown;
    const { host, seen } = await registry((tag) => (tag === '2.0.6' ? real : { layers }));
    const whole = { reference: `${host}/nim/meta/llama:2.0.6`, key, signal: never, addressOf: internetAddress };
    expect(await readArchitectures(whole)).toEqual(['amd64', 'arm64']);
    for (const architecture of ['amd64', 'arm64']) {
      const reference = `${host}/nim/meta/llama:2.0.6`;
      expect(await readSizes({ reference, platform: { os: 'linux', architecture }, key, signal: never })).toEqual(
        sizes,
      );
    }
    const digests = seen.filter(({ path }) => path.includes('sha256:')).map(({ path }) => path.split('/').at(-1));
    expect(digests).toEqual([expect.stringMatching(/337cc09a/), expect.stringMatching(/249dcac4/)]);
  });
});

describe('checkKey', () => {
  const gate = (tokenStatus: (isRight: boolean) => number) =>
    serve((request, response, self) => {
      if (!isToken(request)) return challenge(response, self);
      const status = tokenStatus(request.headers.authorization === rightBasic);
      return json(response, status, status === 200 ? { token: 'T' } : {});
    });
  const result = async (address: string, candidate = key) => {
    const outcome = await checkKey(address, candidate, never);
    return isAppError(outcome) ? outcome.code : outcome;
  };

  it.each([401, 403])('tells a right key from a wrong one that is refused with %i', async (status) => {
    const { host } = await gate((isRight) => (isRight ? 200 : status));
    expect(await result(`http://${host}`)).toBe('accepted');
    expect(await result(`http://${host}`, 'nvapi-wrong')).toBe('NGC_KEY_REJECTED');
  });

  it.each([
    [402, 'accepted'],
    [412, 'accepted'],
    [429, 'NGC_RATE_LIMITED'],
    [500, 'NGC_UNREACHABLE'],
    [404, 'NGC_REPLY_UNREADABLE'],
  ])('reads the answer %i as %s', async (status, expected) => {
    const { host } = await gate(() => status);
    expect(await result(`http://${host}`)).toBe(expected);
  });

  it('cannot tell without an answer, from a page, or from an answer without a token', async () => {
    const page = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect(await result(`http://${page.host}`)).toBe('PROXY_PAGE');
    const blocked = await serve((_request, response) => response.writeHead(403, { 'content-type': 'text/html' }).end());
    expect(await result(`http://${blocked.host}`)).toBe('PROXY_PAGE');
    const empty = await serve((request, response, self) =>
      isToken(request) ? json(response, 200, {}) : challenge(response, self),
    );
    expect(await result(`http://${empty.host}`)).toBe('NGC_REPLY_UNREADABLE');
    const pageForToken = await serve((request, response, self) =>
      isToken(request)
        ? response.writeHead(403, { 'content-type': 'text/html' }).end('<!doctype html>')
        : challenge(response, self),
    );
    expect(await result(`http://${pageForToken.host}`)).toBe('PROXY_PAGE');
    const { host } = page;
    for (const close of closers.splice(0)) await close();
    expect(await result(`http://${host}`)).toBe('NGC_UNREACHABLE');
  });

  it('sends the key nowhere else, whatever the challenge says', async () => {
    const { host, seen } = await serve((_request, response) =>
      json(response, 401, {}, { 'www-authenticate': 'Bearer realm="https://evil.example/token"' }),
    );
    expect(await result(`http://${host}`)).toBe('NGC_REPLY_UNREADABLE');
    expect(seen.every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(await result('https://evil.example')).toBe('BAD_INPUT');
    expect(await result('http://nvcr.io')).toBe('BAD_INPUT');
  });

  it('reads the sign-in of a Basic registry on loopback', async () => {
    const { host } = await serve((request, response) =>
      request.headers.authorization === rightBasic
        ? json(response, 200, {})
        : json(response, 401, {}, { 'www-authenticate': 'Basic realm="x"' }),
    );
    expect(await result(`http://${host}`)).toBe('accepted');
    expect(await result(`http://${host}`, 'nvapi-wrong')).toBe('NGC_KEY_REJECTED');
  });

  it('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const { host } = await serve(() => abort.abort());
    await expect(checkKey(`http://${host}`, key, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('mayReceiveKey', () => {
  it.each([
    ['https://nvcr.io/proxy_auth', 'https://nvcr.io', true],
    ['https://authn.nvidia.com/token', 'https://nvcr.io', true],
    ['https://api.ngc.nvidia.com/x', 'https://nvcr.io', true],
    ['http://nvcr.io/proxy_auth', 'https://nvcr.io', false],
    ['https://nvcr.io:8443/proxy_auth', 'https://nvcr.io', false],
    ['https://nvcr.io.evil.example/token', 'https://nvcr.io', false],
    ['https://evil.example/token', 'https://nvcr.io', false],
    ['http://127.0.0.1:9/token', 'https://nvcr.io', false],
    ['https://nvcr.io/proxy_auth', 'https://ghcr.io', false],
    ['http://127.0.0.1:9/token', 'http://127.0.0.1:5000', true],
    ['http://[::1]:9/token', 'http://localhost:5000', true],
    ['https://evil.example/token', 'http://127.0.0.1:5000', false],
    ['http://127.0.0.1.evil.example/token', 'http://127.0.0.1:5000', false],
  ])('%s for %s: %s', (address, registryAddress, expected) => {
    expect(mayReceiveKey(new URL(address), new URL(registryAddress))).toBe(expected);
  });
});

describe('parseChallenge', () => {
  const from = new URL('https://nvcr.io/v2/');
  it.each([
    [
      'Bearer realm="https://nvcr.io/proxy_auth?scope=repository:x:pull,push"',
      'https://nvcr.io/proxy_auth?scope=repository:x:pull,push',
      null,
    ],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a:pull"',
      'https://auth.docker.io/token',
      'registry.docker.io',
    ],
    ['bearer service="s",realm="/token"', 'https://nvcr.io/token', 's'],
  ])('%s', (header, realm, service) => {
    expect(parseChallenge(header, from)).toMatchObject({ scheme: 'bearer', realm: new URL(realm), service });
  });

  it('refuses a realm without TLS, a realm that is no address, and no challenge at all', () => {
    for (const header of [
      'Bearer realm="http://nvcr.io/token"',
      'Bearer realm="ftp://x/y"',
      'Bearer service="x"',
      '',
      'Negotiate',
    ]) {
      expect(parseChallenge(header, from)).toBeNull();
    }
    expect(parseChallenge('Basic realm="x"', from)).toEqual({ scheme: 'basic' });
  });
});

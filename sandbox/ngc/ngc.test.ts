import { afterEach, describe, expect, it } from 'vitest';
import { checkKey, readLayerSizes } from '../../core/ngc/registry.ts';
import { captureFolder, readCapture } from '../../core/testing/captures.ts';
import { layersOf, nimImage } from '../engine/image.ts';
import { practiceKeys } from './keys.ts';
import { type NgcOptions, type SandboxNgc, startNgc } from './ngc.ts';

const open: SandboxNgc[] = [];
afterEach(() => Promise.all(open.splice(0).map((ngc) => ngc.close())));

async function start(options: NgcOptions = {}): Promise<SandboxNgc> {
  const ngc = await startNgc(options);
  open.push(ngc);
  return ngc;
}

const never = new AbortController().signal;
const addressAt = (ngc: SandboxNgc) => (host: string) => new URL(ngc.hosts[host] ?? ngc.hosts['*'] ?? '');
const ask = (ngc: SandboxNgc, path: string, init?: RequestInit, host = 'api.ngc.nvidia.com') =>
  fetch(`${ngc.hosts[host]}${path}`, init);
const json = async (answer: Promise<Response>) => (await answer).json() as Promise<Record<string, never>>;

interface SearchReply {
  resultTotal: number;
  resultPageTotal: number;
  results: { groupValue: string; totalCount: number; resources: { resourceId: string; attributes: object[] }[] }[];
}
async function search(ngc: SandboxNgc, query: object): Promise<SearchReply> {
  const answer = await ask(
    ngc,
    `/v2/search/catalog/resources/CONTAINER?q=${encodeURIComponent(JSON.stringify(query))}`,
  );
  expect(answer.status).toBe(200);
  return (await answer.json()) as SearchReply;
}
const rowsOf = ({ results }: SearchReply) =>
  results.find(({ groupValue }) => groupValue === 'CONTAINER')?.resources ?? [];

describe('the catalogue', () => {
  it('comes in pages that together are the shipped one, with rows that are repeated', async () => {
    const ngc = await start();
    const ids = new Set<string>();
    const first = await search(ngc, { query: 'orgName:nim', pageSize: 70 });
    for (let page = 0; page < first.resultPageTotal; page += 1) {
      const reply = await search(ngc, { query: 'orgName:nim', pageSize: 70, page });
      for (const { resourceId } of rowsOf(reply)) ids.add(resourceId);
      const [scored] = reply.results;
      expect(scored?.groupValue).toBe('_scored');
      expect(rowsOf(reply).map(({ resourceId }) => resourceId)).toContain(scored?.resources[0]?.resourceId);
    }
    expect(ids.size).toBe(first.resultTotal);
    expect(ids.size).toBeGreaterThan(150);
    expect(ids).toContain('nim/meta/llama-3.1-8b-instruct');
    expect((await search(ngc, { query: 'orgName:nim', page: first.resultPageTotal, pageSize: 70 })).results).toEqual(
      [],
    );
  });

  it.each([
    ['resourceId:nim/meta/*', (id: string) => id.startsWith('nim/meta/')],
    ['Llama 3.1 8B', (id: string) => /llama.?3\.1.*8b/.test(id)],
    ['name:llama-3.1-8b-instruct', (id: string) => id === 'nim/meta/llama-3.1-8b-instruct'],
  ])('is searched for %s', async (query, isWanted) => {
    const ids = rowsOf(await search(await start(), { query, pageSize: 1000 })).map(({ resourceId }) => resourceId);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !isWanted(id))).toEqual([]);
  });

  it('has nothing for words that no model has, and refuses a query that is no JSON', async () => {
    const ngc = await start();
    expect(await search(ngc, { query: 'no-such-model' })).toMatchObject({ resultTotal: 0, results: [] });
    const answer = await ask(ngc, '/v2/search/catalog/resources/CONTAINER?q=orgName:nim');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  });

  it('tells of one repository: openly, and in the older form with a key', async () => {
    const ngc = await start();
    const path = '/v2/org/nim/team/meta/repos/llama-3.1-8b-instruct?resolve-labels=true';
    const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
    expect((await ask(ngc, path)).status).toBe(401);
    expect((await ask(ngc, path, bearer('nvapi-wrong'))).status).toBe(401);
    const old = await json(ask(ngc, path, bearer(ngc.key)));
    expect(old).toMatchObject({ namespace: 'nim/meta', name: 'llama-3.1-8b-instruct', latestTag: '2.1.5' });
    expect(old['tags']).toEqual(['2.1.5', '2.1', '2', 'latest']);
    const { repository } = await json(ask(ngc, '/v2/repos/nim/meta/llama-3.1-8b-instruct'));
    expect(repository).toMatchObject({ ...(old as object), nim: { id: 'nim/meta/llama-3.1-8b-instruct' } });
    expect(await json(ask(ngc, '/v2/repos/nim/meta/none'))).toMatchObject({
      requestStatus: { statusCode: 'NOT_FOUND' },
    });
  });

  it('keeps four repositories from the EU', async () => {
    const ngc = await start({ behaviour: { region: 'eu' } });
    const answer = await ask(ngc, '/v2/repos/nim/meta/llama-3.2-11b-vision-instruct');
    expect([answer.status, await answer.text()]).toEqual([451, '']);
    ngc.provoke({ region: 'us' });
    expect((await ask(ngc, '/v2/repos/nim/meta/llama-3.2-11b-vision-instruct')).status).toBe(200);
  });
});

describe('keys', () => {
  const info = (ngc: SandboxNgc, key: string) =>
    ask(ngc, '/v3/keys/get-caller-info', { method: 'POST', body: new URLSearchParams({ credentials: key }) });

  it('are told apart by caller info', async () => {
    const ngc = await start();
    expect(await json(info(ngc, ngc.key))).toMatchObject({
      type: 'PERSONAL_KEY',
      products: ['ai-foundations', 'nv-cloud-functions', 'private-registry', 'artifact-catalog'],
    });
    expect((await json(info(ngc, practiceKeys.hostedOnly)))['products']).toEqual([
      'ai-foundations',
      'nv-cloud-functions',
    ]);
    for (const key of [practiceKeys.expired, 'nvapi-wrong', '']) expect((await info(ngc, key)).status).toBe(401);
  });

  it('are what the app’s own check takes them for', async () => {
    let isRefused = false;
    const ngc = await start({ isKeyRefused: () => isRefused });
    const check = (key: string) => checkKey(ngc.hosts['nvcr.io'] ?? '', key, never);
    expect(await check(ngc.key)).toBe('accepted');
    // Known, and of no use for this image.
    expect(await check(practiceKeys.hostedOnly)).toBe('accepted');
    expect(await check(practiceKeys.expired)).toMatchObject({ code: 'NGC_KEY_REJECTED' });
    expect(await check('nvapi-wrong')).toMatchObject({ code: 'NGC_KEY_REJECTED' });
    expect([ngc.isRightKey(ngc.key), ngc.isRightKey(practiceKeys.hostedOnly)]).toEqual([true, false]);
    expect([
      ngc.isRightKey(practiceKeys.hostedOnly, 'hosted'),
      ngc.isRightKey(practiceKeys.catalogOnly, 'hosted'),
    ]).toEqual([true, false]);
    isRefused = true;
    expect(await check(ngc.key)).toMatchObject({ code: 'NGC_KEY_REJECTED' });
    expect(ngc.isRightKey(ngc.key)).toBe(false);
  });

  it('are changed for tokens, by either header', async () => {
    const ngc = await start();
    const token = (authorization: string) =>
      ask(ngc, '/token?service=ngc&scope=group/ngc', { headers: { authorization } }, 'authn.nvidia.com');
    const basic = (key: string) => `Basic ${Buffer.from(`$oauthtoken:${key}`).toString('base64')}`;
    for (const authorization of [basic(ngc.key), `ApiKey ${ngc.key}`]) {
      expect(await json(token(authorization))).toEqual({
        token: expect.stringMatching(/^[\w-]{1000,}$/),
        expires_in: 900,
      });
    }
    expect((await token(basic('nvapi-wrong'))).status).toBe(401);
  });
});

describe('nvcr.io', () => {
  const image = { ...nimImage({ reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5' }), needsKey: true };
  const open8b = { ...nimImage({ reference: 'nvcr.io/nim/nvidia/free:1.0.0' }), needsKey: false };
  const linux = { os: 'linux', architecture: 'amd64' };
  const sizes = (ngc: SandboxNgc, reference: string, key: string | null, onFailure = (_error: unknown) => {}) =>
    readLayerSizes({ reference, platform: linux, key, signal: never, addressOf: addressAt(ngc), onFailure });

  it('has the layers that the engine pulls, for whoever may read them', async () => {
    const ngc = await start({ images: [image, open8b] });
    expect(await sizes(ngc, image.reference, ngc.key)).toEqual(layersOf(image));
    expect(await sizes(ngc, open8b.reference, null)).toEqual(layersOf(open8b));
    const codes: unknown[] = [];
    const failing = (error: unknown) => void codes.push((error as { code: string }).code);
    expect(await sizes(ngc, image.reference, null, failing)).toBeNull();
    expect(await sizes(ngc, image.reference, practiceKeys.expired, failing)).toBeNull();
    // A key that is refused is refused for public repositories, too.
    expect(await sizes(ngc, open8b.reference, 'nvapi-wrong', failing)).toBeNull();
    expect(await sizes(ngc, 'nvcr.io/nim/meta/none:1', ngc.key, failing)).toBeNull();
    expect(await sizes(ngc, image.reference.replace('2.1.5', '0.0.0'), ngc.key, failing)).toBeNull();
    expect(codes).toHaveLength(5);
    expect(codes[1]).toBe('NGC_KEY_REJECTED');
    expect(codes[4]).toBe('TAG_NOT_FOUND');
    // Nothing stands in for other registries, and that is said in words of a registry.
    expect(await sizes(ngc, 'docker.io/library/alpine:3', null)).toBeNull();
  });

  it('lists tags, and the catalogue says the same size', async () => {
    const ngc = await start({ images: [image] });
    const asked = await ask(
      ngc,
      '/proxy_auth?scope=repository:nim/meta/llama-3.1-8b-instruct:pull',
      {
        headers: { authorization: `Basic ${Buffer.from(`$oauthtoken:${ngc.key}`).toString('base64')}` },
      },
      'nvcr.io',
    );
    const { token } = (await asked.json()) as { token: string };
    const listed = ask(
      ngc,
      '/v2/nim/meta/llama-3.1-8b-instruct/tags/list',
      { headers: { authorization: `Bearer ${token}` } },
      'nvcr.io',
    );
    expect(await json(listed)).toEqual({ name: 'nim/meta/llama-3.1-8b-instruct', tags: ['2.1.5'] });
    const [row] = rowsOf(await search(ngc, { query: 'name:llama-3.1-8b-instruct' }));
    const bytes = layersOf(image).reduce((sum, layer) => sum + layer.bytes, 0);
    expect(row?.attributes).toContainEqual({ key: 'size', value: String(bytes) });
  });
});

describe('what goes wrong on the way', () => {
  it.each([
    ['proxy-page', 200, 'text/html; charset=utf-8'],
    ['rate-limited', 429, 'application/json'],
    ['unavailable', 503, 'application/json'],
  ] as const)('%s', async (failure, status, type) => {
    const ngc = await start();
    ngc.provoke({ failure });
    for (const host of ['api.ngc.nvidia.com', 'nvcr.io', 'authn.nvidia.com']) {
      const answer = await ask(ngc, '/v2/', undefined, host);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    }
    ngc.provoke({ failure: null });
    expect((await ask(ngc, '/v2/', undefined, 'nvcr.io')).status).toBe(401);
  });

  it('a slow line, which a caller may leave', async () => {
    const ngc = await start({ behaviour: { delayMs: 60_000 } });
    const leaving = new AbortController();
    const asked = ask(ngc, '/v2/search/catalog/resources/CONTAINER', { signal: leaving.signal });
    leaving.abort();
    await expect(asked).rejects.toThrow(/abort/i);
  });

  it('nothing listens any more once it is closed', async () => {
    const ngc = await startNgc();
    await ngc.close();
    for (const address of Object.values(ngc.hosts)) await expect(fetch(address)).rejects.toThrow(/fetch failed/);
  });
});

const captures = captureFolder('ngc');
describe.skipIf(captures === null)(
  'the replies have the fields of recorded ones (skipped where the captures are missing)',
  () => {
    const recorded = (name: string) => JSON.parse(readCapture(captures ?? '', name)) as Record<string, unknown>;
    const ours = (value: unknown, real: unknown) =>
      Object.keys(value as object).filter((key) => !Object.keys(real as object).includes(key));

    it('search', async () => {
      const real = recorded('search-container-nim-2026-02.json') as unknown as SearchReply;
      const reply = await search(await start(), { query: '*:*', pageSize: 2 });
      expect(ours(reply, real)).toEqual([]);
      expect(Object.keys(reply)).toEqual(Object.keys(real));
      expect(reply.results.map(({ groupValue }) => groupValue)).toEqual(
        real.results.map(({ groupValue }) => groupValue),
      );
      expect(ours(rowsOf(reply)[0], rowsOf(real)[0])).toEqual([]);
      expect(rowsOf(reply)).toHaveLength(2);
    });

    it('repository detail', async () => {
      const ngc = await start({ images: [nimImage({ reference: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.1.5' })] });
      const headers = { authorization: `Bearer ${ngc.key}` };
      const reply = await json(ask(ngc, '/v2/org/nim/team/meta/repos/llama-3.1-8b-instruct', { headers }));
      const real = recorded('repo-detail-nim-2026-02.json');
      expect(ours(reply, real)).toEqual([]);
      const variants = (value: Record<string, unknown>) => value['latestArchitectureVariants'] as object[];
      expect(variants(reply).map((variant) => ours(variant, variants(real)[0]))).toEqual([[], []]);
    });

    it('caller info', async () => {
      const ngc = await start();
      const body = new URLSearchParams({ credentials: ngc.key });
      const reply = await json(ask(ngc, '/v3/keys/get-caller-info', { method: 'POST', body }));
      const real = recorded('get-caller-info-personal-2026-02.json');
      expect(Object.keys(reply)).toEqual(Object.keys(real));
      expect(ours(reply['user'], real['user'])).toEqual([]);
    });
  },
);

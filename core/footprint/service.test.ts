import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Api } from '../../shared/contract/index.ts';
import { contract } from '../../shared/contract/index.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { openCore } from '../host/open-core.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { startOneNimEngine } from '../testing/one-nim-engine.ts';

async function withCore(deps: TestDeps, work: (api: Api) => Promise<void>): Promise<void> {
  const core = await openCore(deps);
  try {
    await work(connect(await core.newPort(), contract));
  } finally {
    await core.close();
  }
}

function putModel(deps: TestDeps, name: string): string {
  const folder = join(deps.home, '.cache/nim/ngc/hub', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'weights'), 'x'.repeat(1000));
  return folder;
}

const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

test('lists what is there, and says which NIM needs it', async () => {
  await using engine = await startOneNimEngine({ pull: [], log: [], tokens: [] });
  using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost } });
  putModel(deps, 'models--nim--example--chat');
  await deps.secrets.set('ngc', JSON.stringify({ key: 'nvapi-0123456789', state: 'signed-in', checkedAt: null }));
  await withCore(deps, async (api) => {
    const { items, isEngineKnown } = await api.footprint.read({});
    expect(isEngineKnown).toBe(true);
    expect(items.map(({ kind, name }) => [kind, name])).toEqual([
      ['container', 'example-chat'],
      ['model', 'nim/example/chat'],
      ['key', 'NGC'],
      ['data', deps.dataFolder],
    ]);
    expect(items[0]?.notes).toEqual(['runs']);
    expect(items[1]).toMatchObject({ sizeBytes: 1000, usedBy: ['example-chat'] });
  });
});

test('without an engine what it holds is not known, which is not nothing', async () => {
  using deps = createTestDeps({ env: nowhere });
  await withCore(deps, async (api) => {
    const { items, isEngineKnown } = await api.footprint.read({});
    expect(isEngineKnown).toBe(false);
    expect(items.map(({ kind }) => kind)).toEqual(['data']);
  });
});

test('removes what is named and nothing else', async () => {
  using deps = createTestDeps({ env: nowhere });
  const gone = putModel(deps, 'models--nim--example--gone');
  const kept = putModel(deps, 'models--nim--example--kept');
  await deps.secrets.set('ngc', JSON.stringify({ key: 'nvapi-0123456789', state: 'signed-in', checkedAt: null }));
  await withCore(deps, async (api) => {
    const results = await api.footprint.remove({ ids: ['model:models--nim--example--gone', 'key:ngc', 'image:none'] });
    expect(results.map(({ id, failure }) => [id, failure?.code ?? null])).toEqual([
      ['model:models--nim--example--gone', null],
      ['key:ngc', null],
      ['image:none', 'NOT_FOUND'],
    ]);
  });
  expect(existsSync(gone)).toBe(false);
  expect(existsSync(kept)).toBe(true);
  expect(await deps.secrets.get('ngc')).toBeNull();
  expect(existsSync(join(deps.dataFolder, 'nimdeck.db'))).toBe(true);
});

test('lists the key of an address, forgets it, and leaves no file of addresses behind', async () => {
  using deps = createTestDeps({ env: nowhere });
  const server = createServer((_request, response) => response.end(JSON.stringify({ data: [{ id: 'a-model' }] })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
  try {
    await withCore(deps, async (api) => {
      await api.chat.saveAddress({ id: null, name: 'A server', url, model: null, key: 'a-key-of-its-own' });
      const found = (await api.footprint.read({})).items.filter(({ kind }) => kind === 'key');
      expect(found.map(({ name }) => name)).toEqual(['A server']);
      await api.footprint.remove({ ids: found.map(({ id }) => id) });
      expect((await api.footprint.read({})).items.filter(({ kind }) => kind === 'key')).toEqual([]);
      await api.footprint.remove({ ids: ['data:folder'] });
    });
    expect(existsSync(deps.dataFolder)).toBe(false);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('takes the data when it ends, and leaves in the folder what is not ours', async () => {
  using deps = createTestDeps({ env: nowhere });
  mkdirSync(deps.dataFolder, { recursive: true });
  writeFileSync(join(deps.dataFolder, 'thesis.txt'), 'mine');
  await withCore(deps, async (api) => {
    await api.settings.update({ logCapMiB: 7 });
    expect(await api.footprint.remove({ ids: ['data:folder'] })).toEqual([{ id: 'data:folder', failure: null }]);
    expect(existsSync(join(deps.dataFolder, 'settings.json'))).toBe(true);
  });
  expect(readdirSync(deps.dataFolder)).toEqual(['thesis.txt']);
});

test('takes the folder itself when nothing else is in it, and a later start begins anew', async () => {
  using deps = createTestDeps({ env: nowhere });
  await withCore(deps, async (api) => {
    await api.footprint.remove({ ids: ['data:folder'] });
  });
  expect(existsSync(deps.dataFolder)).toBe(false);
  await withCore(deps, async (api) => {
    expect((await api.footprint.read({})).items.map(({ kind }) => kind)).toEqual(['data']);
  });
});

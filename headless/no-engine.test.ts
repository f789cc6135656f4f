import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createTestDeps } from '../core/testing/deps.ts';
import { contract } from '../shared/contract/index.ts';
import { connect } from '../shared/rpc/connect.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { startHeadless } from './main.ts';

it('serves the whole core where no engine is: it says so, and all else works', { timeout: 30_000 }, async () => {
  using deps = createTestDeps();
  const notes: string[] = [];
  const headless = await startHeadless({
    port: 0,
    note: (text) => void notes.push(text),
    dataFolder: deps.dataFolder,
    shouldOpen: false,
    env: { NIMDECK_SECRETS: 'file', DOCKER_HOST: `unix://${join(deps.dataFolder, 'none.sock')}` },
    pages: { servePage: () => (_, response) => response.end('page') },
  });
  onTestFinished(() => headless.close());
  const url = new URL(headless.address);
  const port = await openWebSocketPort(`ws://${url.host}/rpc`, url.hash.slice('#token='.length));
  if (port === 'refused') throw new Error('refused');
  const api = connect(port, contract);

  expect(await api.app.info({})).toMatchObject({
    dataFolder: deps.dataFolder,
    owner: { pid: process.pid, shell: 'browser' },
  });
  for await (const state of api.engine.watch({})) {
    if (state.status === 'connecting') continue;
    expect(state).toMatchObject({ status: 'unreachable', failure: { code: 'ENGINE_UNREACHABLE' } });
    break;
  }
  await expect(api.images.remove({ reference: 'busybox:1' })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await expect(api.images.pull({ reference: '' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  expect(await api.settings.update({ theme: 'dark' })).toMatchObject({ theme: 'dark' });

  await expect.poll(() => notes).toEqual([expect.stringContaining('--practice')]);

  await headless.close();
  expect(existsSync(join(deps.dataFolder, 'core.json'))).toBe(false);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ChatTarget } from '../shared/contract/answers.ts';
import { supportText } from '../shared/support-text.ts';
import { createServices } from './index.ts';
import { createLogFile } from './lib/log-file.ts';
import { createLogger } from './lib/logger.ts';
import { createTestDeps } from './testing/deps.ts';
import { filesOf, findKeys, spellings } from './testing/find-keys.ts';
import { startOneNimEngine } from './testing/one-nim-engine.ts';
import { startRegistryGate } from './testing/sandbox.ts';

const ngcKey = `nvapi-${'Pl4nted-In_A'.repeat(5)}Test`;
/** Of an address, whose keys have any form: with what addresses, JSON and base64 spell in other ways. */
const addressKey = 'sk/Pl4nted+By"The\\Test=and~then:some?more&of^it';

const find = (texts: ReadonlyMap<string, string>) => findKeys(texts, [ngcKey, addressKey]);

/** A server of the user's own: its second answer throws the key back, as it is, in JSON and in an address. */
async function startBox() {
  const keys = new Set<string | undefined>();
  let answers = 0;
  const server = createServer((request, response) => {
    keys.add(request.headers.authorization);
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-echo': addressKey });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/v1/models') return json(200, { data: [{ id: 'example/chat' }] });
    answers += 1;
    if (answers === 1) return json(200, { choices: [{ message: { content: 'Hi.' }, finish_reason: 'stop' }] });
    const where = `https://x/?key=${encodeURIComponent(addressKey)}`;
    const basic = Buffer.from(`me:${addressKey}`).toString('base64');
    json(401, { error: { message: `bad key ${addressKey}, ${where}, ${basic}`, detail: { where, addressKey } } });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    keys,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('what looks for a planted key finds it in every spelling', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-planted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'deep'));
  const wanted: string[] = [];
  for (const key of [ngcKey, addressKey]) {
    for (const [how, spelled] of spellings(key)) {
      wanted.push(spelled);
      writeFileSync(join(folder, 'deep', `${wanted.length} ${how}`), `\0\xff${spelled}\0`, 'latin1');
    }
  }
  const found = find(filesOf(folder));
  for (let n = 1; n <= wanted.length; n += 1) {
    expect(
      found.some((line) => line.startsWith(`${n} `)),
      wanted[n - 1],
    ).toBe(true);
  }
});

test(
  'no key is in the data folder, an export or the support bundle, whatever others do with it',
  { timeout: 60_000 },
  async () => {
    await using gate = await startRegistryGate({ upstream: 'http://127.0.0.1:9', keys: [ngcKey] });
    const line = (fields: object) => `${JSON.stringify(fields)}\r\n`;
    const auth = Buffer.from(JSON.stringify({ username: '$oauthtoken', password: ngcKey })).toString('base64url');
    // An engine that repeats what it was given, in the error that ends the pull.
    await using engine = await startOneNimEngine({
      pull: [
        line({ status: 'Pulling from nim/x', id: '1' }),
        line({
          error: `unauthorized: ${ngcKey} (X-Registry-Auth: ${auth}; https://x/?key=${encodeURIComponent(ngcKey)})`,
        }),
      ],
      log: [],
      tokens: [],
    });
    await using box = await startBox();
    using deps = createTestDeps({ env: { DOCKER_HOST: engine.dockerHost, NIMDECK_NGC_REGISTRY: gate.registry } });
    mkdirSync(deps.dataFolder, { recursive: true });
    const core = await createServices({
      ...deps,
      log: createLogger(createLogFile(join(deps.dataFolder, 'nimdeck.log'))),
    });
    const { api } = core;
    const said = new Map<string, string>();
    const signal = AbortSignal.timeout(50_000);
    try {
      expect(await api.ngc.signIn({ key: ngcKey })).toMatchObject({ state: 'signed-in' });

      for await (const { nims } of api.nims.watch({}, { signal })) if (nims.length > 0) break;
      const { jobId } = await api.images.pull({ reference: `${gate.registry}/nim/x:1` });
      for await (const jobs of api.jobs.watch({}, { signal })) {
        const job = jobs.find(({ id }) => id === jobId);
        said.set('jobs', JSON.stringify(jobs));
        if (job?.state === 'failed') break;
      }
      expect(said.get('jobs')).toContain('unauthorized');

      await api.chat.saveAddress({ id: null, name: 'Box', url: box.url, model: null, key: addressKey });
      let target: ChatTarget | undefined;
      for await (const { targets } of api.chat.targets({}, { signal })) {
        target = targets.find(({ name }) => name === 'Box')?.target;
        if (target !== undefined) break;
      }
      if (target === undefined) throw new Error('The address is not listed.');
      const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
      let conversationId: string | null = null;
      for (const status of [200, 401]) {
        const begun = await api.chat.send({ conversationId, target, text: 'Hello', parameters });
        ({ conversationId } = begun);
        for await (const delta of api.chat.follow(
          { turnId: begun.turnId, textFrom: 0, reasoningFrom: 0 },
          { signal },
        )) {
          said.set(`answer ${status}`, JSON.stringify(delta));
        }
        said.set(`raw ${status}`, JSON.stringify(await api.chat.raw({ messageId: begun.messageId })));
        said.set(`curl ${status}`, JSON.stringify(await api.chat.curl({ messageId: begun.messageId })));
      }
      expect([...box.keys]).toEqual([`Bearer ${addressKey}`]);
      expect(said.get('answer 401')).toContain('bad key');
      for (const format of ['markdown', 'json', 'openai'] as const) {
        let text = '';
        for await (const piece of api.chat.export({ conversationId: conversationId ?? '', format }, { signal })) {
          text += piece.text;
        }
        expect(text).toContain('Hello');
        said.set(`export ${format}`, text);
      }
      said.set('support bundle', supportText(await api.support.collect({})));
      expect(said.get('support bundle')).toContain('unauthorized');
      const open = filesOf(deps.dataFolder);
      expect([...open.keys()]).toEqual(expect.arrayContaining(['nimdeck.db', 'nimdeck.db-wal', 'nimdeck.log']));
      expect(open.get('nimdeck.db-wal')).toContain('Hello');
      expect(find(open)).toEqual([]);
      expect(find(said)).toEqual([]);
    } finally {
      await core.close();
    }
    expect(find(filesOf(deps.dataFolder))).toEqual([]);
  },
);

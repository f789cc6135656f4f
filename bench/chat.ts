import { request } from 'undici';
import type { Api } from '../shared/contract/index.ts';
import { type Bench, engineConnected, jobDone, openBenchCore, type Prepared } from './bench.ts';

const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: 16 };

/** From the call to the first token in the reader's hands, against a bare HTTP client on the same NIM. */
export async function chatMeasure({ engine, host }: Bench): Promise<Prepared> {
  const core = await openBenchCore(engine);
  const { api } = core;
  await engineConnected(api);
  const { jobId } = await api.nims.deploy({
    reference: `${host.registry}/${host.images.nim}`,
    name: 'nimdeck-bench-chat',
    gpus: { kind: 'none' },
    port: null,
    profile: null,
    allowAnyOrigin: false,
    environment: [
      { name: 'NIMDECK_SANDBOX_TTFT_MS', value: '0' },
      { name: 'NIMDECK_SANDBOX_TOKENS_PER_SECOND', value: '200' },
      { name: 'NIMDECK_SANDBOX_SPEED', value: '100' },
    ],
  });
  const { nimId } = await jobDone(api, jobId);
  if (nimId === null) throw new Error('the deployment named no NIM');
  const nim = await firstReady(api, nimId);

  return {
    rounds: 100,
    warmUps: 10,
    measures: [
      {
        name: 'time to first token',
        against: 'undici on /v1/chat/completions',
        ours: () => ours(api, nimId),
        comparator: () => bare(nim.address, nim.model),
      },
    ],
    async [Symbol.asyncDispose]() {
      await api.nims.remove({ nimId });
      await core[Symbol.asyncDispose]();
    },
  };
}

async function firstReady(api: Api, nimId: string): Promise<{ address: string; model: string }> {
  for await (const list of api.nims.watch({})) {
    const nim = list.nims.find((candidate) => candidate.id === nimId);
    const model = nim?.models[0];
    if (nim?.status === 'ready' && nim.address !== null && model !== undefined) return { address: nim.address, model };
  }
  throw new Error('the list of NIMs ended');
}

async function ours(api: Api, nimId: string): Promise<number> {
  const begin = performance.now();
  const { turnId } = await api.chat.send({
    conversationId: null,
    target: { kind: 'nim', nimId },
    text: 'Say something.',
    parameters,
  });
  let first: number | null = null;
  for await (const delta of api.chat.follow({ turnId, textFrom: 0, reasoningFrom: 0 })) {
    if (delta.text !== '') first ??= performance.now() - begin;
  }
  if (first === null) throw new Error('no token came');
  return first;
}

async function bare(address: string, model: string): Promise<number> {
  const begin = performance.now();
  const { body } = await request(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: 'Say something.' }],
      stream: true,
      max_tokens: parameters.maxTokens,
    }),
  });
  let first: number | null = null;
  let seen = '';
  for await (const chunk of body) {
    seen += String(chunk);
    if (/"content":\s*"[^"]/.test(seen)) first ??= performance.now() - begin;
  }
  if (first === null) throw new Error('no token came');
  return first;
}

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNim, type NimProgram } from '../../core/testing/sandbox.ts';

vi.setConfig({ testTimeout: 30_000 });

const captures = new URL('../../../shared/captures/nim/', import.meta.url);
const isThere = existsSync(captures);
const reason = isThere ? '' : ' (skipped: ../shared/captures/nim is not there)';
const captured = (name: string) => readFileSync(new URL(name, captures), 'utf8');

/** Every key and the kind of every value, so that two bodies can be compared beside their words. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shapeOf(entry)]));
}

/** The names of all series and of their labels. */
function namesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, labels = ''] = /^([a-z_:]+)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...labels.matchAll(/([a-z_]+)="/g)].map((label) => label[1]).join());
  }
  return found;
}

const chat = (nim: NimProgram, content: string) =>
  fetch(`${nim.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  });

describe('a ready NIM', () => {
  let nim: NimProgram;
  beforeAll(async () => {
    nim = await startNim({ ttftMs: 0, tokensPerSecond: 0 });
    await nim.ready();
  });
  afterAll(() => nim.stop());

  test.skipIf(!isThere).each([
    ['health/live', 'health-live'],
    ['health/ready', 'health-ready'],
    ['version', 'version'],
    ['models', 'models'],
    ['metadata', 'metadata'],
    ['manifest', 'manifest'],
    ['license', 'license'],
  ])(`/v1/%s has the shape of the captured body${reason}`, async (path, name) => {
    const response = await fetch(`${nim.url}/v1/${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const body: unknown = await response.json();
    expect(shapeOf(body)).toEqual(shapeOf(JSON.parse(captured(`endpoint-${name}-llm-2.0.6-llama-3.1-8b.json`))));
  });

  test.skipIf(!isThere)(`every series has a name and labels of the captured metrics${reason}`, async () => {
    await (await chat(nim, '/short')).arrayBuffer();
    const real = namesOf(captured('metrics-llm-2.0.6-llama-3.1-8b.txt'));
    const ours = namesOf(await (await fetch(`${nim.url}/v1/metrics`)).text());
    expect(ours.size).toBeGreaterThan(50);
    const strange = [...ours].filter(
      ([name, labels]) => name !== 'vllm:cache_config_info' && real.get(name) !== labels,
    );
    expect(strange).toEqual([]);
  });

  test('counters follow what was served', async () => {
    const read = async () => {
      const text = await (await fetch(`${nim.url}/metrics`)).text();
      return (series: string) => {
        const line = text.split('\n').find((entry) => entry.startsWith(`${series} `) || entry.startsWith(`${series}{`));
        return Number(line?.split(' ').at(-1));
      };
    };
    const before = await read();
    const reply = (await (await chat(nim, '/tokens 40')).json()) as { usage: { prompt_tokens: number } };
    const after = await read();
    const grown = (series: string) => after(series) - before(series);
    expect(grown('vllm:generation_tokens_total')).toBe(40);
    expect(grown('vllm:prompt_tokens_total')).toBe(reply.usage.prompt_tokens);
    expect(grown('vllm:time_to_first_token_seconds_count')).toBe(1);
    expect(grown('vllm:inter_token_latency_seconds_count')).toBe(39);
    expect(grown('vllm:e2e_request_latency_seconds_count')).toBe(1);
    const stops = 'vllm:request_success_total{engine="0",finished_reason="stop",model_name="example/chat-8b-instruct"}';
    expect(grown(stops)).toBe(1);
    expect(after('vllm:num_requests_running')).toBe(0);
    expect(after('vllm:kv_cache_usage_perc')).toBe(0);
  });

  test('answers any web origin, as 2.x does unless told otherwise', async () => {
    const response = await fetch(`${nim.url}/v1/models`, { headers: { origin: 'https://elsewhere.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const preflight = await fetch(`${nim.url}/v1/chat/completions`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
  });

  test('knows no other paths and methods', async () => {
    const missing = await fetch(`${nim.url}/v1/nothing`);
    expect([missing.status, await missing.json()]).toEqual([404, { detail: 'Not Found' }]);
    expect((await fetch(`${nim.url}/v1/models`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${nim.url}/v1/chat/completions`)).status).toBe(405);
  });

  test('prints requests as the server and its proxy do', async () => {
    await (await fetch(`${nim.url}/v1/health/live`, { headers: { 'user-agent': 'a-test/1' } })).text();
    await (await fetch(`${nim.url}/v1/health/ready`)).text();
    await (await fetch(`${nim.url}/v1/version`)).text();
    await vi.waitFor(() => expect(nim.stdout()).toContain('"GET /v1/version HTTP/1.1" 200 OK'), { timeout: 10_000 });
    expect(nim.stdout()).toMatch(
      /^127\.0\.0\.1 - - \[\S+ \+0000\] "GET \/v1\/health\/live HTTP\/1\.1" 200 61 "-" "a-test\/1"$/m,
    );
    expect(nim.stdout()).toMatch(
      /^\(APIServer pid=35\) INFO: {5}127\.0\.0\.1:52562 - "GET \/health HTTP\/1\.1" 200 OK$/m,
    );
  });
});

test('lets only the named web origins in', async () => {
  await using nim = await startNim({ env: { NIM_CORS_ALLOW_ORIGINS: 'http://127.0.0.1:7000, http://localhost:7000' } });
  await nim.ready();
  const allowed = async (origin: string) =>
    (await fetch(`${nim.url}/v1/models`, { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed('http://localhost:7000')).toBe('http://localhost:7000');
  expect(await allowed('https://elsewhere.example')).toBeNull();
});

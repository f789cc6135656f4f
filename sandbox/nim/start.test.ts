import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { startNim } from '../../core/testing/sandbox.ts';

// Each start is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const status = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

test('goes from refused connections over 502 pages to ready', async () => {
  await using nim = await startNim({ phaseSeconds: { entrypoint: 1500, weights: 500 } });
  await expect(fetch(`${nim.url}/v1/health/live`)).rejects.toThrow('fetch failed');

  await vi.waitFor(async () => expect((await status(`${nim.url}/v1/health/live`)).status).toBe(200), 5000);
  const early = await status(`${nim.url}/v1/models`);
  expect(early.status).toBe(502);
  expect(early.type).toBe('text/html');
  expect(early.text).toContain('<title>502 Bad Gateway</title>');
  expect((await status(`${nim.url}/v1/health/ready`)).status).toBe(502);
  expect((await nim.state()).condition).toBe('loading');

  await nim.ready();
  expect((await status(`${nim.url}/v1/models`)).status).toBe(200);
});

test('at INFO prints the start of a NIM, on the right streams, without a Uvicorn line', async () => {
  await using nim = await startNim({ logLevel: 'INFO' });
  await nim.ready();
  await nim.stop();
  const [out, err] = [nim.stdout(), nim.stderr()];

  expect(out).toContain('\n== NVIDIA Inference Microservice LLM / VLM NIM ==\n');
  expect(out).toMatch(/^INFO \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} nim_sdk\.py:\d+\] Selected profile: [0-9a-f]{64} /m);
  expect(out).toMatch(
    /^\(EngineCore pid=90\) INFO \d\d-\d\d \d\d:\d\d:\d\d \[kv_cache_utils\.py:\d+\] GPU KV cache size: 396,320 tokens$/m,
  );
  expect(out).toMatch(/^Starting vLLM v0\.21\.0$/m);
  expect(err).toContain('\rLoading safetensors checkpoint shards:  50% Completed | 1/2');
  expect(err.match(/Application startup complete\.\n/g)).toHaveLength(1);
  const progress = err.split('\n').filter((line) => line.includes('Capturing CUDA graphs'));
  expect(progress).toHaveLength(2);
  expect(progress[0]?.split('\r').length).toBe(28);
  expect(progress[0]?.length).toBeGreaterThan(2500);
  expect(out + err).not.toContain('Uvicorn running');
});

test('at the default level hides what vLLM says at INFO', async () => {
  await using nim = await startNim();
  await nim.ready();
  expect(nim.stdout()).toContain('Starting vLLM');
  expect(nim.stdout()).not.toMatch(/\bINFO \d/);
  expect(nim.stdout()).not.toContain('KV cache');
});

test('ends on SIGTERM with code 0, running answers included', async () => {
  await using nim = await startNim({ ttftMs: 0, tokensPerSecond: 10 });
  await nim.ready();
  const body = JSON.stringify({ messages: [{ role: 'user', content: '/tokens 1000' }], stream: true });
  const response = await fetch(`${nim.url}/v1/chat/completions`, { method: 'POST', body });
  const rest = response.text();
  rest.catch(() => undefined);
  expect(await nim.stop()).toEqual({ code: 0, signal: null });
  await expect(rest).rejects.toThrow('terminated');
  expect(nim.stderr()).toContain('Application shutdown complete.');
});

test('a wrong key ends the start with code 0 and the text of NIMs', async () => {
  await using nim = await startNim({ expectKey: 'nvapi-right', env: { NGC_API_KEY: 'nvapi-wrong' } });
  expect(await nim.exited).toEqual({ code: 0, signal: null });
  expect(nim.stdout()).toContain('Authentication Error');
  expect(nim.stderr()).toContain('ManifestDownloadError');
  expect(nim.stdout() + nim.stderr()).not.toContain('nvapi-');
});

test('the right key starts', async () => {
  await using nim = await startNim({ expectKey: 'nvapi-right', env: { NGC_API_KEY: 'nvapi-right' } });
  await nim.ready();
});

test.each([
  ['oom', 'torch.OutOfMemoryError: CUDA out of memory'],
  [
    'kv-cache-too-small',
    'ValueError: To serve at least one request with max_seq_len (131072), 16.00 GiB KV cache is needed',
  ],
] as const)('%s ends the start with code 1', async (failure, text) => {
  await using nim = await startNim({ failure });
  expect(await nim.exited).toEqual({ code: 1, signal: null });
  expect(nim.stdout()).toContain(text);
  expect(nim.stderr()).toContain('Engine core initialization failed');
  expect(nim.stderr()).not.toContain('startup complete');
});

test('stays-502 lives and never gets ready', async () => {
  await using nim = await startNim({ failure: 'stays-502' });
  await vi.waitFor(() => expect(nim.stderr()).toContain('Loading safetensors'), 5000);
  expect((await status(`${nim.url}/v1/health/live`)).status).toBe(200);
  expect((await status(`${nim.url}/v1/health/ready`)).status).toBe(502);
  expect(await nim.stop()).toEqual({ code: 0, signal: null });
});

test('dies-later is ready, then dies with code 1 and breaks the answers', async () => {
  await using nim = await startNim({ failure: 'dies-later', env: { NIMDECK_SANDBOX_FAIL_AFTER_SECONDS: '0.3' } });
  await nim.ready();
  expect(await nim.exited).toEqual({ code: 1, signal: null });
  expect(nim.stdout()).toContain('EngineDeadError: EngineCore encountered an issue.');
});

test('dies-later after a number of requests', async () => {
  const env = { NIMDECK_SANDBOX_FAIL_AFTER_REQUESTS: '2' };
  await using nim = await startNim({ failure: 'dies-later', ttftMs: 0, tokensPerSecond: 0, env });
  await nim.ready();
  const body = JSON.stringify({ messages: [{ role: 'user', content: '/short' }] });
  const ask = async () => (await fetch(`${nim.url}/v1/chat/completions`, { method: 'POST', body })).status;
  expect(await ask()).toBe(200);
  expect(await ask()).toBe(200);
  expect((await nim.exited).code).toBe(1);
});

test('unhealthy-later keeps running and answers 503', async () => {
  await using nim = await startNim({ failure: 'unhealthy-later', env: { NIMDECK_SANDBOX_FAIL_AFTER_SECONDS: '0.2' } });
  await nim.ready();
  await vi.waitFor(async () => expect((await nim.state()).condition).toBe('unhealthy'), 5000);
  const ready = await status(`${nim.url}/v1/health/ready`);
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toEqual({
    object: 'error',
    message: 'Service in unhealthy',
    type: 'ServiceUnavailableError',
    param: null,
    code: 503,
  });
  expect((await status(`${nim.url}/v1/health/live`)).status).toBe(200);
});

test('an unknown profile and a missing GPU end the start with code 1', async () => {
  await using unknown = await startNim({ env: { NIM_MODEL_PROFILE: 'abc (vllm)' } });
  expect((await unknown.exited).code).toBe(1);
  expect(unknown.stdout()).toContain('no matching profile_id or profile description is found in manifest');

  await using noGpu = await startNim({ env: { NIMDECK_SANDBOX_NEEDS_GPU: '1' } });
  expect((await noGpu.exited).code).toBe(1);
  expect(noGpu.stdout()).toContain('Could not find a profile that is currently runnable with the detected hardware.');

  await using withGpu = await startNim({ env: { NIMDECK_SANDBOX_NEEDS_GPU: '1', NVIDIA_VISIBLE_DEVICES: 'GPU-1' } });
  await withGpu.ready();
});

test('the cache grows by what was asked for, once', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'nimdeck-cache-'));
  const env = { NIM_CACHE_PATH: cache, NIMDECK_SANDBOX_DOWNLOAD_BYTES: '1000001' };
  try {
    await using first = await startNim({ logLevel: 'INFO', env });
    await first.ready();
    const folder = join(cache, 'ngc/hub/models--nim--example--chat-8b-instruct/snapshots/fp8');
    expect(statSync(join(folder, 'model-00001-of-00002.safetensors')).size).toBe(1_000_001);
    expect(first.stdout()).not.toContain('Skipping download');

    await using second = await startNim({ logLevel: 'INFO', env });
    await second.ready();
    expect(second.stdout()).toContain('Skipping download, using cached copy of file');
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('list-model-profiles prints system and profiles, and exits', async () => {
  const main = new URL('main.ts', import.meta.url).pathname;
  const run = async (gpus: string) =>
    (
      await promisify(execFile)(process.execPath, [main, 'list-model-profiles'], {
        env: { NVIDIA_VISIBLE_DEVICES: gpus },
      })
    ).stdout;
  const text = await run('0,1');
  expect(text).toMatch(
    /SYSTEM INFO\n- Free GPUs:\n {2}- {2}\[2330:10de\] \(0\) .*\[current utilization: 0%\]\n {2}- {2}\[/,
  );
  expect(text).toMatch(/runnable:\n {2}- [0-9a-f]{64} \(vllm-fp8-tp1-pp1-27\.0\) \[requires >=27 GB\/gpu\]\n/);
  expect(text).toContain('- Incompatible with system:\n');
  expect(await run('void')).toContain('- Compatible with system and runnable: <None>\n');
});

test('says what is wrong with its configuration', async () => {
  const options = { env: { NIMDECK_SANDBOX_FAILURE: 'earthquake' } };
  await expect(startNim(options)).rejects.toThrow('FAILURE: earthquake is none of none, bad-key');
});

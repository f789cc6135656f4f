import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../lib/logger.ts';
import { createAboutImages } from './about-images.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const reference = 'nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.12';

/** api.ngc.nvidia.com, with one answer to everything; the clock stands until it is moved. */
async function ngc(answer: (response: ServerResponse) => void) {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    answer(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hosts: string[] = [];
  let time = 0;
  const about = createAboutImages(
    {
      addressOf(host) {
        hosts.push(host);
        return new URL(`http://127.0.0.1:${port}`);
      },
      log: silentLogger,
      steady: () => time,
    },
    async () => 'nvapi-secret',
  );
  return { about, asked, hosts, later: (ms: number) => void (time += ms) };
}

const says =
  (body: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('profiles', () => {
  it('are those of NVIDIA’s metadata, asked for without a key', async () => {
    const { about, asked, hosts } = await ngc(
      says({
        profiles: [
          {
            profile_id: 'b7d3',
            min_vram_per_device_gb: 32.0,
            tensor_parallel_size: 2,
            pipeline_parallel_size: 2,
            precision: 'FP8',
            inference_backend: 'vllm',
            gpu: 'H100',
            gpu_device: '2330:10de',
            feat_lora: true,
          },
          // Only what was recorded is there; what is announced, lists of GPUs, is read already.
          { profile_id: 'c1', gpu: ['A100', 'L40S'], tested_gpu_devices: [] },
          { min_vram_per_device_gb: 'much', tensor_parallel_size: 0, precision: 7, gpu: {} },
        ],
        release_details: { version: '2.0.12' },
      }),
    );
    expect(await about.profiles(reference)).toEqual([
      { id: 'b7d3', precision: 'fp8', gpus: 4, memoryGB: 32, gpuWords: ['H100'], hasLora: true },
      { id: 'c1', precision: null, gpus: 1, memoryGB: null, gpuWords: ['A100', 'L40S'], hasLora: null },
      { id: null, precision: null, gpus: 1, memoryGB: null, gpuWords: [], hasLora: null },
    ]);
    expect(hosts).toEqual(['api.ngc.nvidia.com']);
    expect(asked).toEqual([
      {
        path: '/v2/nim/metadata?resourceId=nim%2Fmeta%2Fllama-3.1-8b-instruct&tag=2.0.12',
        authorization: undefined,
      },
    ]);
  });

  it('are none where NVIDIA publishes none, which is normal', async () => {
    const { about, asked } = await ngc(says({ requestStatus: { statusCode: 'NOT_FOUND' } }, 404));
    expect(await about.profiles(reference)).toEqual([]);
    expect(await about.profiles(`nvcr.io/nim/x/y@sha256:${'a'.repeat(64)}`)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['a server in trouble', says({}, 503)],
    ['another shape', says({ profiles: 'none' })],
    ['a proxy’s page', (response: ServerResponse) => void response.end('<html>Sign in</html>')],
    ['a cut connection', (response: ServerResponse) => void response.destroy()],
  ])('are not known behind %s', async (_what, answer) => {
    expect(await (await ngc(answer)).about.profiles(reference)).toBeNull();
  });

  it('are asked for once, however often somebody wants them, and again where that failed', async () => {
    const { about, asked, later } = await ngc(says({ profiles: [] }));
    await Promise.all(Array.from({ length: 20 }, () => about.profiles(reference)));
    later(9 * 60_000);
    await about.profiles(reference);
    expect(asked).toHaveLength(1);
    later(60_001);
    await about.profiles(reference);
    expect(asked).toHaveLength(2);

    const away = await ngc(says({}, 503));
    await away.about.profiles(reference);
    later(59_000);
    await away.about.profiles(reference);
    expect(away.asked).toHaveLength(1);
    away.later(60_001);
    await away.about.profiles(reference);
    expect(away.asked).toHaveLength(2);
  });
});

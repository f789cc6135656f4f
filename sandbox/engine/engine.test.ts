import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { askEngine } from '../../core/engine/ask.ts';
import type { SandboxEngine } from './engine.ts';
import type { ImageRecipe } from './image.ts';
import { allLines, key, nim, other, pack, start } from './testing-engine.ts';
import { shellImage } from './testing.ts';

async function startNim(docker: Docker, recipe: ImageRecipe, environment: string[] = [`NGC_API_KEY=${key}`]) {
  const container = await docker.createContainer({
    Image: recipe.reference,
    Env: environment,
    HostConfig: {
      DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']] }],
      PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  await container.start();
  return container;
}

async function ready(container: Docker.Container): Promise<string> {
  const { Ports } = (await container.inspect()).NetworkSettings;
  const address = `http://127.0.0.1:${Ports['8000/tcp']?.[0]?.HostPort}`;
  const status = () =>
    fetch(`${address}/v1/health/ready`).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(status, { timeout: 10_000 }).toBe(200);
  return address;
}

/** A question that may be its last. */
async function ask(address: string): Promise<void> {
  const { data } = (await (await fetch(`${address}/v1/models`)).json()) as { data: { id: string }[] };
  const body = JSON.stringify({ model: data[0]?.id, messages: [{ role: 'user', content: 'Are you there?' }] });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${address}/v1/chat/completions`, { method: 'POST', headers, body }).catch(() => undefined);
}

const logOf = async (container: Docker.Container) =>
  (await container.logs({ stdout: true, stderr: true, follow: false })).toString('utf8');

describe('a NIM', () => {
  const nims = { present: [nim.reference, other.reference] };

  it('holds its memory of the GPU; a second one that does not fit says why and ends with 1', async () => {
    const { docker, machine } = await start(nims);
    const first = await startNim(docker, nim);
    await ready(first);
    const used = machine.devices()[0]?.memoryUsedMiB ?? 0;
    const listing = await first.exec({ Cmd: ['list-model-profiles'], AttachStdout: true });
    const profiles = (await Array.fromAsync(await listing.start({ hijack: true }))).map(String).join('');
    expect(profiles).toContain('NVIDIA GeForce RTX 4090');
    expect(profiles).toMatch(/vllm-fp8-tp1-pp1-14\.0\) \[requires >=14 GB\/gpu\]/);
    expect(used).toBeGreaterThan(10_000);
    const second = await startNim(docker, other);
    expect(await second.wait()).toMatchObject({ StatusCode: 1 });
    expect(await logOf(second)).toMatch(
      /Free memory on device cuda:0 \(\d+\.\d+\/23\.99 GiB\) on startup is less than desired/,
    );
    await first.remove({ force: true });
    expect(machine.devices()[0]?.memoryUsedMiB).toBeLessThan(1_000);
    await second.start();
    await ready(second);
  });

  it('ends with 0 where the key is refused, or missing where it is needed', async () => {
    const { docker } = await start(nims);
    for (const environment of [['NGC_API_KEY=nvapi-wrong'], []]) {
      const container = await startNim(docker, nim, environment);
      expect(await container.wait()).toMatchObject({ StatusCode: 0 });
      expect(await logOf(container)).toContain('Authentication Error');
      await container.remove();
    }
  });

  it('without a GPU finds no profile', async () => {
    const { docker } = await start(nims);
    const container = await docker.createContainer({ Image: nim.reference, Env: [`NGC_API_KEY=${key}`] });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 1 });
    expect(await logOf(container)).toContain('Could not find a profile that is currently runnable');
  });

  it('dies on request, of a lost GPU once it is used, and stays at its beginning on request', async () => {
    const { engine, docker, machine } = await start(nims);
    expect(engine.provoke('nim-dies')).toBe(false);
    const container = await startNim(docker, nim);
    await ready(container);
    const end = container.wait();
    expect(engine.provoke('nim-dies')).toBe(true);
    expect(await end).toMatchObject({ StatusCode: 1 });
    await container.start();
    const address = await ready(container);
    const next = container.wait();
    const used = () => machine.devices()[0]?.memoryUsedMiB ?? 0;
    machine.lose('any');
    machine.restore();
    expect(used(), 'what it held is lost').toBeLessThan(1_000);
    const { Running } = (await container.inspect()).State;
    expect(Running, 'as long as nobody asks it anything').toBe(true);
    await ask(address);
    expect(await next).toMatchObject({ StatusCode: 1 });
    engine.provoke('next-nim-stays-502');
    await container.start();
    const { Ports } = (await container.inspect()).NetworkSettings;
    const live = `http://127.0.0.1:${Ports['8000/tcp']?.[0]?.HostPort}/v1/health/`;
    await expect
      .poll(() =>
        fetch(`${live}live`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    expect((await fetch(`${live}ready`)).status).toBe(502);
    await container.stop();
    expect((await container.inspect()).State.ExitCode).toBe(0);
  });

  it('floods its log on request, and a reader gets every line in order', async () => {
    const { engine, docker } = await start(nims);
    const container = await startNim(docker, nim);
    await ready(container);
    engine.provoke('nim-floods-log');
    const stream = await container.logs({ follow: true, stdout: true, tail: 0 });
    let text = '';
    for await (const chunk of stream) {
      text += String(chunk);
      if (text.length > 300_000) break;
    }
    engine.undo('nim-floods-log');
    const numbers = [...text.matchAll(/line (\d+) of a flood/g)].map((match) => Number(match[1]));
    expect(numbers.length).toBeGreaterThan(2_000);
    expect(numbers.every((each, index) => index === 0 || each === (numbers[index - 1] ?? 0) + 1)).toBe(true);
  });
});

describe('the engine itself', () => {
  const answers = (docker: Docker) =>
    askEngine(docker, { method: 'GET', path: '/_ping' }, AbortSignal.timeout(300)).then(
      () => true,
      () => false,
    );

  it('hangs and answers again, goes away and comes back with its containers ended', async () => {
    const { engine, docker, socket } = await start({ present: [shellImage.reference] });
    const container = await docker.createContainer({ Image: shellImage.reference, Cmd: ['sleep', '100'] });
    await container.start();
    engine.provoke('engine-hangs');
    expect(await answers(docker)).toBe(false);
    engine.undo('engine-hangs');
    expect(await answers(docker)).toBe(true);
    engine.provoke('engine-is-gone');
    await expect.poll(() => existsSync(socket)).toBe(false);
    expect(await answers(docker)).toBe(false);
    engine.undo();
    await expect.poll(() => answers(docker)).toBe(true);
    expect((await container.inspect()).State).toMatchObject({ Running: false, ExitCode: 137 });
  });

  it('leaves no socket, no port and no clock behind', async () => {
    const { engine, docker, socket } = await start({ present: [nim.reference, shellImage.reference] });
    const container = await startNim(docker, nim);
    const address = await ready(container);
    const port = Number(new URL(address).port);
    const pulling = allLines(docker, pack).catch(() => 'cut');
    const events = await docker.getEvents({});
    events.on('error', () => {});
    await closeTwice(engine);
    await pulling;
    expect(existsSync(socket)).toBe(false);
    const own = createServer();
    await new Promise<void>((resolve, reject) => own.once('error', reject).listen(port, '127.0.0.1', resolve));
    await new Promise((resolve) => own.close(resolve));
  });
});

/** The second time, by `afterEach`, must do nothing and not fail. */
const closeTwice = (engine: SandboxEngine) => engine.close();

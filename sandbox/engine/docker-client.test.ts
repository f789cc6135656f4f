import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxEngine, startEngine } from './engine.ts';
import { nimImage } from './image.ts';
import { fakeMachine, shellImage } from './testing.ts';

const run = promisify(execFile);
const key = 'nvapi-client-test';
const nim = nimImage({ reference: 'nvcr.io/nim/example/tiny-1b-instruct:2.0.6' });

function hasClient(): boolean {
  try {
    execFileSync('docker', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const reason = hasClient() ? '' : ' (skipped: there is no docker client)';

describe.skipIf(reason !== '')(`the real docker client${reason}`, () => {
  let folder: string;
  let engine: SandboxEngine;

  async function docker(...args: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], DOCKER_HOST: engine.host, DOCKER_CONFIG: join(folder, 'config') };
    const { stdout } = await run('docker', args, { env });
    return stdout.trim();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-client-'));
    await mkdir(join(folder, 'config'));
    const auth = Buffer.from(`$oauthtoken:${key}`).toString('base64');
    await writeFile(join(folder, 'config', 'config.json'), JSON.stringify({ auths: { 'nvcr.io': { auth } } }));
    engine = await startEngine({
      socket: join(folder, 'docker.sock'),
      store: 'overlay2',
      machine: fakeMachine(),
      images: [shellImage, nim],
      isKeyRight: (given) => given === key,
      pace: { bytesPerSecond: 60e9, speed: 200 },
    });
  });

  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  it('pulls, runs, lists, looks inside, stops and removes', { timeout: 60_000 }, async () => {
    const image = shellImage.reference;
    expect(await docker('pull', image)).toContain(`Status: Downloaded newer image for ${image}`);
    expect(await docker('run', '--rm', image, 'echo', 'hello')).toBe('hello');
    const script = 'echo up; trap "exit 3" TERM; while true; do sleep 0.1; done';
    const id = await docker('run', '-d', '--name', 'worker', image, 'sh', '-c', script);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await docker('ps', '--format', '{{.Names}} {{.Image}}')).toBe(`worker ${image}`);
    await expect.poll(() => docker('logs', 'worker'), { timeout: 10_000 }).toBe('up');
    expect(await docker('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}}')).toBe('worker 1');
    await expect(docker('exec', 'worker', 'sh', '-c', 'echo inside; exit 4')).rejects.toMatchObject({
      code: 4,
      stdout: 'inside\n',
    });
    await docker('stop', 'worker');
    expect(await docker('ps', '-a', '--format', '{{.Names}} {{.Status}}')).toMatch(/^worker Exited \(3\) .* ago$/);
    const events = await docker(
      'events',
      '--since',
      '5m',
      '--until',
      new Date().toISOString(),
      '--format',
      '{{.Action}}',
      '--filter',
      `container=${id}`,
    );
    expect(events.split('\n').filter((action) => !action.startsWith('exec_'))).toEqual([
      'create',
      'start',
      'kill',
      'die',
      'stop',
    ]);
    await docker('rm', 'worker');
    expect(await docker('images', '--format', '{{.Repository}}:{{.Tag}}')).toBe(image);
    expect(await docker('rmi', image)).toContain(`Untagged: ${image}`);
    expect(await docker('images', '-q')).toBe('');
    expect(await docker('system', 'df', '--format', '{{.Type}} {{.TotalCount}}')).toContain('Images 0');
  });

  it('pulls a NIM with the key of its configuration, and runs it with the GPU', { timeout: 60_000 }, async () => {
    expect(await docker('pull', '-q', nim.reference)).toBe(nim.reference);
    await docker(
      'run',
      '-d',
      '--gpus',
      'all',
      '-e',
      `NGC_API_KEY=${key}`,
      '-p',
      '127.0.0.1::8000',
      '--name',
      'nim',
      nim.reference,
    );
    const address = await docker('port', 'nim', '8000');
    await expect
      .poll(
        () =>
          fetch(`http://${address}/v1/health/ready`).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
    await docker('rm', '-f', 'nim');
    await expect(fetch(`http://${address}/v1/health/live`)).rejects.toThrow('fetch failed');
  });
});

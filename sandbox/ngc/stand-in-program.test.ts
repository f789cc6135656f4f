import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { bareEnvironment } from '../../core/testing/bare-environment.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Announcement {
  program: string;
  pid: number;
  hosts: Record<string, string>;
  control: string;
}

async function start(name: 'ngc' | 'hosted') {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../${name}/main.ts`, import.meta.url))], {
    env: { ...bareEnvironment(), NIMDECK_SANDBOX_FOLLOW_PARENT: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exited, announced: JSON.parse(line) as Announcement };
}

describe.each([
  ['ngc', 'api.ngc.nvidia.com', '/v2/repos/nim/meta/llama-3.1-8b-instruct', { failure: 'rate-limited' }, 429],
  ['hosted', 'integrate.api.nvidia.com', '/v1/models', { failure: 'empty' }, 500],
] as const)('%s as a program', (name, host, path, change, changedStatus) => {
  it('announces itself, changes on request, and ends when it is told to', async () => {
    const { child, exited, announced } = await start(name);
    expect(announced).toMatchObject({ program: name, pid: child.pid });
    const status = async () => (await fetch(`${announced.hosts[host]}${path}`)).status;
    const post = (body: string) => fetch(`${announced.control}/__sandbox/behaviour`, { method: 'POST', body });
    expect(await status()).toBe(200);
    for (const wrong of ['{', '{"nothing":1}', '{"delayMs":-1}']) expect((await post(wrong)).status).toBe(400);
    expect(await (await post(JSON.stringify(change))).json()).toMatchObject(change);
    expect(await status()).toBe(changedStatus);
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('ends with its parent', async () => {
    const { child, exited } = await start(name);
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Failure, Phase } from '../../sandbox/nim/config.ts';
import type { NimControl, NimState } from '../../sandbox/nim/state.ts';
import type { Access, Behaviour } from '../../sandbox/registry/behaviour.ts';
import type { GateState } from '../../sandbox/registry/state.ts';
import { bareEnvironment } from './bare-environment.ts';

export interface SandboxExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface SandboxProgram extends AsyncDisposable {
  pid: number;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  exited: Promise<SandboxExit>;
  /** SIGTERM, and SIGKILL where that does not help within 3 s. */
  stop(): Promise<SandboxExit>;
}

export interface NimOptions {
  failure?: Failure;
  /** The start takes 136 s ÷ speed; 1000 unless told. */
  speed?: number;
  /** In seconds, before the speed applies. */
  phaseSeconds?: Partial<Record<Phase, number>>;
  ttftMs?: number;
  /** 0: all at once. */
  tokensPerSecond?: number;
  logLevel?: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  /** With this, any other NGC_API_KEY is refused as NIMs refuse it. */
  expectKey?: string;
  args?: string[];
  /** Anything else: NIM_… and NIMDECK_SANDBOX_… (sandbox/README.md). */
  env?: Record<string, string>;
}

export interface NimProgram extends SandboxProgram {
  /** `http://127.0.0.1:PORT`; refuses connections until the entrypoint has done its work. */
  url: string;
  port: number;
  state(): Promise<NimState>;
  control(change: NimControl): Promise<void>;
  /** Rejects when it exits before it was ready. */
  ready(): Promise<void>;
}

export interface RegistryGateOptions {
  /** The plain registry behind: `http://127.0.0.1:5000`. */
  upstream: string;
  /** The right ones. */
  keys?: string[];
  repositories?: Record<string, Access>;
  defaultAccess?: Access;
  behaviour?: Partial<Behaviour>;
}

export interface RegistryGate extends SandboxProgram {
  /** `127.0.0.1:PORT`, to be put before a repository in a reference. */
  registry: string;
  /** `127.0.0.2:PORT`, where blobs come from. */
  blobs: string;
  /** Stands in for `https://api.ngc.nvidia.com`. */
  ngc: string;
  state(): Promise<GateState>;
  /** Fields that are given replace the old ones, `repositories` as a whole. */
  change(behaviour: Partial<Behaviour>): Promise<void>;
  /** Ends a stall or a death: all at full length, the rate stays. */
  resume(): Promise<void>;
  /** Breaks the blobs' connections that are open now. */
  drop(): Promise<void>;
  revokeTokens(): Promise<void>;
  reset(): Promise<void>;
}

const programPath = (name: 'nim' | 'registry') =>
  fileURLToPath(new URL(`../../sandbox/${name}/main.ts`, import.meta.url));

/** Starts the NIM stand-in on a free port of loopback; it is not ready yet, and not even listening. */
export async function startNim(options: NimOptions = {}): Promise<NimProgram> {
  const phases = Object.entries(options.phaseSeconds ?? {}).map(([phase, seconds]) => `${phase}=${seconds}`);
  const env: Record<string, string> = {
    NIM_SERVER_PORT: '0',
    NIM_LOG_LEVEL: options.logLevel ?? 'WARNING',
    NIMDECK_SANDBOX_HOST: '127.0.0.1',
    NIMDECK_SANDBOX_SPEED: String(options.speed ?? 1000),
    NIMDECK_SANDBOX_PHASE_SECONDS: phases.join(','),
    NIMDECK_SANDBOX_FAILURE: options.failure ?? 'none',
    ...(options.ttftMs === undefined ? {} : { NIMDECK_SANDBOX_TTFT_MS: String(options.ttftMs) }),
    ...(options.tokensPerSecond === undefined
      ? {}
      : { NIMDECK_SANDBOX_TOKENS_PER_SECOND: String(options.tokensPerSecond) }),
    ...(options.expectKey === undefined
      ? {}
      : { NIMDECK_SANDBOX_EXPECT_KEY_SHA256: createHash('sha256').update(options.expectKey).digest('hex') }),
    ...options.env,
  };
  const { program, announced } = await startProgram('nim', options.args ?? [], env);
  const { url, port } = announced as { url: string; port: number };
  const state = () => getJson<NimState>(`${url}/__sandbox/state`);
  return {
    ...program,
    url,
    port,
    state,
    control: (change) => post(`${url}/__sandbox/control`, change),
    async ready() {
      const failed = program.exited.then(({ code }) => {
        throw new Error(`The NIM stand-in exited with ${code} before it was ready:\n${program.stderr()}`);
      });
      // Only one of the two outcomes is waited for: the other must not count as unhandled.
      failed.catch(() => undefined);
      await Promise.race([failed, pollReady(`${url}/v1/health/ready`, program.exited)]);
    },
  };
}

/** Starts the gate in front of a registry; it listens when this returns. */
export async function startRegistryGate(options: RegistryGateOptions): Promise<RegistryGate> {
  const args = ['--upstream', options.upstream, '--default-access', options.defaultAccess ?? 'public'];
  for (const [name, access] of Object.entries(options.repositories ?? {})) {
    args.push('--repository', `${name}=${access}`);
  }
  const env = { NIMDECK_SANDBOX_KEYS: (options.keys ?? []).join(',') };
  const { program, announced } = await startProgram('registry', args, env);
  const { registry, blobs, ngc, control } = announced as Record<'registry' | 'blobs' | 'ngc' | 'control', string>;
  const gate: RegistryGate = {
    ...program,
    registry,
    blobs,
    ngc,
    state: () => getJson<GateState>(`${control}/__sandbox/state`),
    change: (behaviour) => post(`${control}/__sandbox/behaviour`, behaviour),
    resume: () => post(`${control}/__sandbox/resume`),
    drop: () => post(`${control}/__sandbox/drop`),
    revokeTokens: () => post(`${control}/__sandbox/revoke-tokens`),
    reset: () => post(`${control}/__sandbox/reset`),
  };
  if (options.behaviour !== undefined) await gate.change(options.behaviour);
  return gate;
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  return (await response.json()) as T;
}

async function post(url: string, body: object = {}): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer}`);
}

/** Refused connections and 502s are the normal beginning. */
async function pollReady(url: string, exited: Promise<SandboxExit>): Promise<void> {
  let isOver = false;
  void exited.then(() => (isOver = true));
  while (!isOver) {
    const isReady = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function startProgram(
  name: 'nim' | 'registry',
  args: string[],
  env: Record<string, string>,
): Promise<{ program: SandboxProgram; announced: unknown }> {
  const child = spawn(process.execPath, [programPath(name), ...args], {
    env: { ...bareEnvironment(), NIMDECK_SANDBOX_ANNOUNCE_FD: '3', NIMDECK_SANDBOX_FOLLOW_PARENT: '1', ...env },
    // The pipe at 0 tells it when this process is gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exited = new Promise<SandboxExit>((resolve, reject) => {
    child.once('error', reject);
    // `close`, not `exit`: by then the last of its output has come.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const announced = await Promise.race([
    firstLine(child),
    exited.then(({ code }) => {
      throw new Error(`${name} exited with ${code}: ${output.stderr}`);
    }),
  ]);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return {
    announced: JSON.parse(announced),
    program: {
      pid: child.pid ?? 0,
      stdout: () => output.stdout,
      stderr: () => output.stderr,
      exited,
      stop,
      async [Symbol.asyncDispose]() {
        await stop();
      },
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  const pipe = child.stdio[3];
  if (pipe === null || pipe === undefined || !('setEncoding' in pipe)) throw new Error('no third pipe');
  let text = '';
  return new Promise((resolve) => {
    pipe.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

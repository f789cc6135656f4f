import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createMachine, type MachineId } from '../../sandbox/machines/machine.ts';
import type { Check, CheckId } from '../../shared/contract/doctor.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { NgcStatus } from '../../shared/contract/ngc.ts';
import { AppError } from '../../shared/errors.ts';
import type { ProgramResult } from '../deps.ts';
import { createDoctorService, type DoctorService } from '../doctor/service.ts';
import { createEngineService } from '../engine/service.ts';
import { createGpuService } from '../gpu/service.ts';
import { createRunProgram } from '../lib/run-program.ts';
import { type SystemFiles, systemFilesIn } from '../lib/system-files.ts';
import { createTestDeps } from './deps.ts';

/** How a host answers. */
export type HostAnswer = 'good' | 'page' | 'sign-in' | 'elsewhere' | 'unknown-name' | 'closed';

/** What of a good machine is otherwise. Everything stands on the far side of a wire: files, programs, an engine's socket, hosts. */
export interface DoctorWorld {
  machine?: MachineId;
  platform?: NodeJS.Platform;
  env?: Record<string, string>;
  /** Paths as on the machine; null: not there. */
  files?: Record<string, string | null>;
  /** What any call of nvidia-smi prints; null: there is no such program. */
  smi?: Partial<ProgramResult> | null;
  /** Changes what nvidia-smi prints. */
  smiText?: (text: string) => string;
  /** Null: nothing listens. */
  engine?: null | {
    version?: object;
    info?: object;
    images?: object[];
    /** As inspected; they are ours. */
    containers?: object[];
    /** Of the start of a container. */
    start?: { status: number; message: string };
    /** What a program in the container prints, by its name; not there: as the engine says it. */
    inside?: Record<string, { text: string; exitCode: number }>;
  };
  /** A real engine's address in place of `engine`. */
  dockerHost?: string;
  /** Not over a socket of this machine, but by TCP, as one that is far away. */
  isRemote?: boolean;
  /** Free bytes by path; all others have plenty. */
  free?: Record<string, number>;
  /** Folders that may not be written. */
  closed?: string[];
  system?: Partial<SystemFiles>;
  /** As whom it runs; 1000 else, who owns everything. */
  userId?: number;
  hosts?: Record<string, HostAnswer>;
  key?: Partial<NgcStatus>;
  jobs?: Pick<Job, 'title' | 'failure'>[];
  limits?: Parameters<typeof createDoctorService>[2];
}

const plenty = { freeBytes: 800e9, totalBytes: 2000e9 };
const signedOut: NgcStatus = { state: 'signed-out', keyHint: null, storage: null, checkedAt: null, failure: null };

export interface OpenDoctor extends AsyncDisposable {
  doctor: DoctorService;
  /** Of the engine: `POST /containers/create`, in order. */
  asked: string[];
  home: string;
  check(id: CheckId): Promise<Check>;
}

/** The real services over a simulated machine. */
export async function openDoctor(world: DoctorWorld = {}): Promise<OpenDoctor> {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-doctor-'));
  const machine = await createMachine(world.machine ?? 'rtx-4090', join(folder, 'machine'), { platform: 'linux' });
  for (const [path, text] of Object.entries(world.files ?? {})) {
    const file = join(machine.systemRoot, path);
    if (text === null) rmSync(file, { recursive: true, force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  const asked: string[] = [];
  const servers: Server[] = [];
  const listen = async (server: Server, at?: string) => {
    servers.push(server);
    await new Promise<void>((resolve) =>
      at === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(at, resolve),
    );
    return server;
  };
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  let dockerHost = 'unix:///nowhere/docker.sock';
  if (world.dockerHost !== undefined) dockerHost = world.dockerHost;
  else if (world.engine !== null) {
    const socket = join(folder, 'docker.sock');
    const server = await listen(engineServer(world.engine ?? {}, asked), world.isRemote === true ? undefined : socket);
    dockerHost = world.isRemote === true ? `tcp://127.0.0.1:${portOf(server)}` : `unix://${socket}`;
  }
  const hosts = new Map<HostAnswer, URL>();
  for (const answer of ['good', 'page', 'sign-in', 'elsewhere'] as const) {
    hosts.set(answer, new URL(`http://127.0.0.1:${portOf(await listen(hostServer(answer)))}`));
  }
  const closedPort = portOf(await listen(createServer()));
  servers.pop()?.close();
  hosts.set('closed', new URL(`http://127.0.0.1:${closedPort}`));

  const base = createTestDeps({ platform: world.platform ?? 'linux' });
  mkdirSync(join(base.home, '.cache', 'nim'), { recursive: true });
  const run = createRunProgram({ PATH: process.env['PATH'] }, process.platform);
  const files = systemFilesIn(machine.systemRoot, dirname(base.home));
  const deps = {
    ...base,
    userId: world.userId ?? 1000,
    env: { DOCKER_HOST: dockerHost, ...world.env },
    async run(file: string, args: readonly string[], options: Parameters<typeof run>[2]): Promise<ProgramResult> {
      if (!/^nvidia-smi(\.exe)?$/.test(file) || world.smi === null)
        throw Object.assign(new Error(`spawn ${file} ENOENT`), { code: 'ENOENT' });
      if (world.smi !== undefined) return { exitCode: 0, stdout: '', stderr: '', isTimedOut: false, ...world.smi };
      const [program = '', ...leading] = machine.command;
      const result = await run(program, [...leading, ...args], options);
      return { ...result, stdout: world.smiText?.(result.stdout) ?? result.stdout };
    },
    system: {
      ...files,
      status: async (path: string) => ({ ...(await files.status(path)), userId: 1000, groupId: 1000 }),
      space: async (path: string) => ({ ...plenty, freeBytes: world.free?.[path] ?? plenty.freeBytes }),
      canWrite: async (path: string) => world.closed?.some((each) => path.endsWith(each)) !== true,
      ...world.system,
    },
    addressOf(host: string): URL {
      const answer = world.hosts?.[host] ?? world.hosts?.['*'] ?? 'good';
      const address = hosts.get(answer);
      if (address === undefined) throw new AppError('DNS_FAILED', `No answer about ${host}: ENOTFOUND.`);
      return address;
    },
  };
  const engine = createEngineService(deps, {
    firstRetryMs: 50,
    returnRetryMs: 50,
    localRetryMs: 50,
    remoteRetryMs: 50,
    lostForMs: 0,
    pingMs: 2_000,
    describeMs: 2_000,
    heartbeatMs: 60_000,
  });
  const gpu = createGpuService(deps);
  const status = { ...signedOut, ...world.key };
  const doctor = createDoctorService(
    deps,
    {
      engine,
      gpu,
      ngc: {
        api: {
          async *watch() {
            yield status;
          },
          check: async () => status,
          signIn: async () => status,
          signOut: async () => status,
        },
      },
      jobs: { list: () => (world.jobs ?? []) as Job[] },
      settings: { get: () => ({ cacheFolder: null }) as never },
    },
    world.limits,
  );
  return {
    doctor,
    asked,
    home: base.home,
    async check(id) {
      const { checks } = await (id === 'probe' ? doctor.api.probe({ isAgain: true }) : doctor.api.check({ ids: [id] }));
      const found = checks.find((each) => each.id === id);
      if (found === undefined) throw new Error(`There is no check ${id}.`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await doctor.close();
      await gpu.close();
      await engine.close();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await machine.close();
      base[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const send = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** As much of an engine's API as is asked: what it says of itself, one container to make, and a program in it. */
function engineServer(engine: NonNullable<DoctorWorld['engine']>, asked: string[]): Server {
  const { containers = [], start, inside = {} } = engine;
  const version = { Version: '27.3.1', ApiVersion: '1.47', ...engine.version };
  const info = {
    ID: 'TEST:ENGINE',
    OSType: 'linux',
    Driver: 'overlay2',
    DockerRootDir: '/var/lib/docker',
    KernelVersion: '6.8.0-test',
    OperatingSystem: 'Ubuntu 24.04 LTS',
    MemTotal: 128 * 1024 ** 3,
    Runtimes: { runc: {}, nvidia: {} },
    ...engine.info,
  };
  const images = engine.images ?? [
    { RepoTags: ['nvcr.io/nim/example/chat:2.0.6'], Size: 8e9, Labels: { 'com.nvidia.nim.version': '2.0.6' } },
  ];
  const probeId = 'ab'.repeat(32);
  let execOutput = { text: '', exitCode: 0 };
  return createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const what = `${request.method} ${path}`;
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.method !== 'GET') asked.push(what);
      if (path === '/_ping') return void response.end('OK');
      if (path === '/version') return send(response, 200, version);
      if (path === '/info') return send(response, 200, info);
      // It stays open, and nothing happens.
      if (path === '/events') return response.writeHead(200).flushHeaders();
      if (path === '/images/json') return send(response, 200, images);
      if (path === '/containers/json') {
        const isOurs = decodeURIComponent(request.url ?? '').includes('io.nimdeck.managed');
        return send(
          response,
          200,
          isOurs ? containers.map((_each, index) => ({ Id: String(index).padStart(64, '0') })) : [],
        );
      }
      const inspected = /^\/containers\/(\d{64})\/json$/.exec(path)?.[1];
      if (inspected !== undefined) return send(response, 200, containers[Number(inspected)]);
      if (what === 'POST /containers/create') return send(response, 201, { Id: probeId });
      if (path.endsWith('/start') && path.startsWith('/containers/')) {
        if (start !== undefined) return send(response, start.status, { message: start.message });
        return void response.writeHead(204).end();
      }
      if (path.endsWith('/exec')) {
        const [program = ''] = (JSON.parse(body) as { Cmd: string[] }).Cmd;
        execOutput = inside[program] ?? {
          text: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown\r\n`,
          exitCode: 126,
        };
        return send(response, 201, { Id: 'cd'.repeat(32) });
      }
      if (path.startsWith('/exec/') && path.endsWith('/start')) {
        const header = Buffer.alloc(8);
        header.writeUInt8(1, 0);
        header.writeUInt32BE(Buffer.byteLength(execOutput.text), 4);
        response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
        return void response.end(Buffer.concat([header, Buffer.from(execOutput.text)]));
      }
      if (path.startsWith('/exec/')) return send(response, 200, { ExitCode: execOutput.exitCode });
      if (request.method === 'DELETE') return void response.writeHead(204).end();
      return send(response, 404, { message: 'no such thing' });
    });
  });
}

function hostServer(answer: HostAnswer): Server {
  return createServer((request, response) => {
    if (answer === 'page') {
      response.writeHead(200, { 'content-type': 'text/html', server: 'HotelProxy' });
      return void response.end('<html><head><title>Welcome to the hotel</title></head></html>');
    }
    if (answer === 'sign-in') return void response.writeHead(407, { via: '1.1 office-proxy' }).end();
    if (answer === 'elsewhere') return void response.writeHead(302, { location: 'http://login.example/' }).end();
    const isRegistry = request.url === '/v2/';
    response.writeHead(isRegistry ? 401 : 200, {
      'content-type': 'application/json',
      ...(isRegistry ? { 'www-authenticate': 'Bearer realm="x"' } : {}),
    });
    return void response.end('{}');
  });
}

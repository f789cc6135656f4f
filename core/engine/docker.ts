import { readFile } from 'node:fs/promises';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { AppError } from '../../shared/errors.ts';
import type { EngineCandidate } from './contexts.ts';
import { Agent as HttpAgent } from '../lib/node-http.ts';
import { systemCode } from '../lib/system-code.ts';

export type EngineAddress =
  { kind: 'socket'; path: string } | { kind: 'network'; protocol: 'http' | 'https'; host: string; port: number };

export function parseAddress(candidate: EngineCandidate): EngineAddress {
  const { address, tls } = candidate;
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket };
  if (address.startsWith('ssh:')) {
    throw unusable(
      address,
      'An engine over ssh is not supported yet. Forward its socket with “ssh -L” and set DOCKER_HOST to it.',
    );
  }
  const url = URL.parse(address.includes('://') ? address : `tcp://${address}`);
  if (url === null || url.hostname === '' || !/^(tcp|https?):$/.test(url.protocol)) {
    throw unusable(address, 'It should look like unix:///var/run/docker.sock or tcp://localhost:2375.');
  }
  const isSecure = tls !== null || url.protocol === 'https:';
  return {
    kind: 'network',
    protocol: isSecure ? 'https' : 'http',
    // Node wants an IPv6 address without its brackets, the URL has them.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isSecure ? 2376 : 2375) : Number(url.port),
  };
}

function unusable(address: string, advice: string): AppError {
  return new AppError('ENGINE_UNREACHABLE', `The engine’s address ${address} cannot be used. ${advice}`, { address });
}

/** Whether the engine shares this machine's files and its loopback. A forwarded port looks remote, on purpose. */
export function isLocalAddress(address: EngineAddress): boolean {
  return address.kind === 'socket';
}

/**
 * A client for this address. No API version is pinned: Docker 29 refuses below 1.44, our oldest engine is 1.41.
 * Every call takes a fresh connection: one that the engine closed while it lay idle would fail the next call.
 */
export async function openDocker(candidate: EngineCandidate): Promise<Docker> {
  const address = parseAddress(candidate);
  // The library fills whatever is missing from the process's own DOCKER_* variables, so every field is named.
  const unset = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  const oneCall = { keepAlive: false };
  const common = { ...unset, timeout: undefined, version: undefined, username: undefined, headers: {} };
  const options =
    address.kind === 'socket'
      ? { ...common, protocol: 'http' as const, socketPath: address.path, agent: brief(new HttpAgent(oneCall)) }
      : {
          ...common,
          protocol: address.protocol,
          host: address.host.includes(':') ? `[${address.host}]` : address.host,
          port: address.port,
          agent: brief(
            address.protocol === 'https'
              ? new HttpsAgent({ ...oneCall, ...(await readTls(candidate)) })
              : new HttpAgent(oneCall),
          ),
        };
  // Loaded here, so that a start, and a shell that joins a running core, need not wait for it.
  const { default: Client } = await import('dockerode');
  try {
    return new Client(options);
  } catch (error) {
    // Its constructor parses DOCKER_HOST itself and throws a plain Error when it cannot.
    throw new AppError('ENGINE_UNREACHABLE', `The engine’s address ${candidate.address} cannot be used.`, undefined, {
      cause: error,
    });
  }
}

/**
 * docker-modem prints the options of each request for a debugger that is off, with the agent and all sockets it holds: that
 * takes longer than the request itself (2.0 instead of 0.9 ms of processor time a call), and puts a TLS key into a text.
 */
function brief<T extends object>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => 'an agent' });
}

async function readTls({ tls, address }: EngineCandidate): Promise<AgentOptions> {
  if (tls === null) return {};
  const read = async (name: string) => {
    try {
      return await readFile(join(tls.folder, name));
    } catch (error) {
      const code = systemCode(error);
      // Each of the three may be left out: a public authority needs no ca.pem, a server may ask for no client.
      if (code === 'ENOENT') return undefined;
      const file = join(tls.folder, name);
      throw new AppError(
        'ENGINE_UNREACHABLE',
        `The TLS file ${file} for ${address} cannot be read (${code ?? 'unknown'}).`,
        {
          address,
          file,
        },
      );
    }
  };
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key, rejectUnauthorized: tls.isVerified };
}

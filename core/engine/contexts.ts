import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineEndpoint } from '../../shared/contract/engine.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseJson } from '../lib/parse-json.ts';

/** A place where an engine may listen, and the files that prove who we are to it. */
export interface EngineCandidate extends EngineEndpoint {
  tls: { folder: string; isVerified: boolean } | null;
}

type Surroundings = Pick<CoreDeps, 'env' | 'home' | 'platform' | 'userId'>;

// The two files of Docker's client that say which engine is meant; everything else in them is not ours.
const clientConfig = z.object({ currentContext: z.string().optional() });
const contextMeta = z.object({
  Endpoints: z.object({
    docker: z.object({ Host: z.string().min(1), SkipTLSVerify: z.boolean().optional() }),
  }),
});

/**
 * Where to look for the engine, best first, in the order of Docker's own client: DOCKER_HOST, then the context
 * (DOCKER_CONTEXT, then `currentContext` of its configuration), then the usual sockets. More than one only for the last.
 */
export async function findCandidates(deps: Surroundings): Promise<EngineCandidate[]> {
  const { env, home } = deps;
  const configFolder = env['DOCKER_CONFIG'] || join(home, '.docker');

  if (env['DOCKER_HOST']) {
    const address = env['DOCKER_HOST'];
    return [{ source: 'docker-host', address, contextName: null, tls: tlsOfHost(address, env, configFolder) }];
  }

  const contextName = env['DOCKER_CONTEXT'] || (await currentContext(configFolder));
  if (contextName && contextName !== 'default') return [await readContext(contextName, configFolder)];

  return defaultAddresses(deps).map((address) => ({
    source: 'default-socket',
    address,
    contextName: null,
    tls: null,
  }));
}

function tlsOfHost(address: string, env: Surroundings['env'], configFolder: string): EngineCandidate['tls'] {
  // 2376 is the port that Docker reserves for TLS; its own client library decides by the same two signs.
  const isWanted =
    Boolean(env['DOCKER_TLS_VERIFY']) || address.startsWith('https:') || /^tcp:.*:2376\/?$/.test(address);
  return isWanted ? { folder: env['DOCKER_CERT_PATH'] || configFolder, isVerified: true } : null;
}

async function currentContext(configFolder: string): Promise<string | null> {
  const text = await readOptional(join(configFolder, 'config.json'));
  if (text === null) return null;
  const config = clientConfig.safeParse(parseJson(text));
  return config.success ? (config.data.currentContext ?? null) : null;
}

async function readContext(contextName: string, configFolder: string): Promise<EngineCandidate> {
  const digest = createHash('sha256').update(contextName).digest('hex');
  const file = join(configFolder, 'contexts', 'meta', digest, 'meta.json');
  const text = await readOptional(file);
  const meta = contextMeta.safeParse(text === null ? null : parseJson(text));
  if (!meta.success) {
    const why = text === null ? 'does not exist' : 'has no readable address of an engine';
    throw new AppError('ENGINE_UNREACHABLE', `The Docker context “${contextName}” ${why}.`, { contextName, file });
  }
  const { Host: address, SkipTLSVerify: isUnverified } = meta.data.Endpoints.docker;
  const folder = join(configFolder, 'contexts', 'tls', digest, 'docker');
  const hasTls = /^(tcp|https):/.test(address) && (isUnverified === true || (await hasCertificate(folder)));
  const tls = hasTls ? { folder, isVerified: isUnverified !== true } : null;
  return { source: 'docker-context', address, contextName, tls };
}

async function hasCertificate(folder: string): Promise<boolean> {
  const files = await Promise.all(['ca.pem', 'cert.pem'].map((name) => readOptional(join(folder, name))));
  return files.some((text) => text !== null);
}

function defaultAddresses({ env, home, platform, userId }: Surroundings): string[] {
  if (platform === 'win32') return ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/podman-machine-default'];
  const runtimeFolder = env['XDG_RUNTIME_DIR'] || (userId === null ? null : `/run/user/${userId}`);
  const sockets = [
    join(home, '.docker', 'run', 'docker.sock'),
    '/var/run/docker.sock',
    ...(runtimeFolder === null
      ? []
      : [join(runtimeFolder, 'docker.sock'), join(runtimeFolder, 'podman', 'podman.sock')]),
    '/run/podman/podman.sock',
  ];
  return sockets.map((path) => `unix://${path}`);
}

/** Null when it is not there or may not be read: then the next place counts. */
async function readOptional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Whatever the reason, there is nothing to go by; what follows from it is said by the caller.
    return null;
  }
}

import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseReference } from '../images/reference.ts';
import { goArchitecture } from '../lib/processor.ts';
import { askRegistry, readJson, registryError } from './registry-http.ts';
import {
  basic,
  manifestTypes,
  mayReceiveKey,
  readChallenge,
  readToken,
  refusal,
  tokenAddress,
} from './registry-sign-in.ts';

export { ngcUserName } from './registry-sign-in.ts';

/** A repository whose token only a known key gets; whether the key may pull it does not matter here. */
const checkedRepository = 'nim/meta/llama-3.1-8b-instruct';

const layerShape = z.object({
  digest: z.string().regex(/^[a-z0-9+._-]+:[0-9a-f]{32,}$/),
  size: z.number().int().min(0),
});

const manifestShape = z.union([
  z.object({
    layers: z.array(layerShape).min(1),
    config: z.object({ digest: z.string() }).optional().catch(undefined),
  }),
  z.object({
    manifests: z.array(
      z.object({
        digest: z.string(),
        platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
      }),
    ),
  }),
]);
type Manifest = z.infer<typeof manifestShape>;

export interface RegistryQuestion {
  reference: string;
  /** The key, if the reference is one that may use it; null asks without. */
  key: string | null;
  signal: AbortSignal;
  addressOf: CoreDeps['addressOf'];
  /** Told why there is no answer; never called for an abort. */
  onFailure?: (error: AppError) => void;
}

export interface LayerSizesRequest extends RegistryQuestion {
  platform: { os: string; architecture: string };
}

/**
 * The compressed size of each layer for the platform, from the registry's manifest. Null where it cannot be read,
 * whatever the reason: sizes only make progress better. Rejects with CANCELLED alone.
 */
export async function readLayerSizes(
  request: LayerSizesRequest,
): Promise<readonly { digest: string; bytes: number }[] | null> {
  return answered(request, (source, wanted, token) => findLayers(source, wanted, token, request.platform, 0));
}

const configShape = z.object({ architecture: z.string() });

/**
 * The processors that the image is made for, as `amd64` and `arm64`: of its index, or of the one image's own description.
 * Null where that cannot be read. Rejects with CANCELLED alone.
 */
export async function readArchitectures(question: RegistryQuestion): Promise<readonly string[] | null> {
  return answered(question, async (source, wanted, token) => {
    const manifest = await readManifest(source, wanted, token);
    if ('manifests' in manifest) {
      const named = manifest.manifests.flatMap(({ platform }) => (platform?.os === 'linux' ? [platform] : []));
      return [...new Set(named.map(({ architecture }) => goArchitecture(architecture)))];
    }
    if (manifest.config === undefined)
      throw new AppError('NGC_REPLY_UNREADABLE', 'The manifest names no description of the image.');
    const address = new URL(`/v2/${source.repository}/blobs/${manifest.config.digest}`, source.base);
    const answer = await askRegistry(address, {
      signal: source.signal,
      headers: token === null ? {} : { authorization: token },
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw refusal(answer, source.base.host);
    }
    return [goArchitecture(configShape.parse(await readJson(answer)).architecture)];
  });
}

async function answered<T>(
  { reference, addressOf, key, signal, onFailure }: RegistryQuestion,
  ask: (source: Source, wanted: string, token: string | null) => Promise<T>,
): Promise<T | null> {
  try {
    const { registry, repository, tag, digest } = parseReference(reference);
    const source = { base: registryBase(registry, addressOf), repository, key, signal };
    const wanted = digest ?? tag ?? 'latest';
    return await ask(source, wanted, await authorise(source, wanted));
  } catch (error) {
    if (signal.aborted) throw cancelled();
    onFailure?.(registryError(error, reference));
    return null;
  }
}

/**
 * Whether the registry knows the key, through the token request, which answers 401 or 403 for one that it refuses
 * (ngc facts 1.2). What cannot be told comes back as the error that prevented it; only an abort rejects.
 *
 * @param registryAddress `https://nvcr.io`, or a stand-in on loopback
 */
export async function checkKey(
  registryAddress: string,
  key: string,
  signal: AbortSignal,
): Promise<'accepted' | AppError> {
  try {
    const base = new URL(registryAddress);
    if (!mayReceiveKey(base, base)) throw new AppError('BAD_INPUT', `The key is not sent to ${base.host}.`);
    const challenge = await readChallenge(new URL('/v2/', base), signal);
    if (challenge === null) throw new AppError('NGC_REPLY_UNREADABLE', `${base.host} does not ask for a key.`);
    if (challenge.scheme === 'basic') {
      const answer = await askRegistry(new URL('/v2/', base), { signal, headers: { authorization: basic(key) } });
      await answer.body?.cancel();
      return answer.ok ? 'accepted' : refusal(answer, base.host);
    }
    const address = tokenAddress(challenge, checkedRepository);
    if (!mayReceiveKey(address, base)) {
      throw new AppError(
        'NGC_REPLY_UNREADABLE',
        `${base.host} sends the sign-in to ${address.host}, which is not NGC’s.`,
      );
    }
    const answer = await askRegistry(address, { signal, headers: { authorization: basic(key) } });
    // The key is known; only the product of this one image is missing.
    if (answer.status === 402 || answer.status === 412) {
      await answer.body?.cancel();
      return 'accepted';
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      return refusal(answer, address.host);
    }
    await readToken(answer);
    return 'accepted';
  } catch (error) {
    if (signal.aborted) throw cancelled();
    return isAppError(error) ? error : registryError(error, registryAddress);
  }
}

interface Source {
  base: URL;
  repository: string;
  key: string | null;
  signal: AbortSignal;
}

/** What to send with each request: null where the registry asks for nothing. */
async function authorise({ base, repository, key, signal }: Source, wanted: string): Promise<string | null> {
  const challenge = await readChallenge(new URL(`/v2/${repository}/manifests/${wanted}`, base), signal);
  if (challenge === null) return null;
  if (challenge.scheme === 'basic') return key !== null && mayReceiveKey(base, base) ? basic(key) : null;
  const address = tokenAddress(challenge, repository);
  const usesKey = key !== null && mayReceiveKey(address, base);
  const answer = await askRegistry(address, { signal, headers: usesKey ? { authorization: basic(key) } : {} });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw refusal(answer, address.host);
  }
  return `Bearer ${await readToken(answer)}`;
}

async function findLayers(
  source: Source,
  wanted: string,
  authorization: string | null,
  platform: LayerSizesRequest['platform'],
  depth: number,
): Promise<{ digest: string; bytes: number }[]> {
  const manifest = await readManifest(source, wanted, authorization);
  if ('layers' in manifest) return manifest.layers.map(({ digest, size }) => ({ digest, bytes: size }));
  const match = manifest.manifests.find(
    (each) => each.platform !== undefined && isSamePlatform(each.platform, platform),
  );
  // An index may lead to one more index, never in a circle.
  if (match === undefined || depth > 1) {
    throw new AppError(
      'NO_MATCHING_ARCHITECTURE',
      `No image for ${platform.os}/${platform.architecture} in the index.`,
    );
  }
  return findLayers(source, match.digest, authorization, platform, depth + 1);
}

async function readManifest(
  { base, repository, signal }: Source,
  wanted: string,
  authorization: string | null,
): Promise<Manifest> {
  const address = new URL(`/v2/${repository}/manifests/${wanted}`, base);
  const headers = { accept: manifestTypes, ...(authorization === null ? {} : { authorization }) };
  const answer = await askRegistry(address, { signal, headers });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw answer.status === 404
      ? new AppError('TAG_NOT_FOUND', `${base.host} has no ${repository} of this name.`, { status: 404 })
      : refusal(answer, base.host);
  }
  const parsed = manifestShape.safeParse(await readJson(answer));
  // Schema 1 of some old images has no sizes.
  if (!parsed.success) throw new AppError('NGC_REPLY_UNREADABLE', 'The manifest has no sizes of layers.');
  return parsed.data;
}

/** Attestations stand in the index as platform `unknown/unknown`, which no engine has. */
function isSamePlatform(
  offered: { os: string; architecture: string },
  wanted: { os: string; architecture: string },
): boolean {
  return offered.os === wanted.os && goArchitecture(offered.architecture) === goArchitecture(wanted.architecture);
}

function registryBase(registry: string, addressOf: CoreDeps['addressOf']): URL {
  // Docker Hub's registry has another name than its images.
  return addressOf(registry === 'docker.io' ? 'registry-1.docker.io' : registry);
}

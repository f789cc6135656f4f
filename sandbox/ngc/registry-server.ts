import type { IncomingMessage, ServerResponse } from 'node:http';
import { configDigestOf, type ImageRecipe, indexDigestOf, layersOf } from '../engine/image.ts';
import { parseReference, sha256 } from '../engine/reference.ts';
import { defaultBehaviour } from '../registry/behaviour.ts';
import { denied, paymentRequired, sendJson, unauthorized, unsupported } from '../registry/replies.ts';
import { keyOf } from '../registry/token-endpoint.ts';
import { scopedRepositories, type Tokens } from '../registry/tokens.ts';
import { requestStatus } from './account.ts';
import type { Service } from './keys.ts';

export interface RegistryParts {
  images: readonly ImageRecipe[];
  tokens: Tokens;
  isRightKey: (key: string, service: Service) => boolean;
}

/**
 * nvcr.io as a client meets it that only wants to know: challenge, tokens, tags, manifests. The engine's stand-in pulls
 * without it, and says the same digests.
 */
export function answerRegistry(parts: RegistryParts, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://nvcr');
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, unsupported);
  if (url.pathname === '/proxy_auth' || url.pathname === '/token') {
    return answerToken(parts, request, response, url.searchParams);
  }
  if (!/^\/v2(?:\/|$)/.test(url.pathname)) return sendJson(response, 404, {});
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  const [, repository = null, what, last = ''] =
    /^\/v2\/(.+)\/(manifests|tags|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
  if (isRefused(parts, repository, request, response)) return;
  if (repository === null) return sendJson(response, url.pathname.replace(/\/$/, '') === '/v2' ? 200 : 404, {});
  const images = imagesIn(parts, repository);
  if (what === 'tags') {
    sendJson(response, 200, { name: repository, tags: images.map(({ reference }) => parseReference(reference).tag) });
  } else if (what === 'manifests') sendManifest(images, last, response);
  // Nobody who only wants to know asks for one.
  else sendJson(response, 404, { errors: [{ code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' }] });
}

/** authn.nvidia.com: changes a key of the old kind, or any, for a token of the API. */
export function answerAuthn(
  { tokens, isRightKey }: RegistryParts,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://authn');
  const { authorization = '' } = request.headers;
  const key = /^ApiKey (.+)$/i.exec(authorization)?.[1] ?? keyOf(authorization);
  if (url.pathname !== '/token') sendJson(response, 404, requestStatus('NOT_FOUND', 'Not found'));
  else if (!isRightKey(key, 'catalog') && !isRightKey(key, 'hosted')) {
    sendJson(response, 401, requestStatus('UNAUTHORIZED', 'Invalid credentials'));
  } else sendJson(response, 200, { token: tokens.issue([], defaultBehaviour), expires_in: 900 });
}

function answerToken(
  parts: RegistryParts,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  const { tokens, isRightKey } = parts;
  const { authorization } = request.headers;
  const repositories = scopedRepositories(query);
  if (authorization === undefined) {
    // Public repositories are for everybody with a token, and a token is for everybody.
    if (!repositories.every((repository) => isPublic(parts, repository))) return sendJson(response, 401, unauthorized);
  } else {
    const key = keyOf(authorization);
    // A key that is refused is refused for public repositories, too (ngc facts 2.1).
    if (!isRightKey(key, 'catalog')) {
      return isRightKey(key, 'hosted') ? sendJson(response, 402, paymentRequired) : sendJson(response, 403, denied);
    }
  }
  sendJson(response, 200, {
    token: tokens.issue(repositories, defaultBehaviour),
    expires_in: defaultBehaviour.tokenSeconds,
  });
}

function imagesIn({ images }: RegistryParts, repository: string): ImageRecipe[] {
  return images.filter(({ reference }) => {
    const { registry, path } = parseReference(reference);
    return registry === 'nvcr.io' && path === repository;
  });
}

function isPublic(parts: RegistryParts, repository: string): boolean {
  const images = imagesIn(parts, repository);
  return images.length > 0 && images.every(({ needsKey }) => !needsKey);
}

function isRefused(
  parts: RegistryParts,
  repository: string | null,
  { headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const refuse = (error: string | null, body: object) => {
    const scope = repository === null ? '' : `?scope=repository:${repository}:pull,push`;
    const realm = `http://${headers.host}/proxy_auth${scope}`;
    const challenge = `Bearer realm="${realm}"${error === null ? '' : `,error="${error}"`}`;
    sendJson(response, 401, body, { 'www-authenticate': challenge });
    return true;
  };
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return refuse(null, unauthorized);
  const check = parts.tokens.check(token, repository);
  if (check === 'invalid') return refuse('invalid_token', unauthorized);
  // One that does not exist answers like one that may not be read.
  const isThere = repository === null || imagesIn(parts, repository).length > 0;
  return check === 'insufficient' || !isThere ? refuse('insufficient_scope', denied) : false;
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

const manifestDigest = ({ reference }: ImageRecipe, platform: string): string =>
  `sha256:${sha256(`manifest ${platform} ${reference}`)}`;

/** By tag or digest: the index of an image, or the manifest of one platform. */
function sendManifest(images: readonly ImageRecipe[], wanted: string, response: ServerResponse): void {
  for (const image of images) {
    const digest = indexDigestOf(image);
    if (wanted === digest || wanted === parseReference(image.reference).tag) {
      return sendBody(response, types.index, digest, {
        manifests: [
          ...image.platforms.map((platform) => ({
            mediaType: types.manifest,
            digest: manifestDigest(image, platform),
            size: 3_600,
            platform: { os: platform.split('/')[0], architecture: platform.split('/')[1] },
          })),
          // What came with the build, to be skipped.
          {
            mediaType: types.manifest,
            digest: manifestDigest(image, 'unknown/unknown'),
            size: 840,
            annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
            platform: { os: 'unknown', architecture: 'unknown' },
          },
        ],
      });
    }
    if (image.platforms.some((platform) => manifestDigest(image, platform) === wanted)) {
      return sendBody(response, types.manifest, wanted, {
        config: { mediaType: types.config, digest: configDigestOf(image), size: 22_000 },
        layers: layersOf(image).map(({ digest: layer, bytes }) => ({
          mediaType: types.layer,
          digest: layer,
          size: bytes,
        })),
      });
    }
  }
  sendJson(response, 404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });
}

function sendBody(response: ServerResponse, mediaType: string, digest: string, body: object): void {
  sendJson(
    response,
    200,
    { schemaVersion: 2, mediaType, ...body },
    { 'content-type': mediaType, 'docker-content-digest': digest },
  );
}

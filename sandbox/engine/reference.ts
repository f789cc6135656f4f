import { createHash } from 'node:crypto';
import { EngineError } from './http.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface Reference {
  /** As engines spell it back: without `docker.io/library/`. */
  repository: string;
  /** What the registry calls it. */
  path: string;
  registry: string;
  tag: string;
  /** `repository:tag`. */
  name: string;
}

/** `busybox`, `nvcr.io/nim/meta/x:1`, `127.0.0.1:5000/x`; a digest stands where the tag does. */
export function parseReference(text: string, tag?: string): Reference {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const repository = (hasTag ? named.slice(0, colon) : named).replace(/^docker\.io\/(?:library\/)?/, '');
  const wanted = at === -1 ? tag || (hasTag ? named.slice(colon + 1) : 'latest') : text.slice(at + 1);
  if (!/^[a-z0-9][a-z0-9._:/-]*$/.test(repository) || wanted === '') {
    throw new EngineError(400, 'invalid reference format');
  }
  const first = repository.split('/')[0] ?? '';
  const hasRegistry = repository.includes('/') && (first === 'localhost' || /[.:]/.test(first));
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? repository.slice(first.length + 1) : repository;
  const separator = wanted.startsWith('sha256:') ? '@' : ':';
  return { repository, path, registry, tag: wanted, name: `${repository}${separator}${wanted}` };
}

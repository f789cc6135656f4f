import { AppError } from '../../shared/errors.ts';

/** An image reference in its parts, by the rules of Docker's own parser. */
export interface ImageReference {
  /** `docker.io` where the text names none. */
  registry: string;
  /** `library/…` is written out for docker.io. */
  repository: string;
  /** `latest` where neither tag nor digest is given; null beside a digest. */
  tag: string | null;
  digest: string | null;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const hostShape =
  /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\d{1,5})?$/;
/** Registry and repository together, without tag and digest. */
const longestName = 255;

/** Throws BAD_INPUT that names what is wrong. */
export function parseReference(reference: string): ImageReference {
  const text = reference.trim();
  if (text === '') throw bad('The image reference is empty.');
  if (/\s/.test(text)) throw bad(`“${text}” has a space in it; an image reference has none.`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    throw bad(`“${text}” begins like a web address; leave out everything up to “//”.`);
  }

  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  if (digest !== null) checkDigest(digest);

  const beforeDigest = at === -1 ? text : text.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const name = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const tag = hasTag ? beforeDigest.slice(colon + 1) : null;
  if (tag !== null && !tagShape.test(tag)) {
    throw bad(
      tag === ''
        ? 'There is nothing after the colon; a tag belongs there.'
        : `“${tag}” is not a tag: at most 128 letters, digits, “_”, “.” and “-”, not beginning with “.” or “-”.`,
    );
  }

  return { ...splitName(name), tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/** The one spelling of a reference; two texts that mean the same image have the same. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  // Docker's rule: the first part is a registry only if it cannot be a part of a repository on Docker Hub.
  const namesRegistry = first === 'localhost' || /[.:]|[A-Z]/.test(first);
  const registry = namesRegistry ? first : 'docker.io';
  const path = namesRegistry ? name.slice(slash + 1) : name;
  if (!hostShape.test(registry)) throw bad(`“${registry}” is not the name of a registry.`);
  if (path === '')
    throw bad(
      name === '' ? 'The name of the image is missing.' : `After “${registry}/” the name of the image is missing.`,
    );

  const isHub = registry === 'docker.io' || registry === 'index.docker.io';
  for (const part of path.split('/')) checkComponent(part, path);
  if (isHub && /^[0-9a-f]{64}$/.test(path)) throw bad('This is an image’s id, not its name.');
  if (`${registry}/${path}`.length > longestName) throw bad(`The name is longer than ${longestName} characters.`);
  return {
    registry: isHub ? 'docker.io' : registry,
    repository: isHub && !path.includes('/') ? `library/${path}` : path,
  };
}

function checkComponent(part: string, path: string): void {
  if (component.test(part)) return;
  if (part === '') throw bad(`“${path}” has a “/” too many.`);
  if (/[A-Z]/.test(part)) throw bad(`“${part}” has capital letters; the name of an image has none.`);
  throw bad(`“${part}” is not a name: lower-case letters and digits, with single “.”, “_”, “__” or “-” between them.`);
}

function checkDigest(digest: string): void {
  if (!digestShape.test(digest)) throw bad(`“${digest}” is not a digest such as sha256: and 64 hexadecimal digits.`);
  const [algorithm, hex = ''] = digest.split(':');
  const digits = { sha256: 64, sha384: 96, sha512: 128 }[algorithm ?? ''];
  if (digits !== undefined && hex.length !== digits) {
    throw bad(`The digest has ${hex.length} digits after “${algorithm}:”; it needs ${digits}.`);
  }
}

function bad(message: string): AppError {
  return new AppError('BAD_INPUT', message);
}

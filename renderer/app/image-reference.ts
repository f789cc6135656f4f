/** `registry/name` of a reference, without tag and digest; a port in the registry's host is no tag. */
export function repositoryOf(reference: string): string {
  const [withTag = ''] = reference.split('@');
  const colon = withTag.lastIndexOf(':');
  return colon > withTag.lastIndexOf('/') ? withTag.slice(0, colon) : withTag;
}

/** The part that people say: `llama-3.1-8b-instruct` of `nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8`. */
export function shortName(reference: string): string {
  const repository = repositoryOf(reference);
  return repository.slice(repository.lastIndexOf('/') + 1);
}

/** What pulls it: with the tag, `latest` where none is known. */
export function referenceOf(repository: string, tag: string | null): string {
  return `${repository}:${tag ?? 'latest'}`;
}

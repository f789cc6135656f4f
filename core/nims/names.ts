/** At most what `nimName` in the contract lets through, with room for a number behind it. */
const longestBase = 90;

/** `nvcr.io/nim/meta/llama-3.1-8b-instruct:2.0.6` → `llama-3.1-8b-instruct`: what people call the model. */
export function nameFromReference(reference: string): string {
  const [withoutDigest = ''] = reference.trim().split('@');
  const last = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1).replace(/:.*$/, '');
  const name = last
    .replace(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, longestBase);
  return name === '' ? 'nim' : name;
}

/** The name itself, or the first of `name-2`, `name-3`, … that nobody has. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
}

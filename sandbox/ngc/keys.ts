/**
 * The keys that the stand-ins know; every other one is refused. All say plainly that they are none of NVIDIA's, and are
 * of use nowhere else.
 */
export const practiceKeys = {
  right: 'nvapi-PRACTICE-not-a-real-key',
  /** Made without the tick at NGC Catalog: no image, no model file. */
  hostedOnly: 'nvapi-PRACTICE-hosted-only-key',
  /** Made without the tick at Public API Endpoints: hosted models answer 403. */
  catalogOnly: 'nvapi-PRACTICE-catalog-only-key',
  /** Was right once. */
  expired: 'nvapi-PRACTICE-expired-key',
} as const;

export type KeyKind = keyof typeof practiceKeys | 'unknown';

export function kindOf(key: string): KeyKind {
  const found = Object.entries(practiceKeys).find(([, known]) => known === key)?.[0];
  return found === 'right' || found === 'hostedOnly' || found === 'catalogOnly' || found === 'expired'
    ? found
    : 'unknown';
}

/** What a key is good for, as the ticks in NGC's form have it (ngc facts 1.1). */
export type Service = 'catalog' | 'hosted';

export function isGoodFor(key: string, service: Service): boolean {
  const kind = kindOf(key);
  return kind === 'right' || kind === (service === 'catalog' ? 'catalogOnly' : 'hostedOnly');
}

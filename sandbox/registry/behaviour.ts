export const accesses = ['public', 'private', 'forbidden', 'unpaid', 'terms', 'unknown'] as const;

/**
 * Who may pull: `public` anyone with a token, `private` who has a key; `forbidden` and `unknown` nobody, and the two
 * look the same from outside; `unpaid` 402; `terms` 412 until they are accepted on a web page.
 */
export type Access = (typeof accesses)[number];

/** All that can be changed while the gate runs. */
export interface Behaviour {
  repositories: Record<string, Access>;
  defaultAccess: Access;
  /** Of all repositories: they resolve, but the list leaves them out. */
  hiddenTags: string[];
  wrongKeyStatus: 401 | 403;
  /** Where a repository that one may not read is refused. */
  deniedAt: 'token' | 'manifest';
  /** Whether a challenge's realm has a query with the scope in it, as an old capture of nvcr.io shows. */
  scopeInRealm: boolean;
  /** Another place to ask for tokens than this gate: the challenge's realm, word for word. */
  realm: string | null;
  /** What a token's reply says about its life. */
  tokenSeconds: number;
  /** Its true life where that is shorter; the client then meets a 401 in the middle of its pull. */
  tokenTrueSeconds: number | null;
  /** Before each answer. */
  delayMs: number;
  /** Of all blobs together. */
  bytesPerSecond: number | null;
  /** Counted from the moment it is set; connections stay open and nothing comes. */
  stallAfterBytes: number | null;
  /** Counted from the moment it is set; connections break. */
  dieAfterBytes: number | null;
  /** `once`: the next connection is served again; `good`: nothing listens any more until it is resumed. */
  dies: 'once' | 'good';
  /** The status of a web page that a proxy gives instead of every answer. */
  htmlPageStatus: number | null;
}

export const defaultBehaviour: Behaviour = {
  repositories: {},
  defaultAccess: 'public',
  hiddenTags: [],
  wrongKeyStatus: 401,
  deniedAt: 'token',
  scopeInRealm: true,
  realm: null,
  tokenSeconds: 300,
  tokenTrueSeconds: null,
  delayMs: 0,
  bytesPerSecond: null,
  stallAfterBytes: null,
  dieAfterBytes: null,
  dies: 'once',
  htmlPageStatus: null,
};

export function isOneOf<const T extends string>(values: readonly T[], value: unknown): value is T {
  return values.some((entry) => entry === value);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isNothingOr = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);

const checks: Record<keyof Behaviour, (value: unknown) => boolean> = {
  repositories: (value) => isRecord(value) && Object.values(value).every((access) => isOneOf(accesses, access)),
  defaultAccess: (value) => isOneOf(accesses, value),
  hiddenTags: (value) => Array.isArray(value) && value.every((tag) => typeof tag === 'string'),
  wrongKeyStatus: (value) => value === 401 || value === 403,
  deniedAt: (value) => isOneOf(['token', 'manifest'], value),
  scopeInRealm: (value) => typeof value === 'boolean',
  realm: isNothingOr((value) => typeof value === 'string'),
  tokenSeconds: isCount,
  tokenTrueSeconds: isNothingOr(isCount),
  delayMs: isCount,
  bytesPerSecond: isNothingOr((value) => isCount(value) && value !== 0),
  stallAfterBytes: isNothingOr(isCount),
  dieAfterBytes: isNothingOr(isCount),
  dies: (value) => isOneOf(['once', 'good'], value),
  htmlPageStatus: isNothingOr((value) => typeof value === 'number' && value >= 200 && value <= 599),
};

/** The change, checked; a sentence about the first thing that is wrong with it. */
export function parseChange(value: unknown): Partial<Behaviour> | string {
  if (!isRecord(value)) return 'not an object';
  for (const [key, entry] of Object.entries(value)) {
    const check = Object.entries(checks).find(([name]) => name === key)?.[1];
    if (check === undefined) return `${key} is not known`;
    if (!check(entry)) return `${key} has a wrong value`;
  }
  return value;
}

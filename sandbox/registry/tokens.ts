import { randomBytes } from 'node:crypto';
import type { Access, Behaviour } from './behaviour.ts';

interface Grant {
  repositories: Set<string>;
  expiresAt: number;
}

export type TokenCheck = 'valid' | 'invalid' | 'insufficient';

export interface Tokens {
  issue(repositories: string[], behaviour: Behaviour): string;
  /** Repository null: the registry as such. */
  check(token: string, repository: string | null): TokenCheck;
  revokeAll(): void;
}

/** As long as those of nvcr.io, 1,100 to 1,200 characters. */
const tokenBytes = 860;

export function createTokens(): Tokens {
  const grants = new Map<string, Grant>();
  return {
    issue(repositories, behaviour) {
      const token = randomBytes(tokenBytes).toString('base64url');
      const seconds = behaviour.tokenTrueSeconds ?? behaviour.tokenSeconds;
      grants.set(token, {
        repositories: new Set(repositories),
        expiresAt: performance.now() + seconds * 1000,
      });
      return token;
    },
    check(token, repository) {
      const grant = grants.get(token);
      if (grant === undefined || grant.expiresAt <= performance.now()) return 'invalid';
      return repository === null || grant.repositories.has(repository) ? 'valid' : 'insufficient';
    },
    revokeAll: () => grants.clear(),
  };
}

export function accessOf(repository: string, behaviour: Behaviour): Access {
  return behaviour.repositories[repository] ?? behaviour.defaultAccess;
}

/** `repository:nim/meta/x:pull` in any number of `scope` parameters: a client adds its own to those of the realm. */
export function scopedRepositories(query: URLSearchParams): string[] {
  const scopes = query.getAll('scope').flatMap((scope) => scope.split(' '));
  const names = scopes.map((scope) => /^repository:(.+):[a-z,*]*$/.exec(scope)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, fit for a URL's fragment. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** In constant time: the digests have one length, whatever was sent. */
export function isSameToken(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

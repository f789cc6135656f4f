import { beforeEach, expect, test, vi } from 'vitest';
import { ownStorageKey, switchCore, takeCore } from './core-choice.ts';

beforeEach(() => {
  sessionStorage.clear();
  window.history.replaceState(null, '', '/');
});

test('the real core unless the address asks for practice, once', () => {
  expect(takeCore(window)).toBe('real');
  window.history.replaceState(null, '', '/?practice&x=1#token=abc');
  // Stores are made before anybody has taken the choice.
  expect(ownStorageKey('nimdeck.drafts')).not.toBe('nimdeck.drafts');
  expect(takeCore(window)).toBe('practice');
  expect(window.location.search).toBe('?x=1');
  expect(window.location.hash).toBe('#token=abc');
  expect(takeCore(window)).toBe('practice');
});

test('a switch is remembered, begins anew and leaves the address of what the other core has', () => {
  const reload = vi.fn();
  const location = { hash: '#/chat/abc', reload } as unknown as Location;
  const page = { location, sessionStorage };
  switchCore(page, 'practice');
  expect(takeCore(window)).toBe('practice');
  expect(location.hash).toBe('#/home');
  expect(reload).toHaveBeenCalledOnce();
  expect(ownStorageKey('nimdeck.drafts')).not.toBe('nimdeck.drafts');
  switchCore(page, 'real');
  expect(takeCore(window)).toBe('real');
  expect(ownStorageKey('nimdeck.drafts')).toBe('nimdeck.drafts');
});

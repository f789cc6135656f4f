import { describe, expect, test } from 'vitest';
import { parseRoute, toHash, type Route } from './router.ts';

const routes: [string, Route][] = [
  ['#/home', { page: 'home' }],
  ['#/models', { page: 'models' }],
  ['#/running', { page: 'running' }],
  ['#/running/abc/overview', { page: 'nim', nimId: 'abc', tab: 'overview' }],
  ['#/running/abc/log', { page: 'nim', nimId: 'abc', tab: 'log' }],
  ['#/running/abc/log/701', { page: 'nim', nimId: 'abc', tab: 'log', line: 700 }],
  ['#/running/abc/metrics', { page: 'nim', nimId: 'abc', tab: 'metrics' }],
  ['#/running/abc/configuration', { page: 'nim', nimId: 'abc', tab: 'configuration' }],
  ['#/running/abc/events', { page: 'nim', nimId: 'abc', tab: 'events' }],
  ['#/hardware', { page: 'hardware', tab: 'board' }],
  ['#/hardware/mig', { page: 'hardware', tab: 'mig' }],
  ['#/hardware/checks', { page: 'hardware', tab: 'checks' }],
  ['#/chat', { page: 'chat', conversationId: null, nimId: null }],
  ['#/chat/new/abc', { page: 'chat', conversationId: null, nimId: 'abc' }],
  ['#/chat/a%2Fb%20c', { page: 'chat', conversationId: 'a/b c', nimId: null }],
  ['#/settings', { page: 'settings' }],
  ['#/settings/storage', { page: 'settings', section: 'storage' }],
];

describe('addresses', () => {
  test.each(routes)('%s is read', (hash, route) => expect(parseRoute(hash)).toEqual(route));
  test.each(routes)('%s is written', (hash, route) => expect(toHash(route)).toBe(hash));

  test.each([
    ['', { page: 'home' }],
    ['#', { page: 'home' }],
    ['#/home/x', { page: 'not-found' }],
    ['#/running/abc', { page: 'nim', nimId: 'abc', tab: 'overview' }],
    ['#/chat/new', { page: 'chat', conversationId: null, nimId: null }],
    ['#/nowhere', { page: 'not-found' }],
    ['#/running/abc/nothing', { page: 'not-found' }],
    ['#/running/abc/log/0', { page: 'not-found' }],
    ['#/running/abc/metrics/7', { page: 'not-found' }],
    ['#/running/abc/log/7/8', { page: 'not-found' }],
    ['#/chat/a/b/c', { page: 'not-found' }],
    ['#/running/abc/log/more', { page: 'not-found' }],
    ['#/models/x', { page: 'not-found' }],
    ['#/hardware/board', { page: 'hardware', tab: 'board' }],
    ['#/hardware/x', { page: 'not-found' }],
    ['#/hardware/mig/x', { page: 'not-found' }],
    ['#/settings/x', { page: 'not-found' }],
    ['#/settings/key/x', { page: 'not-found' }],
    ['#/chat/100%', { page: 'chat', conversationId: '100%', nimId: null }],
  ] satisfies [string, Route][])('%s is understood', (hash, route) => expect(parseRoute(hash)).toEqual(route));
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkAmong, routeOfLink } from './deep-link.ts';

describe('routeOfLink', () => {
  test.each([
    ['nimdeck://', '#/home'],
    ['nimdeck:///', '#/home'],
    ['nimdeck://models', '#/models'],
    ['NIMDECK://Settings/', '#/settings'],
    [`nimdeck://running/${'c0'.repeat(32)}/log`, `#/running/${'c0'.repeat(32)}/log`],
    ['nimdeck://chat/new/abc-DEF_1', '#/chat/new/abc-DEF_1'],
  ])('%s', (link, route) => expect(routeOfLink(link)).toBe(route));

  test.each([
    'https://models',
    'nimdeck:models',
    'nimdeck://evil.example',
    'nimdeck://models?pull=nvcr.io/x',
    'nimdeck://models#x',
    'nimdeck://running/../models',
    'nimdeck://running/%2e%2e',
    'nimdeck://user:password@models',
    'nimdeck://models:80',
    'nimdeck://chat/a/b/c/d',
    'nimdeck://chat//x',
    "nimdeck://chat/');alert(1)",
    'nimdeck://chat/a b',
    'nimdeck://chat/a\nb',
    ' nimdeck://chat',
    'nimdeck://models\n',
    `nimdeck://chat/${'x'.repeat(400)}`,
  ])('%j goes nowhere', (link) => expect(routeOfLink(link)).toBeNull());

  test('whatever a link is, what comes of it is an address of a page and can be nothing else', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('models', 'chat', 'new', '..', '%2e', '"', "'", '\\', '<'));
    const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('/'));
    fc.assert(
      fc.property(text, (rest) => {
        const route = routeOfLink(`nimdeck://${rest}`);
        if (route !== null) expect(route).toMatch(/^#\/(home|models|running|chat|settings)(\/[\w-]{1,128}){0,2}$/);
      }),
      { numRuns: 1000 },
    );
  });
});

test('linkAmong finds a link between the switches of others', () => {
  expect(linkAmong(['--no-sandbox', '.', 'nimdeck://chat', '--x'])).toBe('nimdeck://chat');
  expect(linkAmong(['--link=nimdeck://chat', 'chat'])).toBeNull();
});

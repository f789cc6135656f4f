import { expect, test } from 'vitest';
import { judgeLink } from './outside-links.ts';

test.each(['https://docs.nvidia.com/nim/', 'https://nvidia.com', 'https://docs.docker.com/engine/?a=b#c'])(
  '%s is ours: it opens',
  (link) => expect(judgeLink(link)).toEqual({ verdict: 'open', address: new URL(link).href }),
);

test.each([
  'https://evil.example/',
  'https://docs.nvidia.com.evil.example/',
  'https://evilnvidia.com/',
  'https://nvidia.com:8443/',
  'https://xn--nvida-1ya.com/',
])('%s is asked about', (link) => expect(judgeLink(link)).toEqual({ verdict: 'ask', address: link }));

test('what is asked about is shown as the browser will read it', () => {
  expect(judgeLink('https://nvіdia.com/')).toEqual({ verdict: 'ask', address: 'https://xn--nvdia-o2e.com/' });
  expect(judgeLink('https:\\\\evil.example\\@nvidia.com')).toMatchObject({
    verdict: 'ask',
    address: 'https://evil.example/@nvidia.com',
  });
});

test.each([
  'http://docs.nvidia.com/',
  'https://docs.nvidia.com@evil.example/',
  'https://a:b@docs.nvidia.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'mailto:a@b',
  'ms-msdt:/id',
  'smb://host/share',
  'nimdeck://models',
  '//nvidia.com',
  '',
])('%s is refused', (link) => expect(judgeLink(link)).toEqual({ verdict: 'refuse' }));

import { expect, test } from 'vitest';
import { readDesktopArguments } from './arguments.ts';

test.each([
  [[], { dataFolder: undefined, isPractice: false, isHidden: false, link: null }],
  [
    ['.', '--inspect=0', '--practice', '--data', '/tmp/x', '--hidden'],
    { dataFolder: '/tmp/x', isPractice: true, isHidden: true, link: null },
  ],
  [
    ['--data=/tmp/y', 'nimdeck://chat'],
    { dataFolder: '/tmp/y', isPractice: false, isHidden: false, link: 'nimdeck://chat' },
  ],
  [
    ['--no-sandbox', '--original-process-start-time=1'],
    { dataFolder: undefined, isPractice: false, isHidden: false, link: null },
  ],
])('%j', (args, expected) => expect(readDesktopArguments(args)).toEqual(expected));

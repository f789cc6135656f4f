import { expect, test } from 'vitest';
import type { MessageWindow, ShownMessage } from '../../shared/contract/chat-history.ts';
import { fakeQuestion } from '../testing/fake-data.ts';
import { withEnd } from './message-window.ts';

const message = (place: number, version = ''): ShownMessage => ({
  ...fakeQuestion('chat', `${place}`),
  id: `${place}${version}`,
  parentId: place === 0 ? null : `${place - 1}`,
  versions: [],
});

function window(from: number, to: number, version = ''): MessageWindow {
  const messages = Array.from({ length: to - from }, (_, index) => message(from + index));
  const last = messages.length - 1;
  return {
    total: to,
    from,
    messages: messages.with(last, message(from + last, version)),
    updatedAt: 'now',
    leafId: `${to - 1}${version}`,
  };
}

const ids = (held: MessageWindow | null) => held?.messages.map(({ id }) => id);

test('what is held gets its new end, and what was read earlier stays', () => {
  const whole = withEnd(window(4, 8), window(8, 10));
  expect(ids(whole)).toEqual(['4', '5', '6', '7', '8', '9']);
  expect(whole).toMatchObject({ from: 4, total: 10, leafId: '9' });
});

test('another answer takes the place of the one that was shown', () => {
  expect(ids(withEnd(window(4, 10), window(8, 10, 'b')))).toEqual(['4', '5', '6', '7', '8', '9b']);
});

test('a question that was edited far up leaves out what followed it', () => {
  expect(ids(withEnd(window(0, 10), window(2, 4, 'b')))).toEqual(['0', '1', '2', '3b']);
});

test('a beginning stands alone, whatever was held', () => {
  expect(ids(withEnd(undefined, window(0, 2)))).toEqual(['0', '1']);
  expect(ids(withEnd(window(0, 6), window(0, 2, 'b')))).toEqual(['0', '1b']);
});

test('where the two do not meet nothing is made up', () => {
  expect(withEnd(undefined, window(8, 10))).toBeNull();
  // Too little is held, another path is, or messages between are missing.
  expect(withEnd(window(9, 10), window(8, 10))).toBeNull();
  expect(withEnd(window(4, 8, 'b'), window(8, 10))).toBeNull();
  expect(withEnd(window(2, 6), window(8, 10))).toBeNull();
  expect(withEnd(window(2, 6), { ...window(8, 10), messages: [] })).toBeNull();
});

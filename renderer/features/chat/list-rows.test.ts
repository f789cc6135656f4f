import { expect, test } from 'vitest';
import type { ChatListState } from '../../../shared/contract/chat-history.ts';
import { layOut, partsOf } from './list-rows.ts';

const state: ChatListState = {
  revision: 1,
  pinned: 2,
  loose: 3,
  bin: 1,
  folders: [
    { id: 'f', name: 'Work', count: 1 },
    { id: 'e', name: 'Empty', count: 0 },
  ],
  newest: [],
};
const rowsOf = (folded: string[] = [], view: 'chats' | 'bin' = 'chats', of = state) => {
  const layout = layOut(partsOf(of, view, new Set(folded)));
  return Array.from({ length: layout.count }, (_, row) => {
    const at = layout.at(row);
    if (at === undefined) return 'nothing';
    if (at.kind === 'chat') return `${at.section.kind} ${at.index}`;
    return `${at.kind} ${at.part.heading?.kind}`;
  });
};

test('pinned, folders, the rest: each chat once, in its place', () => {
  expect(rowsOf()).toEqual([
    'heading pinned',
    'pinned 0',
    'pinned 1',
    'heading folder',
    'folder 0',
    'heading folder',
    'empty folder',
    'heading loose',
    'loose 0',
    'loose 1',
    'loose 2',
  ]);
});

test('what is folded keeps its heading', () => {
  expect(rowsOf(['pinned', 'folder f', 'folder e', 'loose'])).toEqual([
    'heading pinned',
    'heading folder',
    'heading folder',
    'heading loose',
  ]);
});

test('without pins and folders there is no heading to fold', () => {
  expect(rowsOf(['loose'], 'chats', { ...state, pinned: 0, folders: [] })).toEqual(['loose 0', 'loose 1', 'loose 2']);
  expect(rowsOf([], 'bin')).toEqual(['bin 0']);
});

test('nothing stands outside of the list', () => {
  const layout = layOut(partsOf(state, 'chats', new Set()));
  expect([layout.at(-1), layout.at(layout.count), layOut([]).at(0)]).toEqual([undefined, undefined, undefined]);
});

import { screen, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeNim } from '../../testing/fake-data.ts';
import { fakeEvent } from '../../testing/fake-nim.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { byRun, eventDetail } from './event-groups.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 15, 0, second)).toISOString();
const first = at(1);
const second = at(100);
const story = [
  fakeEvent(1, 'created', { at: at(0), by: 'nimdeck' }),
  fakeEvent(2, 'started', { at: first, startedAt: first, by: 'nimdeck' }),
  fakeEvent(3, 'phase', { at: at(11), startedAt: first, phase: 'WEIGHTS' }),
  fakeEvent(4, 'ended', { at: at(21), startedAt: first, exitCode: 1 }),
  fakeEvent(5, 'renamed', { at: at(50), text: 'other', by: 'other' }),
  fakeEvent(6, 'started', { at: second, startedAt: second, by: 'other' }),
  fakeEvent(7, 'ready', { at: at(130), startedAt: second }),
  fakeEvent(8, 'signal', { at: at(190), startedAt: second, text: 'SIGTERM', by: 'nimdeck' }),
  fakeEvent(9, 'stopped', { at: at(191), startedAt: second, exitCode: 143, by: 'nimdeck' }),
];

function open(events = story) {
  const nim = fakeNim('mine');
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.events.set(events);
  return renderApp({ fake, hash: `#/running/${nim.id}/events` });
}

describe('the tab', () => {
  test('tells each run, newest first, with who did it and what came of it', async () => {
    open();
    const runs = await screen.findAllByRole('list', { name: /^(?:Run of|Before)/ });
    expect(runs).toHaveLength(3);
    const [newest, oldest] = runs.map((run) =>
      within(run)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    );
    expect(newest?.[0]).toContain(words.events.kinds.stopped);
    expect(newest?.[0]).toContain(words.events.code(143));
    expect(newest?.[0]).toContain(words.events.by.nimdeck);
    expect(newest?.[1]).toContain('SIGTERM');
    expect(newest?.at(-1)).toContain(words.events.by.other);
    expect(oldest?.join()).toContain(words.jobs.startPhases.WEIGHTS);
    expect(oldest?.join()).toContain(words.events.newName('other'));
  });

  test('can leave the phases out', async () => {
    const { user } = open();
    await screen.findByText(words.jobs.startPhases.WEIGHTS);
    await user.click(screen.getByRole('button', { name: words.events.filters.important }));
    expect(screen.queryByText(words.jobs.startPhases.WEIGHTS)).toBeNull();
    expect(screen.getByText(words.events.kinds.stopped)).toBeDefined();
  });

  test('says what will be here', async () => {
    open([]);
    await screen.findByText(words.events.empty);
  });
});

test('events that were noted late stand where they belong', () => {
  const [newest, oldest] = byRun([...story].toReversed());
  expect(newest?.events.map(({ id }) => id)).toEqual([9, 8, 7, 6]);
  expect(oldest?.events.map(({ id }) => id)).toEqual([5, 4, 3, 2]);
});

test.each([
  [3, '10 s'],
  [4, 'after 20 s'],
  [7, 'after 30 s'],
  [9, 'ran for 1 min 31 s'],
])('event %i says %s', (id, said) => {
  const event = story.find((each) => each.id === id);
  expect(event === undefined ? '' : eventDetail(event, story)).toContain(said);
});

import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { statusWords, type ShownStatus } from '../../shared/status.ts';
import { ago, fakeNim } from '../testing/fake-data.ts';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { FirstError, NimStatusDetail, StatusBadge } from './status.tsx';

// The table's own keys.
const statuses = Object.keys(statusWords) as ShownStatus[];

test('each status has its own word and its own icon: none is told apart by colour alone', () => {
  const looks = statuses.map((status) => {
    const { container, unmount } = render(<StatusBadge status={status} />);
    const look = [container.textContent, container.querySelector('svg')?.innerHTML];
    unmount();
    return look;
  });
  expect(looks.map(([word]) => word)).toEqual(statuses.map((status) => statusWords[status]));
  expect(new Set(looks.map(([, icon]) => icon)).size).toBe(statuses.length);
});

test('a start says its phase and how long it goes on', () => {
  renderPart(<NimStatusDetail nim={fakeNim('one', { status: 'starting', phase: 'WEIGHTS', statusSince: ago(134) })} />);
  expect(screen.getByText(words.jobs.startPhases.WEIGHTS)).toBeDefined();
  expect(screen.getByText(/^2 min 1[345] s$/)).toBeDefined();
});

test('an exit says its code, what ended it, and when', () => {
  const exit = { code: 137, at: ago(2_400), isOutOfMemory: true, firstErrorLine: null };
  renderPart(<NimStatusDetail nim={fakeNim('one', { status: 'exited', exit })} />);
  expect(screen.getByText(words.running.exitCode(137))).toBeDefined();
  expect(screen.getByText(words.running.outOfMemory)).toBeDefined();
  expect(screen.getByText(/^40 min/).getAttribute('datetime')).toBe(exit.at);
});

test('the first line that is an error is there where one was found, and nothing where none was', () => {
  const exit = { code: 1, at: ago(60), isOutOfMemory: false, firstErrorLine: 'ValueError: no memory' };
  const { container, rerender } = renderPart(<FirstError nim={fakeNim('one', { status: 'exited', exit })} />);
  expect(container.textContent).toBe('ValueError: no memory');
  rerender(<FirstError nim={fakeNim('one', { status: 'exited', exit: { ...exit, firstErrorLine: null } })} />);
  expect(container.textContent).toBe('');
});

import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { EarlyFrame } from './early-frame.tsx';

beforeEach(() => {
  window.location.hash = '#/home';
  useDialogs.getState().close();
});
afterEach(cleanup);

const link = (name: string) => screen.getByRole('link', { name });

test('answers a click on the side bar, with nothing behind it', async () => {
  const user = userEvent.setup();
  render(<EarlyFrame core="real" shell="browser" hasFailed={false} />);
  expect(link(words.pages.home).getAttribute('aria-current')).toBe('page');
  await user.click(link(words.pages.running));
  await waitFor(() => expect(link(words.pages.running).getAttribute('aria-current')).toBe('page'));
  expect(document.title).toBe(words.shell.pageTitle(words.pages.running));
  expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('true');
});

test('keeps a wish for the palette until there is one', async () => {
  render(<EarlyFrame core="real" shell="browser" hasFailed={false} />);
  await userEvent.setup().click(screen.getByRole('button', { name: words.palette.open }));
  expect(useDialogs.getState().dialog).toEqual({ kind: 'palette', scope: 'all' });
});

test('says at once that nothing is real', () => {
  render(<EarlyFrame core="practice" shell="browser" hasFailed={false} />);
  within(screen.getByRole('region', { name: words.practice.title })).getByText(words.practice.title);
  expect(document.title).toBe(words.practice.pageTitle(words.shell.pageTitle(words.pages.home)));
});

test('says when the rest does not come', () => {
  render(<EarlyFrame core="real" shell="browser" hasFailed />);
  expect(screen.getByRole('alert').textContent).toBe(words.connection.notLoaded);
  expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('false');
});

import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CoreName } from '../../shared/rpc/login.ts';
import { renderApp } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { drawEarlyFrames } from './early-frames.tsx';
import { type EarlyPage, focusAsBefore, showEarlyFrame } from './show-early-frame.ts';
import { wasSideBarWide } from './side-bar-width.ts';

const container = document.createElement('div');
let early: EarlyPage | null = null;
const frames = drawEarlyFrames();

function show(core: CoreName = 'real'): EarlyPage {
  container.replaceChildren();
  document.body.append(container);
  early = showEarlyFrame(container, frames, core);
  return early;
}

/** As React takes everything away that it finds in its place. */
function endEarly() {
  const wishes = early?.end();
  container.remove();
  early = null;
  return wishes;
}

beforeEach(() => {
  localStorage.clear();
  window.location.hash = '#/home';
});
afterEach(endEarly);

const link = (name: string) => screen.getByRole('link', { name });
const toggle = () => screen.getByRole('button', { name: words.keyboard.actions['side-bar'] });
const marked = () => screen.getAllByRole('link').filter((each) => each.getAttribute('aria-current') === 'page');

test('answers a click on the side bar, with nothing behind it', async () => {
  const user = userEvent.setup();
  show();
  expect(marked()).toEqual([link(words.pages.home)]);
  const { className: current } = link(words.pages.home);
  await user.click(link(words.pages.running));
  await waitFor(() => expect(marked()).toEqual([link(words.pages.running)]));
  expect(link(words.pages.running).className).toBe(current);
  expect(link(words.pages.home).className).not.toBe(current);
  expect(document.title).toBe(words.shell.pageTitle(words.pages.running));
  expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('true');
});

test.each([
  ['#/running/some-nim/log', words.pages.running],
  ['#/vectors', words.pages.running],
  ['#/chat/new/some-nim', words.pages.chat],
  ['#/settings/key', words.pages.settings],
])('marks where %s belongs', (hash, page) => {
  window.location.hash = hash;
  show();
  expect(marked()).toEqual([link(page)]);
  expect(document.title).toBe(words.shell.pageTitle(page));
});

test('marks nothing for an address that leads nowhere', () => {
  window.location.hash = '#/nowhere';
  show();
  expect(marked()).toEqual([]);
  expect(document.title).toBe(words.common.appName);
});

test('has no side bar before an audience', () => {
  window.location.hash = '#/present';
  show();
  expect(screen.queryByRole('navigation')).toBeNull();
});

test('keeps a wish for the palette until there is one', async () => {
  show();
  await userEvent.setup().click(screen.getByRole('button', { name: words.palette.open }));
  expect(endEarly()?.isPaletteWanted).toBe(true);
});

test('goes wide and narrow, for the app as well, and keeps the focus', async () => {
  const user = userEvent.setup();
  window.location.hash = '#/models';
  show();
  const before = wasSideBarWide();
  await user.click(toggle());
  expect(toggle().getAttribute('aria-expanded')).toBe(String(!before));
  expect(document.activeElement).toBe(toggle());
  expect(wasSideBarWide()).toBe(!before);
  expect(marked()).toEqual([link(words.pages.models)]);
  await user.keyboard('{Enter}');
  expect(toggle().getAttribute('aria-expanded')).toBe(String(before));
});

test('hands its focus over to the app, whatever of the side bar has it', () => {
  show();
  const nameOf = (item: Element | null) => item?.getAttribute('aria-label') ?? item?.textContent;
  const items = [...screen.getByRole('navigation').querySelectorAll<HTMLElement>('a, button')];
  expect(items.length).toBeGreaterThan(7);
  const focused = items.map((item) => {
    item.focus();
    return { name: nameOf(item), wishes: early?.end() };
  });
  endEarly();
  renderApp({ hash: '#/home' });
  for (const { name, wishes } of focused) {
    if (wishes === undefined) throw new Error('There was no early frame.');
    focusAsBefore(wishes);
    expect(nameOf(document.activeElement)).toBe(name);
  }
});

test('takes no focus that is not in the side bar', () => {
  show();
  expect(endEarly()?.focused).toBe(-1);
});

test('says at once that nothing is real', () => {
  show('practice');
  within(screen.getByRole('region', { name: words.practice.title })).getByText(words.practice.title);
  expect(document.title).toBe(words.practice.pageTitle(words.shell.pageTitle(words.pages.home)));
});

test('says nothing of practice where all is real', () => {
  show();
  expect(screen.queryByRole('region', { name: words.practice.title })).toBeNull();
});

test('says when the rest does not come', () => {
  show().fail();
  expect(screen.getByRole('alert').textContent).toBe(words.connection.notLoaded);
  expect(screen.getByRole('main').getAttribute('aria-busy')).toBe('false');
});

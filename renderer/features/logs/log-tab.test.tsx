import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { LogCounts } from '../../../shared/contract/logs.ts';
import { AppError, errorCatalog } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeLine, fakeNim } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

// What is on the screen needs a layout and is left to the browser tests; here is what stands around it.
const nim = fakeNim('mine');
const hash = `#/running/${nim.id}/log`;

interface LogChanges {
  errors?: number;
  endLine?: number;
  firstLine?: number;
  isCollecting?: boolean;
  failure?: LogCounts['failure'];
}

function withLog(changes: LogChanges = {}, polls: number[] = []) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [nim] });
  fake.world.runs = [{ id: 'run-1', nimId: nim.id, startedAt: ago(100), endedAt: null }];
  fake.world.counts.set({
    runId: 'run-1',
    firstLine: 0,
    endLine: 1200,
    bytes: 1,
    errors: 0,
    warnings: 3,
    isCollecting: true,
    isBehind: false,
    failure: null,
    ...changes,
    quiet: { first: changes.firstLine ?? 0, end: (changes.endLine ?? 1200) - polls.length },
  });
  fake.world.polls = polls;
  return fake;
}

test('counts, and says that it follows', async () => {
  renderApp({ fake: withLog(), hash });
  await screen.findByText(words.log.lines(1200));
  expect(screen.getByText(words.log.warnings(3))).toBeDefined();
  expect(screen.getByText(words.log.collecting)).toBeDefined();
  expect(screen.getByRole('region', { name: words.log.label('mine') })).toBeDefined();
  expect(screen.queryByRole('button', { name: words.log.firstError })).toBeNull();
});

test('says what the cap has dropped', async () => {
  renderApp({ fake: withLog({ firstLine: 200 }), hash });
  await screen.findByText(words.log.dropped(200));
});

test('says why there are no lines, and what can be done', async () => {
  const failure = { code: 'LOG_NOT_READABLE', message: 'configured logging driver does not support reading' } as const;
  renderApp({ fake: withLog({ endLine: 0, isCollecting: false, failure }), hash });
  const card = await screen.findByRole('alert');
  expect(card.textContent).toContain(failure.message);
  expect(card.textContent).toContain(errorCatalog.LOG_NOT_READABLE.remedy);
});

test('says that a full disk keeps lines out, beside those that are there', async () => {
  const failure = { code: 'DISK_FULL', message: '/data/logs could not be written' } as const;
  renderApp({ fake: withLog({ failure }), hash });
  expect((await screen.findByRole('alert')).textContent).toContain(failure.message);
  expect(screen.getByRole('region', { name: words.log.label('mine') })).toBeDefined();
});

test('no log yet; it appears with the first run', async () => {
  const fake = withLog();
  const runs = fake.world.runs;
  fake.world.runs = [];
  renderApp({ fake, hash });
  await screen.findByText(words.log.none);
  fake.world.runs = runs;
  await screen.findByText(words.log.lines(1200), {}, { timeout: 4000 });
});

test('a failure is a card with another try', async () => {
  const fake = withLog();
  fake.failWith('logs.runs', new AppError('INTERNAL', 'Number 2.'));
  const { user } = renderApp({ fake, hash });
  expect((await screen.findByRole('alert')).textContent).toContain('Number 2.');
  fake.failWith('logs.runs', null);
  await user.click(screen.getByRole('button', { name: words.common.retry }));
  await screen.findByText(words.log.lines(1200));
});

test('searches once the typing has stopped, and steps through the hits', async () => {
  const fake = withLog();
  fake.world.line = (line) => fakeLine(line, line % 400 === 0 ? 'needle' : 'hay');
  const { user } = renderApp({ fake, hash });
  const box = await screen.findByRole('searchbox', { name: words.log.search });
  await user.type(box, 'needle');
  await screen.findByText(words.log.hits(0, 3, false));
  expect(fake.calls.filter(([operation]) => operation === 'logs.search')).toHaveLength(1);
  await user.type(box, '{Enter}');
  await screen.findByText(words.log.hits(1, 3, false));
  await user.type(box, '{Shift>}{Enter}{/Shift}');
  await screen.findByText(words.log.hits(3, 3, false));
  await user.clear(screen.getByRole('searchbox', { name: words.log.search }));
  await user.type(screen.getByRole('searchbox', { name: words.log.search }), 'nowhere');
  await screen.findByText(words.log.noHits);
});

test('jumps to the first error; then the end has to be asked for', async () => {
  const fake = withLog({ errors: 1 });
  fake.world.errors = [fakeLine(700, 'ERROR')];
  const { user } = renderApp({ fake, hash });
  await user.click(await screen.findByRole('button', { name: words.log.firstError }));
  await screen.findByRole('button', { name: words.log.toEnd });
  act(() =>
    fake.world.counts.set({
      runId: 'run-1',
      firstLine: 0,
      endLine: 1250,
      bytes: 1,
      errors: 1,
      warnings: 3,
      quiet: { first: 0, end: 1250 },
      isCollecting: true,
      isBehind: false,
      failure: null,
    }),
  );
  await user.click(await screen.findByRole('button', { name: words.log.newLines(50) }));
  await waitFor(() => expect(screen.queryByRole('button', { name: words.log.toEnd })).toBeNull());
});

test('an earlier run can be chosen', async () => {
  const fake = withLog();
  const started = ago(9_000);
  fake.world.runs.push({ id: 'run-0', nimId: nim.id, startedAt: started, endedAt: ago(8_000) });
  const { user } = renderApp({ fake, hash });
  await user.click(await screen.findByRole('button', { name: words.log.shownAs }));
  const runs = await screen.findByRole('group', { name: words.log.run });
  const earlier = words.time.absolute(new Date(started));
  await user.click(within(runs).getByRole('menuitemradio', { name: earlier }));
  await waitFor(() => expect(fake.calls).toContainEqual(['logs.watch', { runId: 'run-0' }]));
  await screen.findByRole('button', { name: `${words.log.shownAs}: ${earlier}` });
});

test('questions how the NIM is are left out until they are asked for', async () => {
  const fake = withLog({ endLine: 1208 }, [10, 20, 30]);
  const { user } = renderApp({ fake, hash });
  await screen.findByText(words.log.lines(1205));
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['logs.read', expect.objectContaining({ runId: 'run-1', view: 'quiet' })]),
  );
  await user.click(screen.getByRole('button', { name: words.log.shownAs }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: words.log.showPolls(3) }));
  await screen.findByText(words.log.lines(1208));
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['logs.read', expect.objectContaining({ runId: 'run-1', view: 'all' })]),
  );
});

test('a log without such questions has no switch for them', async () => {
  const { user } = renderApp({ fake: withLog(), hash });
  await screen.findByText(words.log.lines(1200));
  await user.click(screen.getByRole('button', { name: words.log.shownAs }));
  await screen.findByRole('menuitemcheckbox', { name: words.log.wrap });
  expect(screen.queryByRole('menuitemcheckbox', { name: /health/ })).toBeNull();
});

test('steps through the errors without a word to search for', async () => {
  const fake = withLog({ errors: 2 });
  fake.world.line = (line) => fakeLine(line, line % 600 === 0 ? 'ERROR' : 'INFO');
  const { user } = renderApp({ fake, hash });
  await user.click(await screen.findByRole('combobox', { name: words.log.level }));
  await user.click(await screen.findByRole('option', { name: words.log.levelFilters.error }));
  await screen.findByText(words.log.hits(0, 2, false));
  await user.click(screen.getByRole('button', { name: words.log.next }));
  await screen.findByText(words.log.hits(1, 2, false));
  expect(fake.calls).toContainEqual([
    'logs.search',
    expect.objectContaining({ query: '', levels: ['error'], view: 'quiet' }),
  ]);
});

test('an address can lead to a line, wherever it stands in the view', async () => {
  const fake = withLog({}, [10, 20, 30]);
  renderApp({ fake, hash: `${hash}/701` });
  await waitFor(() => expect(fake.calls).toContainEqual(['logs.locate', { runId: 'run-1', view: 'quiet', line: 700 }]));
  // It no longer follows the end.
  await screen.findByRole('button', { name: words.log.toEnd });
});

import { act, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { ago, fakeLine, fakeNim } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

// What is on the screen needs a layout and is left to the browser tests; here is what stands around it.
const nim = fakeNim('mine');
const hash = `#/running/${nim.id}/log`;

function withLog(changes: { errors?: number; endLine?: number; firstLine?: number } = {}) {
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
    ...changes,
  });
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
  await user.type(await screen.findByRole('searchbox', { name: words.log.search }), 'needle');
  await screen.findByText(words.log.hits(0, 3, false));
  expect(fake.calls.filter(([operation]) => operation === 'logs.search')).toHaveLength(1);
  await user.keyboard('{Enter}');
  await screen.findByText(words.log.hits(1, 3, false));
  await user.keyboard('{Shift>}{Enter}{/Shift}');
  await screen.findByText(words.log.hits(3, 3, false));
  await user.clear(screen.getByRole('searchbox', { name: words.log.search }));
  await user.type(screen.getByRole('searchbox', { name: words.log.search }), 'nowhere');
  await screen.findByText(words.log.noHits);
});

test('jumps to the first error; then the end has to be asked for', async () => {
  const fake = withLog({ errors: 1 });
  fake.world.line = (line) => fakeLine(line, line === 700 ? 'ERROR' : 'INFO');
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
      isCollecting: true,
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
  await user.click(await screen.findByRole('combobox', { name: words.log.run }));
  await user.click(await screen.findByRole('option', { name: words.time.absolute(new Date(started)) }));
  await waitFor(() => expect(fake.calls).toContainEqual(['logs.watch', { runId: 'run-0' }]));
});

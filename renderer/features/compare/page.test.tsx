import { act, configure, screen, waitFor, within } from '@testing-library/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { CompareAnswer } from '../../../shared/contract/compare.ts';
import type { CompareWorld } from '../../testing/fake-compare.ts';
import { deltaOfAnswer } from '../../testing/fake-compare.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { noTargets } from '../../testing/fake-asking.ts';
import { noTiming } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import {
  fakeColumnAnswer,
  fakeComparison,
  fakeRound,
  fakeSetup,
  fakeTarget,
  setComparison,
} from '../../testing/sample-comparisons.ts';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';

// Loaded with the first look at it: here before, so that no test waits for that.
await import('./page.tsx');
// A machine that does much else draws late; nothing here is about how fast.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 60_000 });

const address = '#/compare/comparison-1';

function opened(put: (world: CompareWorld) => void, targets = ['llama', 'qwen']): FakeApi {
  const fake = createFakeApi();
  put(fake.world.compare);
  fake.world.targets.set({ ...noTargets, targets: targets.map((name) => fakeTarget(name)) });
  return fake;
}

const calls = (fake: FakeApi, operation: string) =>
  fake.calls.filter(([name]) => name === operation).map(([, input]) => input);

function twoAnswers(more: { isBlind?: boolean; vote?: { kind: 'tie' } } = {}) {
  const setup = fakeSetup(['llama', 'qwen'], { isBlind: more.isBlind ?? false });
  const round = fakeRound(
    1,
    [
      fakeColumnAnswer('llama', { text: 'Paris is the capital.', sharedWith: ['column-qwen'] }),
      fakeColumnAnswer('qwen', { text: 'The capital is Paris.' }),
    ],
    { vote: more.vote ?? null },
  );
  return (world: CompareWorld) => setComparison(world, fakeComparison(setup, [round]), [round]);
}

test('nothing yet: says what it is for, and leads to the set-up', async () => {
  const fake = createFakeApi();
  const { user } = renderApp({ fake, hash: '#/compare' });
  await screen.findByRole('heading', { name: 'No comparison yet' });
  await user.click(screen.getByRole('button', { name: 'New comparison' }));
  await screen.findByRole('dialog', { name: 'New comparison' });
  await user.click(screen.getByRole('button', { name: 'Create' }));
  expect(screen.getAllByText('Choose who answers.')).toHaveLength(2);
  expect(calls(fake, 'compare.create')).toEqual([]);
});

test('who does not chat stands last and cannot be chosen, and says so where it was', async () => {
  const fake = opened(twoAnswers());
  const able = fakeTarget('llama').capabilities;
  const embedder = fakeTarget('qwen', { capabilities: { ...able, chat: false, embedding: true } });
  fake.world.targets.set({ ...noTargets, targets: [embedder, fakeTarget('llama')] });
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Columns …' }));
  const second = within(await screen.findByRole('group', { name: 'Column B' }));
  second.getByText('qwen does not chat: it is made for other work.');
  await user.click(second.getByRole('button', { name: 'Who answers: qwen' }));
  const here = within(await screen.findByRole('region', { name: 'On this machine' }));
  const rows = here.getAllByRole('button');
  expect(rows.map((row) => [row.textContent, row.matches(':disabled')])).toEqual([
    [expect.stringMatching(/^llama/), false],
    [expect.stringMatching(/^qwen.*Does not chat$/), true],
  ]);
});

test('who answers is found and chosen by keys alone', async () => {
  const fake = opened(twoAnswers(), ['llama', 'qwen', 'qwen-large']);
  const retired = fakeTarget('qwen-old', { target: { kind: 'hosted', model: 'qwen-old' }, state: 'retired' });
  fake.world.targets.set({ ...noTargets, targets: [retired, ...(fake.world.targets.get()?.targets ?? [])] });
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Columns …' }));
  const column = within(await screen.findByRole('group', { name: 'Column A' }));
  const open = async () => {
    await user.click(column.getByRole('button', { name: /^Who answers/ }));
    const list = await screen.findByRole('dialog', { name: 'Who answers' });
    await waitFor(() => expect(document.activeElement).toBe(within(list).getByLabelText('Find a model')));
    return list;
  };
  const isNow = async (list: HTMLElement, name: string) => {
    await waitFor(() => expect(list.isConnected).toBe(false));
    await column.findByRole('button', { name: `Who answers: ${name}` });
  };

  const first = await open();
  await user.keyboard('{Enter}');
  expect(first.isConnected).toBe(true);
  await user.keyboard('qwen{Enter}');
  await isNow(first, 'qwen');

  const second = await open();
  const row = (name: RegExp) => within(second).getByRole('button', { name });
  await user.keyboard('qwen{ArrowDown}');
  expect(document.activeElement).toBe(row(/^qwen meta/));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(row(/^qwen-large/));
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(row(/^qwen-large/));
  await user.keyboard('{ArrowUp}{ArrowUp}');
  expect(document.activeElement).toBe(within(second).getByLabelText('Find a model'));
  await user.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  await isNow(second, 'qwen-large');
  expect(calls(fake, 'compare.update')).toEqual([]);
});

test('a new one is ready for its first question, an old one for its votes', async () => {
  const fake = opened((world) => setComparison(world, fakeComparison(fakeSetup(['llama']), []), []));
  const { user } = renderApp({ fake, hash: '#/compare' });
  await user.click(await screen.findByRole('button', { name: 'New comparison' }));
  for (const column of ['Column A', 'Column B']) {
    const group = within(await screen.findByRole('group', { name: column }));
    await user.click(group.getByRole('button', { name: 'Choose who answers' }));
    const list = await screen.findByRole('dialog', { name: 'Who answers' });
    await user.click(within(list).getByRole('button', { name: /^llama/ }));
    await waitFor(() => expect(list.isConnected).toBe(false));
  }
  await user.click(screen.getByRole('button', { name: 'Create' }));
  const box = await screen.findByLabelText('Prompt for all columns');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(box));

  twoAnswers()(fake.world.compare);
  await user.click(screen.getByRole('link', { name: 'All comparisons' }));
  await user.click(await screen.findByRole('link', { name: 'llama, qwen' }));
  await screen.findByRole('button', { name: 'A is best' });
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
});

test('answers side by side with their numbers, and how these were taken', async () => {
  renderApp({ fake: opened(twoAnswers()), hash: address });
  const llama = await screen.findByRole('region', { name: 'A · llama' });
  await within(llama).findByText('Paris is the capital.');
  expect(llama.textContent).toContain('First token84 ms');
  expect(llama.textContent).toContain('61.4 tokens/s');
  expect(llama.textContent).toContain('172 tokens');
  expect(llama.textContent).toContain('GPU shared with B');
  const qwen = screen.getByRole('region', { name: 'B · qwen' });
  expect(qwen.textContent).toContain('together');
  expect(qwen.textContent).not.toContain('GPU shared');
});

test('one prompt goes to all', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  const box = await screen.findByLabelText('Prompt for all columns');
  await user.type(box, 'And of Italy?{Enter}');
  await waitFor(() =>
    expect(calls(fake, 'compare.send')).toEqual([{ comparisonId: 'comparison-1', prompt: 'And of Italy?' }]),
  );
  await waitFor(() => expect(box.matches('textarea') && box.textContent).toBe(''));
});

test('an answer grows, counts while it does, and ends with the server’s own numbers', async () => {
  const growing = fakeColumnAnswer('llama', { state: 'streaming', finishReason: null, timing: noTiming });
  const turn = watchable(
    deltaOfAnswer({ ...growing, text: 'Pa', timing: { ...noTiming, ttftMs: 90, pieces: 11, piecesMs: 1_000 } }),
  );
  const setup = fakeSetup(['llama']);
  const round = fakeRound(1, [growing]);
  const fake = opened((world) => {
    setComparison(world, fakeComparison(setup, [round], { isAsking: true }), [round]);
    world.turns[growing.id] = turn;
  });
  renderApp({ fake, hash: address });
  const column = await screen.findByRole('region', { name: 'A · llama' });
  await within(column).findByText('Pa');
  expect(column.textContent).toContain('about 10.0 tokens/s');
  screen.getByRole('button', { name: 'Stop' });
  turn.set(deltaOfAnswer(fakeColumnAnswer('llama'), { textFrom: 2, text: 'ris' }));
  await within(column).findByText('Paris');
  expect(column.textContent).toContain('61.4 tokens/s');
  expect(column.textContent).not.toContain('about');
});

test('a vote by one key, and by button; not while one types', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  await screen.findByRole('button', { name: 'A is best' });
  await user.keyboard('b');
  await waitFor(() =>
    expect(calls(fake, 'compare.vote')).toEqual([
      { roundId: 'round-1', vote: { kind: 'column', columnId: 'column-qwen' } },
    ]),
  );
  await user.type(screen.getByLabelText('Prompt for all columns'), 'tab');
  await user.click(screen.getByRole('button', { name: 'Both bad' }));
  await waitFor(() => expect(calls(fake, 'compare.vote')).toHaveLength(2));
  expect(calls(fake, 'compare.vote')[1]).toEqual({ roundId: 'round-1', vote: { kind: 'none' } });
});

test('blind: neither names nor numbers before the vote, both after it', async () => {
  const fake = opened(twoAnswers({ isBlind: true }));
  renderApp({ fake, hash: address });
  const first = await screen.findByRole('region', { name: 'Answer A' });
  expect(screen.getByRole('main').textContent).not.toContain('61.4 tokens/s');
  for (const name of ['llama', 'qwen']) expect(first.textContent).not.toContain(name);
  twoAnswers({ isBlind: true, vote: { kind: 'tie' } })(fake.world.compare);
  await screen.findByRole('region', { name: /^A · (llama|qwen)$/ });
  expect(screen.getByRole('main').textContent).toContain('61.4 tokens/s');
});

test('a column that failed says why and takes no vote; one that is gone says so', async () => {
  const setup = fakeSetup(['llama', 'qwen']);
  const round = fakeRound(1, [
    fakeColumnAnswer('llama', { text: 'Paris.' }),
    fakeColumnAnswer('qwen', { state: 'failed', failure: { code: 'NIM_NOT_READY', message: 'It is stopped.' } }),
  ]);
  const fake = opened((world) => setComparison(world, fakeComparison(setup, [round]), [round]), ['llama']);
  const { user } = renderApp({ fake, hash: address });
  const column = await screen.findByRole('region', { name: 'B · qwen' });
  expect((await within(column).findByRole('alert')).textContent).toContain('It is stopped.');
  await within(column).findByText('No longer there');
  expect(screen.queryByRole('button', { name: 'B is best' })).toBeNull();
  screen.getByText('Not ready: qwen. The column will say so.');
  await user.click(within(column).getByRole('button', { name: 'Ask again' }));
  await waitFor(() => expect(calls(fake, 'compare.again')).toEqual([{ answerId: 'answer-qwen' }]));
});

test('what failed is no answer: neither counted nor timed, but named', async () => {
  const failed = { state: 'failed', finishReason: null, timing: { ...noTiming, totalMs: 13_000 } } as const;
  const put = (answers: CompareAnswer[]) => (world: CompareWorld) => {
    const round = fakeRound(1, answers);
    setComparison(world, fakeComparison(fakeSetup(['llama', 'qwen']), [round]), [round]);
  };
  const fake = opened(put([fakeColumnAnswer('llama'), fakeColumnAnswer('qwen', failed)]));
  renderApp({ fake, hash: address });
  await screen.findByText('All columns: 1 of 2 answered · failed: qwen · 172 tokens · slowest 2.90 s');
  screen.getByText('1 answer complete. Failed: B · qwen.');
  put([fakeColumnAnswer('llama', { id: 'x', ...failed }), fakeColumnAnswer('qwen', { id: 'y', ...failed })])(
    fake.world.compare,
  );
  await screen.findByText('All columns: 0 of 2 answered · failed: llama and qwen');
  screen.getByText('No answer. Failed: A · llama and B · qwen.');
});

test('only one column, and all again', async () => {
  const { user } = renderApp({ fake: opened(twoAnswers()), hash: address });
  await user.click(await screen.findByRole('button', { name: 'Show only A · llama' }));
  expect(screen.queryByRole('region', { name: 'B · qwen' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Show all columns' }));
  screen.getByRole('region', { name: 'B · qwen' });
});

test('differences of two answers, word by word', async () => {
  const { user } = renderApp({ fake: opened(twoAnswers()), hash: address });
  await screen.findByText('Paris is the capital.');
  await user.click(screen.getByRole('button', { name: /^More actions for/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Differences …' }));
  const dialog = await screen.findByRole('dialog', { name: 'Differences between two answers' });
  await within(dialog).findByText(/only in the first/);
  expect(dialog.querySelectorAll('del').length).toBeGreaterThan(0);
  expect(dialog.querySelectorAll('ins').length).toBeGreaterThan(0);
});

test('differences are offered where answers are shown, and open by nothing else', async () => {
  const { user } = renderApp({ fake: opened(twoAnswers()), hash: address });
  await user.click(await screen.findByRole('button', { name: 'Results' }));
  await user.click(screen.getByRole('button', { name: /^More actions for/ }));
  await screen.findByRole('menuitem', { name: 'Votes …' });
  expect(screen.queryByRole('menuitem', { name: 'Differences …' })).toBeNull();
  await user.keyboard('{Escape}');
  await user.click(screen.getByRole('button', { name: 'Answers' }));
  await user.click(screen.getByRole('button', { name: /^More actions for/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Differences …' }));
  await screen.findByRole('dialog', { name: 'Differences between two answers' });
});

test('a set that stopped goes on; a set from a file says what it holds', async () => {
  const setup = fakeSetup(['llama', 'qwen']);
  const round = fakeRound(1, [fakeColumnAnswer('llama'), fakeColumnAnswer('qwen', { state: 'queued' })], {
    origin: 'set',
  });
  const progress = { state: 'paused', done: 1, total: 2 } as const;
  const fake = opened((world) => setComparison(world, fakeComparison(setup, [round], { progress }), [round]));
  const { user } = renderApp({ fake, hash: address });
  await screen.findByText(/^Stopped at 1 of 2 answers/);
  await user.click(screen.getByRole('button', { name: 'Go on' }));
  await waitFor(() => expect(calls(fake, 'compare.resume')).toHaveLength(1));
  await user.click(screen.getByRole('button', { name: 'Prompt set …' }));
  await user.upload(await screen.findByLabelText('A file with prompts'), new File(['one\ntwo'], 'set.txt'));
  await screen.findByText('2 prompts in set.txt');
  await user.click(screen.getByRole('button', { name: 'Run 2 prompts' }));
  await waitFor(() => expect(calls(fake, 'compare.runSet')).toHaveLength(1));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
});

test('a file that is larger than a set can be is not read, and both sizes are said', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Prompt set …' }));
  screen.getByText(/; 4 MB at most\./);
  await user.upload(
    await screen.findByLabelText('A file with prompts'),
    new File([new Uint8Array(10_500_000)], 'set.jsonl'),
  );
  await screen.findByText('This file has 10.5 MB, and a set 4 MB at most. Make several files of it.');
  expect(calls(fake, 'compare.readPrompts')).toEqual([]);
});

test('while a typed prompt is asked, a set that was stopped is said to be stopped', async () => {
  const rounds = [
    fakeRound(1, [fakeColumnAnswer('llama', { state: 'queued' })], { origin: 'set' }),
    fakeRound(2, [fakeColumnAnswer('llama', { state: 'waiting' })]),
  ];
  const more = { isAsking: true, progress: { state: 'paused', done: 0, total: 1 } } as const;
  const fake = opened((world) => setComparison(world, fakeComparison(fakeSetup(['llama']), rounds, more), rounds));
  renderApp({ fake, hash: address });
  await screen.findByText(/^Stopped at 0 of 1 answer/);
  screen.getByRole('button', { name: 'Go on' });
  screen.getByRole('button', { name: 'Stop' });
});

test('a set that Excel saved in Windows-1252 is read as that, and says so', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Prompt set …' }));
  const bytes = new Uint8Array([0x67, 0x72, 0xfc, 0xdf, 0x74, 0x65]);
  await user.upload(await screen.findByLabelText('A file with prompts'), new File([bytes], 'set.csv'));
  await screen.findByText(/^Read as Windows-1252, since it is not UTF-8\./);
  screen.getByText('grüßte');
  await user.upload(screen.getByLabelText('A file with prompts'), new File(['grüßte'], 'other.csv'));
  await screen.findByText('1 prompt in other.csv');
  screen.getByText('grüßte');
  expect(screen.queryByText(/Windows-1252/)).toBeNull();
});

const shownRows = (table: HTMLElement) =>
  within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => Array.from(row.children, (cell) => cell.textContent));

test('results: a row an answer with its figures in one unit, and what the variants did in all', async () => {
  const setup = fakeSetup(['llama', 'qwen', 'gone']);
  const slow = { ttftMs: 1_204.4, totalMs: 12_900, tokensPerSecond: 140.26, completionTokens: 1_024 };
  const done = fakeColumnAnswer('llama');
  const round = fakeRound(
    1,
    [
      fakeColumnAnswer('llama', { order: 'in-turn' }),
      fakeColumnAnswer('qwen', {
        finishReason: 'length',
        sharedWith: ['column-llama'],
        timing: { ...done.timing, ...slow },
      }),
      fakeColumnAnswer('gone', { state: 'failed', finishReason: null, timing: noTiming }),
    ],
    { vote: { kind: 'column', columnId: 'column-llama' } },
  );
  const fake = opened((world) => setComparison(world, fakeComparison(setup, [round]), [round]));
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Results' }));
  const table = await screen.findByRole('table', { name: 'Results by round' });
  await within(table).findByText(/A is best/);
  expect(shownRows(table).slice(1)).toEqual([
    ['A · llama', '84', '61.4', '2.90', '172', 'Its own end (stop)', 'in turn'],
    ['B · qwen', '1,204', '140.3', '12.90', '1,024', 'Cut: the limit (length)', 'GPU shared with A'],
    ['C · gone', '–', '–', '–', '–', 'Failed', '–'],
  ]);
  const totals = await screen.findByRole('table', { name: 'Totals of these rounds' });
  expect(shownRows(totals)).toEqual([
    ['llama', '84', '61.4', '2.90', '172', '1 of 1'],
    ['qwen', '1,204', '140.3', '12.90', '1,024', '1 of 1, 1 cut'],
    ['gone', '–', '–', '–', '0', '0 of 1, 1 failed'],
  ]);
  await user.click(within(table).getByRole('button', { name: 'Open round 1' }));
  await screen.findByRole('region', { name: 'A · llama' });
});

test('totals: of two in the middle their mean, as in the file', async () => {
  const rounds = [80, 91].map((ttftMs, index) => {
    const answer = fakeColumnAnswer('llama');
    return fakeRound(index + 1, [{ ...answer, timing: { ...answer.timing, ttftMs } }]);
  });
  const fake = opened((world) => setComparison(world, fakeComparison(fakeSetup(['llama']), rounds), rounds));
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: 'Results' }));
  const totals = await screen.findByRole('table', { name: 'Totals of these rounds' });
  await waitFor(() => expect(shownRows(totals)[0]?.slice(0, 2)).toEqual(['llama', '86']));
});

test('results of a blind round say neither whose they are nor how fast before the vote', async () => {
  const { user } = renderApp({ fake: opened(twoAnswers({ isBlind: true })), hash: address });
  await user.click(await screen.findByRole('button', { name: 'Results' }));
  const table = await screen.findByRole('table', { name: 'Results by round' });
  await within(table).findByRole('rowheader', { name: 'Answer A' });
  for (const hidden of ['llama', 'qwen', '61.4', 'stop']) expect(table.textContent).not.toContain(hidden);
});

test('a file comes in pieces and is saved as one', async () => {
  const saved: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    if (blob instanceof Blob) saved.push(blob);
    return 'blob:x';
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const fake = opened(twoAnswers());
  fake.world.compare.exported = ['round\r\n', '1\r\n'];
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: /^More actions for/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Save as CSV' }));
  await waitFor(() => expect(saved).toHaveLength(1));
  expect(await saved[0]?.text()).toBe('round\r\n1\r\n');
  expect(saved[0]?.type).toBe('text/csv;charset=utf-8');
});

test('a note is kept as it is typed', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  await user.type(await screen.findByLabelText('Note on this round'), 'shorter');
  await user.tab();
  await waitFor(() => expect(calls(fake, 'compare.note')).toEqual([{ roundId: 'round-1', note: 'shorter' }]));
});

test('a comparison is deleted without a question, and the notice brings it back', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: '#/compare' });
  await user.click(await screen.findByRole('button', { name: 'Delete “llama, qwen”' }));
  await waitFor(() => expect(calls(fake, 'compare.remove')).toEqual([{ comparisonId: 'comparison-1' }]));
  await screen.findByText('“llama, qwen” was deleted');
  await user.click(screen.getByRole('button', { name: words.common.undo }));
  await waitFor(() => expect(calls(fake, 'compare.restore')).toEqual([{ comparisonId: 'comparison-1' }]));
  expect(window.location.hash).toBe('#/compare');
});

test('brought back from the bin, it is not offered back by the notice of its deletion', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: '#/compare' });
  await user.click(await screen.findByRole('button', { name: 'Delete “llama, qwen”' }));
  await screen.findByRole('button', { name: words.common.undo });
  act(() =>
    fake.world.compare.bin.set(
      (fake.world.compare.entries.get() ?? []).map((entry) => ({ ...entry, deletedAt: entry.updatedAt })),
    ),
  );
  await user.click(await screen.findByRole('button', { name: /^Deleted \(/ }));
  await user.click(await screen.findByRole('button', { name: 'Bring back “llama, qwen”' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: words.common.undo })).toBeNull());
});

test('deleted from its own page, it is left, and shown again when it comes back', async () => {
  const fake = opened(twoAnswers());
  const { user } = renderApp({ fake, hash: address });
  await user.click(await screen.findByRole('button', { name: /^More actions for/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  await waitFor(() => expect(window.location.hash).toBe('#/compare'));
  await user.click(await screen.findByRole('button', { name: words.common.undo }));
  await waitFor(() => expect(window.location.hash).toBe(address));
});

test('the bin says since when, brings back, and asks before it deletes for good', async () => {
  const fake = opened((world) => {
    twoAnswers()(world);
    world.bin.set((world.entries.get() ?? []).map((entry) => ({ ...entry, deletedAt: entry.updatedAt })));
    world.entries.set([]);
  });
  const { user } = renderApp({ fake, hash: '#/compare' });
  await screen.findByText('No comparison yet');
  await user.click(await screen.findByRole('button', { name: 'Deleted (2)' }));
  await user.click(await screen.findByRole('button', { name: 'Bring back “llama, qwen”' }));
  await waitFor(() => expect(calls(fake, 'compare.restore')).toEqual([{ comparisonId: 'comparison-1' }]));
  await user.click(screen.getByRole('button', { name: 'Delete “llama, qwen” for good …' }));
  const question = within(await screen.findByRole('alertdialog', { name: 'Delete “llama, qwen” for good?' }));
  expect(calls(fake, 'compare.erase')).toEqual([]);
  await user.click(question.getByRole('button', { name: 'Delete for good' }));
  await waitFor(() => expect(calls(fake, 'compare.erase')).toEqual([{ comparisonId: 'comparison-1' }]));
});

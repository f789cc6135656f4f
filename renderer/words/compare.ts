import type { CompareAnswer, CompareOrder } from '../../shared/contract/compare.ts';
import { formatBytes } from '../../shared/format.ts';
import { counted } from './counted.ts';
import { listed, number } from './intl.ts';

const digits = (value: number) => {
  const count = value < 100 ? 1 : 0;
  return number(value, { minimumFractionDigits: count, maximumFractionDigits: count });
};

const megabytes = (bytes: number) => `${number(bytes / 1_000_000)} MB`;

const notKnown = '–';

/** Always as many decimals, so that they stand under each other. */
function cell(value: number | null, decimals: number): string {
  if (value === null) return notKnown;
  return number(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** Of OpenAI's language; other words stand as they came. */
const finishReasons = new Map([
  ['stop', 'Its own end'],
  ['length', 'Cut: the limit'],
  ['tool_calls', 'A tool call'],
  ['content_filter', 'A filter'],
]);

export const compare = {
  title: 'Compare',
  description: 'One prompt, up to six answers side by side, with numbers taken where the bytes arrive.',
  new: 'New comparison',
  emptyTitle: 'No comparison yet',
  emptyHint: 'Put two to six models beside each other, ask them the same, and vote for the better answer.',
  columns: (count: number) => counted(count, 'column', 'columns'),
  rounds: (count: number) => counted(count, 'round', 'rounds'),
  all: 'All comparisons',
  remove: 'Delete',
  removeOf: (title: string) => `Delete “${title}”`,
  removed: (title: string) => `“${title}” was deleted`,
  bin: {
    label: (count: number) => `Deleted (${number(count)})`,
    list: 'Deleted comparisons',
    hint: 'Kept for 30 days after they were deleted, then gone for good.',
    deleted: 'deleted',
    restore: 'Bring back',
    restoreOf: (title: string) => `Bring back “${title}”`,
    restored: (title: string) => `“${title}” is back`,
    erase: 'Delete for good',
    eraseOf: (title: string) => `Delete “${title}” for good …`,
    eraseTitle: (title: string) => `Delete “${title}” for good?`,
    eraseHint:
      'Its answers, votes and notes go with it, and cannot be brought back. Only a file that Nimdeck has set aside, because it was damaged or newer, still holds what was in it.',
    keep: 'Keep it',
  },
  gone: 'This comparison is no longer there',
  goneHint: 'It was deleted, perhaps in another window. What was deleted lies under the comparisons for 30 days.',
  more: (title: string) => `More actions for ${title}`,

  setUp: {
    newTitle: 'New comparison',
    changeTitle: 'Columns and parameters',
    short: 'Columns …',
    title: 'Title',
    untitled: 'Comparison',
    columns: 'Columns',
    column: (letter: string) => `Column ${letter}`,
    isGone: (name: string) => `${name} is no longer there. Choose who answers in its place.`,
    add: 'Add a column',
    removeColumn: (letter: string) => `Remove column ${letter}`,
    moveLeft: (letter: string) => `Move column ${letter} further up`,
    own: 'Its own parameters',
    ownHint: 'In place of those that all columns share.',
    shared: 'Parameters of all columns',
    order: 'How they are asked',
    blind: 'Blind: names and numbers are hidden until you vote',
    blindHint: 'The columns change places with every round.',
    needsTarget: 'Choose who answers.',
    create: 'Create',
    save: 'Save',
    busy: 'Answers are being written. Stop them, or wait, to change the columns.',
    keeps: 'Rounds that are there keep what they were asked with.',
  },
  parameters: {
    systemPrompt: 'System prompt',
    systemPromptHint: 'Said to the model before the prompt.',
    temperature: { label: 'Temperature', hint: '0 to 2. Empty: the model’s own.', error: 'A number from 0 to 2.' },
    topP: { label: 'Top-p', hint: '0 to 1. Empty: the model’s own.', error: 'A number from 0 to 1.' },
    maxTokens: {
      label: 'At most so many tokens',
      hint: 'Empty: as long as the model wants.',
      error: 'A whole number from 1.',
    },
    seed: {
      label: 'Seed',
      hint: 'The same number, as far as a server allows: the same answer.',
      error: 'A whole number.',
    },
  },
  orders: {
    together: {
      label: 'Together',
      hint: 'All at once. Columns that share a GPU slow each other down; they are marked.',
    },
    'in-turn': { label: 'In turn', hint: 'One after the other, so that none takes a GPU’s time from another.' },
  } satisfies Record<CompareOrder, { label: string; hint: string }>,

  target: {
    gone: 'No longer there',
    goneHint: 'Who answered here is gone. Choose another one in “Columns …”.',
    start: 'Start',
  },

  letters: ['A', 'B', 'C', 'D', 'E', 'F'],
  blind: 'Blind',
  hidden: (letter: string) => `Answer ${letter}`,
  named: (letter: string, name: string) => `${letter} · ${name}`,
  sharesWith: (letters: readonly string[]) => `Shares a GPU with ${listed(letters)}`,
  ownParameters: 'Own parameters',
  focus: (name: string) => `Show only ${name}`,
  unfocus: 'Show all columns',
  again: 'Ask again',
  answerOf: (name: string) => `Answer of ${name}`,
  columnsArea: 'Answers side by side',
  copy: 'Copy answer',
  reasoning: 'Reasoning',
  noAnswerBlind: 'This column gave no answer. Why is shown after the vote.',
  nothingYet: 'Nothing asked yet',
  states: {
    queued: 'Waits for its turn',
    waiting: 'Waiting for the first token',
    streaming: 'Answering',
    done: 'Done',
    stopped: 'Stopped',
    failed: 'Failed',
    interrupted: 'Interrupted: Nimdeck ended while it was written',
  } satisfies Record<CompareAnswer['state'], string>,
  cutByLength: 'Cut: the most tokens allowed were reached',

  numbers: {
    ttft: 'First token',
    rate: 'Speed',
    tokens: 'Answer',
    prompt: 'Prompt',
    total: 'Total',
    inSeconds: (ms: number) =>
      ms < 1000
        ? `${number(Math.round(ms))} ms`
        : `${number(ms / 1000, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} s`,
    perSecond: (count: number) => `${digits(count)} tokens/s`,
    about: (text: string) => `about ${text}`,
    count: (count: number) => counted(count, 'token', 'tokens'),
    unknown: notKnown,
    how: { together: 'together', 'in-turn': 'in turn' } satisfies Record<CompareOrder, string>,
    howLong: {
      together: 'Measured while the other columns were asked, too',
      'in-turn': 'Measured alone, one column after the other',
    } satisfies Record<CompareOrder, string>,
    shared: (letters: readonly string[]) => `GPU shared with ${listed(letters)}`,
    hidden: 'Numbers are shown after the vote.',
    live: 'Counted while it is written; the server’s own count comes at the end.',
  },
  totals: {
    label: 'All columns',
    tokens: (count: number) => counted(count, 'token', 'tokens'),
    slowest: (time: string) => `slowest ${time}`,
    done: (done: number, of: number) => `${number(done)} of ${number(of)} answered`,
    failed: (names: readonly string[]) => `failed: ${listed(names)}`,
  },

  round: {
    walker: 'Rounds',
    of: (shown: number, count: number) => `Round ${number(shown)} of ${number(count)}`,
    earlier: 'Earlier round',
    later: 'Later round',
    newest: 'Newest round',
    prompt: 'Prompt',
    showAll: 'Show the whole prompt',
    ofSet: 'from a set',
  },
  view: { label: 'View', columns: 'Answers', table: 'Results' },
  scroll: 'Scroll together',
  diff: {
    open: 'Differences …',
    title: 'Differences between two answers',
    from: 'From',
    to: 'To',
    same: 'The two answers are the same, word for word.',
    summary: (removed: number, added: number) =>
      `${counted(removed, 'word', 'words')} only in the first, ${counted(added, 'word', 'words')} only in the second`,
    tooDifferent:
      'The two are too long and too different to be set against each other word by word; they are compared line by line.',
    empty: 'There is no text to compare yet.',
  },

  vote: {
    label: 'Which answer is the best?',
    column: (letter: string) => `${letter} is best`,
    tie: 'Tie',
    none: (columns: number) => (columns === 2 ? 'Both bad' : 'All bad'),
    noneOfOne: 'Bad',
    clear: 'Take the vote back',
    waits: 'You can vote when the answers are there.',
    keys: (last: string) => `Keys: A to ${last}, T for a tie, X for bad`,
  },
  note: { label: 'Note on this round' },
  tally: {
    open: 'Votes …',
    title: 'Votes',
    scope: 'Votes of',
    here: 'This comparison',
    all: 'All comparisons',
    name: 'Name',
    wins: 'Won',
    losses: 'Lost',
    ties: 'Ties',
    bothBad: 'Bad',
    rate: 'Won of decided',
    percent: (share: number) => number(share, { style: 'percent', maximumFractionDigits: 0 }),
    empty: 'No votes yet.',
  },

  composer: {
    label: 'Prompt for all columns',
    placeholder: 'Ask all of them. Enter sends, Shift+Enter adds a line.',
    send: 'Send to all',
    stop: 'Stop',
    stopHint: 'Stop (Esc)',
    noneReady: 'Nobody in these columns can be asked now.',
    someNotReady: (names: readonly string[]) => `Not ready: ${listed(names)}. The column will say so.`,
    goesOn: 'Each column goes on with its own answers so far.',
  },

  set: {
    open: 'Prompt set …',
    title: 'Run a set of prompts',
    hint: (most: number) =>
      `CSV with a head, JSON lines, a JSON array, or a prompt a line; ${megabytes(most)} at most. Each prompt stands alone; it runs unattended and goes on after a restart.`,
    drop: 'Drop a file here, or',
    choose: 'Choose a file …',
    file: 'A file with prompts',
    found: (count: number, file: string) => `${counted(count, 'prompt', 'prompts')} in ${file}`,
    asWindows:
      'Read as Windows-1252, since it is not UTF-8. Where letters are wrong below, save the file as UTF-8 and choose it again.',
    answers: (prompts: number, columns: number) =>
      `${counted(prompts * columns, 'answer', 'answers')} from ${counted(columns, 'column', 'columns')}`,
    skipped: (count: number) => `${counted(count, 'line', 'lines')} left out`,
    skippedLine: (line: number, reason: string) => `Line ${number(line)}: ${reason}`,
    andMore: (count: number) => `and ${number(count)} more`,
    run: (count: number) => `Run ${counted(count, 'prompt', 'prompts')}`,
    tooLarge: (size: number, most: number) =>
      `This file has ${formatBytes(size)}, and a set ${megabytes(most)} at most. Make several files of it.`,
    progress: 'Answers of the set',
    running: (done: number, total: number) => `${number(done)} of ${counted(total, 'answer', 'answers')}`,
    paused: (done: number, total: number) => `Stopped at ${number(done)} of ${counted(total, 'answer', 'answers')}`,
    pausedHint: 'What has its answer is not asked again.',
    resume: 'Go on',
    stop: 'Stop',
  },

  results: {
    caption: 'Results by round',
    variant: 'Variant',
    finish: 'Ended by',
    measured: 'Measured',
    units: { milliseconds: 'ms', rate: 'tokens/s', seconds: 's', tokens: 'tokens' },
    milliseconds: (ms: number | null) => cell(ms, 0),
    rate: (rate: number | null) => cell(rate, 1),
    seconds: (ms: number | null) => cell(ms === null ? null : ms / 1000, 2),
    tokens: (count: number | null) => cell(count, 0),
    /** What the server calls it stays beside it. */
    finishOf: (reason: string | null) => {
      if (reason === null) return notKnown;
      const said = finishReasons.get(reason);
      return said === undefined ? reason : `${said} (${reason})`;
    },
    round: (round: number) => `Round ${number(round)}`,
    best: (letter: string) => `${letter} is best`,
    open: (round: number) => `Open round ${number(round)}`,
    range: (from: number, to: number, total: number) => `Rounds ${number(from)} to ${number(to)} of ${number(total)}`,
    earlier: 'Earlier rounds',
    later: 'Later rounds',
    none: 'No rounds yet. Send a prompt or run a set.',
    totals: 'Totals of these rounds',
    answered: 'Answered',
    ended: (done: number, of: number, cut: number, failed: number) =>
      [
        `${number(done)} of ${number(of)}`,
        cut === 0 ? '' : counted(cut, 'cut', 'cut'),
        failed === 0 ? '' : counted(failed, 'failed', 'failed'),
      ]
        .filter((part) => part !== '')
        .join(', '),
    medianTtft: 'First token, median ms',
    medianRate: 'Speed, median tokens/s',
    medianTotal: 'Total, median s',
    allTokens: 'Tokens in all',
    blindHint: 'Rounds of a blind comparison show their numbers after the vote.',
  },
  save: {
    formats: { csv: 'Save as CSV', json: 'Save as JSON', html: 'Save as one HTML page' },
  },
  announceRound: (count: number, failed: readonly string[]) =>
    [
      count === 0 ? 'No answer.' : `${counted(count, 'answer', 'answers')} complete.`,
      failed.length === 0 ? '' : `Failed: ${listed(failed)}.`,
    ]
      .filter((part) => part !== '')
      .join(' '),
};

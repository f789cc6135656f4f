import type { CompareRound, CompareSetup } from '../../../shared/contract/compare.ts';
import { median } from '../../../shared/median.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { isMasked } from './places.ts';

const text = words.compare.results;

interface Total {
  id: string;
  name: string;
  done: number;
  asked: number;
  cut: number;
  failed: number;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  totalMs: number | null;
  tokens: number;
}

function totalsOf(setup: CompareSetup, rounds: readonly CompareRound[]): Total[] {
  const open = rounds.filter((round) => !isMasked(setup, round));
  return setup.columns.map(({ id, name }): Total => {
    const answers = open.flatMap((round) => round.answers.filter(({ columnId }) => columnId === id));
    const done = answers.filter(({ state }) => state === 'done');
    return {
      id,
      name,
      done: done.length,
      asked: answers.length,
      cut: done.filter(({ finishReason }) => finishReason === 'length').length,
      failed: answers.filter(({ state }) => state === 'failed').length,
      ttftMs: median(done.map(({ timing }) => timing.ttftMs)),
      tokensPerSecond: median(done.map(({ timing }) => timing.tokensPerSecond)),
      totalMs: median(done.map(({ timing }) => timing.totalMs)),
      tokens: done.reduce((sum, { timing }) => sum + (timing.completionTokens ?? 0), 0),
    };
  });
}

const columns: Column<Total>[] = [
  {
    key: 'name',
    label: text.variant,
    cell: ({ name }) => <span className="block break-words @lg:min-w-40">{name}</span>,
    isRowHeader: true,
  },
  {
    key: 'ttft',
    label: text.medianTtft,
    cell: ({ ttftMs }) => text.milliseconds(ttftMs),
    align: 'end',
    sortBy: ({ ttftMs }) => ttftMs,
  },
  {
    key: 'rate',
    label: text.medianRate,
    cell: ({ tokensPerSecond }) => text.rate(tokensPerSecond),
    align: 'end',
    sortBy: ({ tokensPerSecond }) => tokensPerSecond,
  },
  {
    key: 'total',
    label: text.medianTotal,
    cell: ({ totalMs }) => text.seconds(totalMs),
    align: 'end',
    sortBy: ({ totalMs }) => totalMs,
  },
  {
    key: 'tokens',
    label: text.allTokens,
    cell: ({ tokens }) => text.tokens(tokens),
    align: 'end',
    sortBy: ({ tokens }) => tokens,
  },
  {
    key: 'done',
    label: text.answered,
    cell: ({ done, asked, cut, failed }) => text.ended(done, asked, cut, failed),
    align: 'end',
  },
];

export function ResultTotals({ setup, rounds }: { setup: CompareSetup; rounds: readonly CompareRound[] }) {
  return (
    <Table caption={text.totals} columns={columns} rows={totalsOf(setup, rounds)} keyOf={({ id }) => id} isDense />
  );
}

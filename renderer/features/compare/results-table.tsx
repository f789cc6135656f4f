import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CompareAnswer, CompareRound, Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { linkClass } from '../../ui/link.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { isMasked, lettersOf, placesOf } from './places.ts';
import { shownNumbers } from './numbers.tsx';

const text = words.compare.results;

/** As many as fit a few screens; their texts come with them. */
const pageSize = 25;

/** All rounds as rows, a page at a time, and under them what the columns did in these rounds. */
export function ResultsTable({ comparison, onOpen }: { comparison: Comparison; onOpen: (round: number) => void }) {
  const api = useApi();
  const [from, setFrom] = useState(0);
  const { id, version, rounds: total, setup } = comparison;
  const { data, error, refetch } = useQuery({
    queryKey: keys.comparedRounds(id, from, version),
    queryFn: ({ signal }) => api.compare.rounds({ comparisonId: id, from, count: pageSize }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <ErrorCard failure={toAppError(error)} onRetry={() => void refetch()} />;
  const rounds = data?.rounds;
  return (
    <div className="flex flex-col gap-4">
      {setup.isBlind && <p className="text-sm text-ink-soft">{text.blindHint}</p>}
      <Table
        caption={text.caption}
        columns={columnsOf(comparison, onOpen)}
        rows={rounds}
        keyOf={(round) => round.id}
        empty={<p className="p-4 text-sm text-ink-soft">{text.none}</p>}
      />
      {total > pageSize && (
        <div className="flex flex-wrap items-center gap-3 text-sm tabular-nums">
          <Button size="small" disabled={from === 0} onClick={() => setFrom(Math.max(0, from - pageSize))}>
            {text.earlier}
          </Button>
          {text.range(from + 1, Math.min(total, from + pageSize), total)}
          <Button size="small" disabled={from + pageSize >= total} onClick={() => setFrom(from + pageSize)}>
            {text.later}
          </Button>
        </div>
      )}
      {rounds !== undefined && rounds.length > 0 && <Totals comparison={comparison} rounds={rounds} />}
    </div>
  );
}

function columnsOf(comparison: Comparison, onOpen: (round: number) => void): Column<CompareRound>[] {
  const { setup } = comparison;
  return [
    {
      key: 'round',
      label: text.round,
      isTight: true,
      cell: ({ number }) => (
        <button
          type="button"
          className={`${linkClass} pointer-coarse:size-control`}
          aria-label={text.open(number)}
          onClick={() => onOpen(number)}
        >
          {number}
        </button>
      ),
    },
    {
      key: 'prompt',
      label: text.prompt,
      isRowHeader: true,
      cell: ({ prompt, name }) => (
        <span className="line-clamp-2 min-w-40 break-words">{name === null ? prompt : `${name}: ${prompt}`}</span>
      ),
    },
    ...setup.columns.map(({ id, name }): Column<CompareRound> => ({
      key: id,
      label: name,
      cell: (round) => {
        const answer = round.answers.find(({ columnId }) => columnId === id);
        if (answer === undefined) return words.compare.numbers.unknown;
        return isMasked(setup, round) ? (
          words.compare.states[answer.state]
        ) : (
          <Cell answer={answer} round={round} setup={setup} />
        );
      },
    })),
    {
      key: 'vote',
      label: text.vote,
      cell: (round) => <Vote round={round} />,
    },
  ];
}

function Cell({ answer, round, setup }: { answer: CompareAnswer; round: CompareRound; setup: Comparison['setup'] }) {
  if (answer.state !== 'done') return <span className="text-ink-soft">{words.compare.states[answer.state]}</span>;
  const { ttft, rate, tokens } = shownNumbers(answer.timing, false);
  const letters = lettersOf(placesOf(setup, round), answer.sharedWith);
  const { numbers } = words.compare;
  return (
    <span className="block whitespace-nowrap tabular-nums">
      {[rate, ttft, tokens].map((value) => value ?? numbers.unknown).join(' · ')}
      <span className="block text-2xs text-ink-soft">
        {letters.length === 0 ? numbers.how[answer.order] : numbers.shared(letters)}
      </span>
    </span>
  );
}

function Vote({ round: { vote, answers } }: { round: CompareRound }) {
  if (vote === null) return <span className="text-ink-soft">{words.compare.numbers.unknown}</span>;
  if (vote.kind === 'column') return answers.find(({ columnId }) => columnId === vote.columnId)?.name ?? '';
  return vote.kind === 'tie' ? words.compare.vote.tie : words.compare.vote.none(answers.length);
}

interface Total {
  id: string;
  name: string;
  done: number;
  failed: number;
  ttftMs: number | null;
  tokensPerSecond: number | null;
  tokens: number;
}

/** The lower of the two in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}

const known = (value: number | null): value is number => value !== null;

function Totals({ comparison, rounds }: { comparison: Comparison; rounds: readonly CompareRound[] }) {
  const { numbers } = words.compare;
  const open = rounds.filter((round) => !isMasked(comparison.setup, round));
  const rows = comparison.setup.columns.map(({ id, name }): Total => {
    const answers = open.flatMap((round) => round.answers.filter(({ columnId }) => columnId === id));
    const done = answers.filter(({ state }) => state === 'done');
    return {
      id,
      name,
      done: done.length,
      failed: answers.filter(({ state }) => state === 'failed').length,
      ttftMs: median(done.map(({ timing }) => timing.ttftMs).filter(known)),
      tokensPerSecond: median(done.map(({ timing }) => timing.tokensPerSecond).filter(known)),
      tokens: done.reduce((sum, { timing }) => sum + (timing.completionTokens ?? 0), 0),
    };
  });
  const columns: Column<Total>[] = [
    { key: 'name', label: text.totals, cell: ({ name }) => name, isRowHeader: true },
    {
      key: 'done',
      label: text.answered,
      cell: ({ done, failed }) => (failed === 0 ? done : `${done}, ${text.failed(failed)}`),
      align: 'end',
    },
    {
      key: 'rate',
      label: text.medianRate,
      cell: ({ tokensPerSecond: rate }) => (rate === null ? numbers.unknown : numbers.perSecond(rate)),
      align: 'end',
      sortBy: ({ tokensPerSecond }) => tokensPerSecond,
    },
    {
      key: 'ttft',
      label: text.medianTtft,
      cell: ({ ttftMs }) => (ttftMs === null ? numbers.unknown : numbers.inSeconds(ttftMs)),
      align: 'end',
      sortBy: ({ ttftMs }) => ttftMs,
    },
    { key: 'tokens', label: text.tokens, cell: ({ tokens }) => numbers.count(tokens), align: 'end' },
  ];
  return <Table caption={text.totals} columns={columns} rows={rows} keyOf={({ id }) => id} />;
}

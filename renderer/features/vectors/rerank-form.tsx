import { useState } from 'react';
import type { ChatTarget } from '../../../shared/contract/answers.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field, FieldInput, FieldTextArea } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { Table } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';
import { linesOf } from './cosine.ts';

interface RerankFormProps {
  target: ChatTarget;
  canAsk: boolean;
}

interface Asked {
  query: string;
  passages: string[];
  truncate: 'END' | null;
}

type Ranked = Awaited<ReturnType<Api['chat']['rerank']>> & Pick<Asked, 'passages' | 'query'>;

const mostPassages = 512;
const truncations = ['none', 'END'] as const;

export function RerankForm({ target, canAsk }: RerankFormProps) {
  const { vectors } = words;
  const api = useApi();
  const [query, setQuery] = useState('');
  const [text, setText] = useState('');
  const [truncate, setTruncate] = useState<(typeof truncations)[number]>('none');
  const [result, setResult] = useState<Ranked | null>(null);
  const passages = linesOf(text);
  const rank = useAction(
    async (asked: Asked): Promise<Ranked> => ({
      ...(await api.chat.rerank({ target, ...asked })),
      passages: asked.passages,
      query: asked.query,
    }),
    { isFailureShown: true, onDone: setResult },
  );
  const problem = passages.length > mostPassages ? vectors.tooMany(passages.length) : null;
  const canSend = canAsk && query.trim() !== '' && passages.length > 0 && problem === null;

  return (
    <>
      <form
        noValidate
        className="contents"
        onSubmit={(event) => {
          event.preventDefault();
          if (!canSend || rank.isRunning) return;
          rank.run({ query: query.trim(), passages, truncate: truncate === 'none' ? null : truncate });
        }}
      >
        <Card>
          <Field label={vectors.query}>
            <FieldInput value={query} onChange={(event) => setQuery(event.currentTarget.value)} />
          </Field>
          <Field label={vectors.passages} hint={vectors.passagesHint} error={problem}>
            <FieldTextArea rows={6} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          </Field>
          <div className="max-w-60">
            <Field label={vectors.truncate}>
              <Select
                label={vectors.truncate}
                value={truncate}
                onChange={setTruncate}
                options={truncations.map((value) => ({ value, label: vectors.truncateOptions[value] }))}
              />
            </Field>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" type="submit" disabled={!canSend} isBusy={rank.isRunning}>
              {vectors.rank}
            </Button>
            <Button
              variant="quiet"
              onClick={() => {
                setQuery(vectors.exampleQuestion);
                setText(vectors.exampleTexts.join('\n'));
              }}
            >
              {vectors.example}
            </Button>
          </div>
        </Card>
      </form>
      {rank.failure !== null && <ErrorCard failure={rank.failure} />}
      {result !== null && <Ranking result={result} />}
    </>
  );
}

function Ranking({ result }: { result: Ranked }) {
  const { vectors } = words;
  const rows = result.ranking.map(({ index, logit }, place) => ({ index, logit, place }));
  return (
    <Card
      title={result.model ?? vectors.ranking}
      description={vectors.rankingHint}
      actions={
        <CopyButton
          label={vectors.copyRanking}
          text={JSON.stringify({
            query: result.query,
            ranking: result.ranking.map(({ index, logit }) => ({ index, logit, passage: result.passages[index] })),
          })}
        />
      }
    >
      <Stats>
        <Stat label={vectors.facts.passages} value={number(result.passages.length)} />
        <Stat label={vectors.facts.time} value={number(Math.round(result.totalMs))} unit={vectors.milliseconds} />
        <Stat label={vectors.facts.tokens} value={result.promptTokens === null ? null : number(result.promptTokens)} />
      </Stats>
      <Table
        caption={vectors.ranking}
        rows={rows}
        keyOf={({ index }) => String(index)}
        columns={[
          {
            key: 'place',
            label: vectors.place,
            isTight: true,
            align: 'end',
            sortBy: ({ place }) => place,
            cell: ({ place }) => number(place + 1),
          },
          {
            key: 'passage',
            label: vectors.passage,
            isRowHeader: true,
            cell: ({ index }) => result.passages[index],
          },
          {
            key: 'line',
            label: vectors.line,
            isTight: true,
            align: 'end',
            sortBy: ({ index }) => index,
            cell: ({ index }) => number(index + 1),
          },
          {
            key: 'logit',
            label: vectors.logit,
            isTight: true,
            align: 'end',
            sortBy: ({ logit }) => logit,
            cell: ({ logit }) => vectors.logitValue(logit),
          },
        ]}
      />
    </Card>
  );
}

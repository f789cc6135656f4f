import { useMemo, useState } from 'react';
import { Card } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { cx } from '../../ui/cx.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { Table } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';
import { cosine, lengthsOf, nearestTo, type Neighbour } from './cosine.ts';

export interface EmbeddedTexts {
  texts: readonly string[];
  vectors: readonly (readonly number[])[];
  question: { text: string; vector: readonly number[] } | null;
  dimensions: number;
  totalMs: number;
  promptTokens: number | null;
  model: string | null;
}

/** More squares than this are no picture any more, and slow. */
const mostInMatrix = 24;
const mostNeighbours = 50;
const ofQuestion = 'question';

/** What came for some texts: facts, who is near whom, and the whole square of similarities. */
export function Embedded({ result }: { result: EmbeddedTexts }) {
  const { vectors: say } = words;
  const { texts, vectors, question } = result;
  const lengths = lengthsOf(vectors);
  return (
    <>
      <Card
        title={result.model ?? say.title}
        actions={
          <CopyButton
            label={say.copyVectors}
            text={JSON.stringify(texts.map((text, index) => ({ text, embedding: vectors[index] })))}
          />
        }
      >
        <Stats>
          <Stat label={say.facts.texts} value={number(texts.length)} />
          <Stat label={say.facts.dimensions} value={number(result.dimensions)} />
          <Stat label={say.facts.time} value={number(Math.round(result.totalMs))} unit={say.milliseconds} />
          <Stat label={say.facts.tokens} value={result.promptTokens === null ? null : number(result.promptTokens)} />
          <Stat label={say.facts.length} value={say.lengthRange(say.rounded(lengths.from), say.rounded(lengths.to))} />
        </Stats>
      </Card>
      <Nearest
        key={`${question?.text ?? ''}\n${texts.join('\n')}`}
        texts={texts}
        vectors={vectors}
        question={question}
      />
      <Matrix texts={texts} vectors={vectors} />
    </>
  );
}

function Nearest({ texts, vectors, question }: Pick<EmbeddedTexts, 'texts' | 'vectors' | 'question'>) {
  const { vectors: say } = words;
  const [chosen, setChosen] = useState(question === null ? '0' : ofQuestion);
  const found = useMemo((): Neighbour[] => {
    if (chosen === ofQuestion) return question === null ? [] : nearestTo(question.vector, vectors, null);
    const self = Number(chosen);
    const vector = vectors[self];
    return vector === undefined ? [] : nearestTo(vector, vectors, self);
  }, [chosen, question, vectors]);
  if (texts.length === 1 && question === null) return null;
  return (
    <Card title={say.nearest} description={say.nearestHint}>
      <Field label={say.nearestTo}>
        <Select
          label={say.nearestTo}
          isWide
          value={chosen}
          onChange={setChosen}
          options={[
            ...(question === null ? [] : [{ value: ofQuestion, label: say.questionOption(question.text) }]),
            ...texts.map((text, index) => ({ value: String(index), label: say.textOption(index + 1, text) })),
          ]}
        />
      </Field>
      <Table
        caption={say.nearest}
        isDense
        rows={found.slice(0, mostNeighbours)}
        keyOf={({ index }) => String(index)}
        columns={[
          { key: 'number', label: say.line, isTight: true, align: 'end', cell: ({ index }) => number(index + 1) },
          {
            key: 'text',
            label: say.text,
            isRowHeader: true,
            cell: ({ index }) => texts[index],
          },
          {
            key: 'cosine',
            label: say.similarity,
            isTight: true,
            align: 'end',
            cell: (neighbour) => say.cosine(neighbour.cosine),
          },
        ]}
      />
      {found.length > mostNeighbours && (
        <p className="text-xs text-ink-soft">{say.more(found.length - mostNeighbours)}</p>
      )}
    </Card>
  );
}

/** Steps of the accent: from nothing in common to the same. The number stands in each, so no colour says it alone. */
const shades = ['', 'bg-accent/5', 'bg-accent/10', 'bg-accent/15', 'bg-accent/20', 'bg-accent/25'];

function shadeOf(value: number | null): string {
  if (value === null || value <= 0) return '';
  return shades[Math.min(shades.length - 1, Math.ceil(value * (shades.length - 1)))] ?? '';
}

function Matrix({ texts, vectors }: Pick<EmbeddedTexts, 'texts' | 'vectors'>) {
  const { vectors: say } = words;
  const shown = vectors.slice(0, mostInMatrix);
  const rows = useMemo(
    () => shown.map((one) => shown.map((other) => cosine(one, other))),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `shown` is the beginning of `vectors`
    [vectors],
  );
  if (texts.length === 1) return null;
  return (
    <Card title={say.matrix} description={say.matrixHint}>
      {texts.length > mostInMatrix && (
        <p className="text-xs text-ink-soft">{say.matrixCut(mostInMatrix, texts.length)}</p>
      )}
      <div
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of nothing that is filled in
        role="group"
        aria-label={say.matrix}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
        tabIndex={0}
        className="relative overflow-auto rounded-md border border-line"
      >
        <table className="border-collapse text-xs tabular-nums">
          <caption className="sr-only">{say.matrix}</caption>
          <thead>
            <tr>
              <th scope="col" className="px-2 py-1 text-left font-medium">
                {say.text}
              </th>
              {rows.map((_row, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- the place is what tells them apart, and nothing moves
                <th key={String(index)} scope="col" className="min-w-12 px-2 py-1 text-center font-medium">
                  {number(index + 1)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, one) => (
              // oxlint-disable-next-line react/no-array-index-key -- the place is what tells them apart, and nothing moves
              <tr key={String(one)} className="border-t border-line">
                <th scope="row" className="max-w-64 truncate px-2 py-1 text-left font-normal" title={texts[one]}>
                  {say.textOption(one + 1, texts[one] ?? '')}
                </th>
                {row.map((value, other) => (
                  <td
                    // oxlint-disable-next-line react/no-array-index-key -- the place is what tells them apart, and nothing moves
                    key={String(other)}
                    title={value === null ? undefined : say.pair(one + 1, other + 1, say.cosine(value))}
                    className={cx('px-2 py-1 text-center', shadeOf(value), one === other && 'text-ink-soft')}
                  >
                    {value === null ? '–' : say.rounded(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

import { useState } from 'react';
import type { ChatTarget } from '../../../shared/contract/answers.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, FieldInput, FieldTextArea } from '../../ui/field.tsx';
import { SegmentedField } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';
import { linesOf } from './cosine.ts';
import { Embedded, type EmbeddedTexts } from './embedded.tsx';

interface EmbedFormProps {
  target: ChatTarget;
  canAsk: boolean;
}

interface Asked {
  texts: string[];
  question: string;
  inputType: 'query' | 'passage' | null;
  dimensions: number | null;
  truncate: 'START' | 'END' | null;
}

const mostTexts = 512;
const inputTypes = ['passage', 'query', 'none'] as const;
const truncations = ['none', 'END', 'START'] as const;

/** Undefined: not a number of dimensions; null: not said. */
function readDimensions(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 65_536 ? value : undefined;
}

export function EmbedForm({ target, canAsk }: EmbedFormProps) {
  const { vectors } = words;
  const api = useApi();
  const [text, setText] = useState('');
  const [question, setQuestion] = useState('');
  const [inputType, setInputType] = useState<(typeof inputTypes)[number]>('passage');
  const [dimensionsText, setDimensions] = useState('');
  const [truncate, setTruncate] = useState<(typeof truncations)[number]>('none');
  const [result, setResult] = useState<EmbeddedTexts | null>(null);
  const texts = linesOf(text);
  const dimensions = readDimensions(dimensionsText);

  const embed = useAction(
    async ({ texts: sent, question: asked, ...how }: Asked): Promise<EmbeddedTexts> => {
      const reply = await api.chat.embed({ target, texts: sent, ...how });
      if (asked === '') return { ...reply, texts: sent, question: null };
      // What is looked for is always a query; a model that has no such side is told nothing.
      const type = how.inputType === null ? null : 'query';
      const found = await api.chat.embed({ target, texts: [asked], ...how, inputType: type });
      const vector = found.vectors[0];
      return { ...reply, texts: sent, question: vector === undefined ? null : { text: asked, vector } };
    },
    { isFailureShown: true, onDone: setResult },
  );
  const problem = texts.length > mostTexts ? vectors.tooMany(texts.length) : null;
  const canSend = canAsk && texts.length > 0 && problem === null && dimensions !== undefined;

  return (
    <>
      <form
        noValidate
        className="contents"
        onSubmit={(event) => {
          event.preventDefault();
          if (!canSend || embed.isRunning) return;
          embed.run({
            texts,
            question: question.trim(),
            inputType: inputType === 'none' ? null : inputType,
            dimensions: dimensions ?? null,
            truncate: truncate === 'none' ? null : truncate,
          });
        }}
      >
        <Card>
          <Field label={vectors.texts} hint={vectors.textsHint} error={problem}>
            <FieldTextArea rows={6} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          </Field>
          <Field label={vectors.question} hint={vectors.questionHint}>
            <FieldInput value={question} onChange={(event) => setQuestion(event.currentTarget.value)} />
          </Field>
          <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
            <div className="flex flex-col gap-1.5">
              <SegmentedField
                label={vectors.inputType}
                value={inputType}
                onChange={setInputType}
                segments={inputTypes.map((value) => ({ value, label: vectors.inputTypes[value] }))}
              />
              <span className="max-w-80 text-xs text-ink-soft">{vectors.inputTypeHint}</span>
            </div>
            <div className="max-w-60">
              <Field
                label={vectors.dimensions}
                hint={vectors.dimensionsHint}
                error={dimensions === undefined ? vectors.dimensionsError : null}
              >
                <FieldInput
                  inputMode="numeric"
                  value={dimensionsText}
                  onChange={(event) => setDimensions(event.currentTarget.value)}
                />
              </Field>
            </div>
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
            <Button variant="primary" type="submit" disabled={!canSend} isBusy={embed.isRunning}>
              {vectors.embed}
            </Button>
            <Button
              variant="quiet"
              onClick={() => {
                setText(vectors.exampleTexts.join('\n'));
                setQuestion(vectors.exampleQuestion);
              }}
            >
              {vectors.example}
            </Button>
          </div>
        </Card>
      </form>
      {embed.failure !== null && <ErrorCard failure={embed.failure} />}
      {result !== null && <Embedded result={result} />}
    </>
  );
}

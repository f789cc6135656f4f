import { useState } from 'react';
import type { ChatParameters } from '../../../shared/contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Field, FieldInput, FieldTextArea } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { words } from '../../words.ts';
import { plainParameters, useDrafts } from './drafts.ts';
import {
  draftOf,
  errorsOf,
  numberErrors,
  type NumberField,
  type ParameterDraft,
  parametersOf,
} from './parameter-draft.ts';
import { Presets } from './presets.tsx';

interface ParametersDialogProps {
  draftKey: string;
  parameters: ChatParameters;
  /** Null: nobody says. */
  reasons: boolean | null;
  onClose: () => void;
}

const labels: Readonly<Record<NumberField, { label: string; hint: string }>> = {
  temperature: { label: words.chat.temperature, hint: words.chat.temperatureHint },
  topP: { label: words.chat.topP, hint: words.chat.topPHint },
  maxTokens: { label: words.chat.maxTokens, hint: words.chat.maxTokensHint },
  seed: { label: words.asking.seed, hint: words.asking.seedHint },
  topK: { label: words.asking.topK, hint: words.asking.topKHint },
  presencePenalty: { label: words.asking.presencePenalty, hint: words.asking.penaltyHint },
  frequencyPenalty: { label: words.asking.frequencyPenalty, hint: words.asking.penaltyHint },
};
const first: readonly NumberField[] = ['temperature', 'topP', 'maxTokens'];
const more: readonly NumberField[] = ['seed', 'topK', 'presencePenalty', 'frequencyPenalty'];

/** Of this conversation; they take effect with the next message. */
export function ParametersDialog({ draftKey, parameters, reasons, onClose }: ParametersDialogProps) {
  const setParameters = useDrafts((store) => store.setParameters);
  const [draft, setDraft] = useState<ParameterDraft>(() => draftOf(parameters));
  const errors = errorsOf(draft);
  const isRight = errors.numbers.length === 0 && !errors.hasStopError;
  const hasMore = more.some((field) => draft.numbers[field] !== '') || draft.stop !== '';
  const [showsMore, setShowsMore] = useState(hasMore);
  const text = words.asking;
  const change = (changes: Partial<ParameterDraft>) => setDraft((before) => ({ ...before, ...changes }));

  const field = (name: NumberField) => (
    <Field
      key={name}
      label={labels[name].label}
      hint={labels[name].hint}
      error={errors.numbers.includes(name) ? numberErrors[name] : null}
    >
      <FieldInput
        inputMode="decimal"
        value={draft.numbers[name]}
        onChange={(event) => change({ numbers: { ...draft.numbers, [name]: event.currentTarget.value } })}
      />
    </Field>
  );

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      onSubmit={() => {
        if (!isRight) {
          setShowsMore(true);
          return;
        }
        setParameters(draftKey, parametersOf(draft));
        onClose();
      }}
      title={words.chat.parameters}
      actions={
        <>
          <span className="mr-auto">
            <Button variant="quiet" onClick={() => setDraft(draftOf(plainParameters))}>
              {text.reset}
            </Button>
          </span>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit">
            {words.common.save}
          </Button>
        </>
      }
    >
      <Field label={words.chat.systemPrompt} hint={words.chat.systemPromptHint}>
        <FieldTextArea
          value={draft.systemPrompt}
          onChange={(event) => change({ systemPrompt: event.currentTarget.value })}
        />
      </Field>
      {reasons !== false && (
        <div className="flex flex-wrap items-end gap-4">
          <Choice
            label={text.reasoning}
            value={draft.reasoning}
            choices={text.reasoningChoices}
            order={['auto', 'on', 'off']}
            onChange={(reasoning) => change({ reasoning })}
          />
          <Choice
            label={text.effort}
            value={draft.effort}
            choices={text.efforts}
            order={['auto', 'low', 'medium', 'high']}
            onChange={(effort) => change({ effort })}
          />
        </div>
      )}
      {first.map(field)}
      <Disclosure label={text.moreParameters} isOpen={showsMore} onToggle={setShowsMore}>
        <div className="flex flex-col gap-4 pt-1">
          {more.map(field)}
          <Field label={text.stop} hint={text.stopHint} error={errors.hasStopError ? text.parameterErrors.stop : null}>
            <FieldTextArea
              rows={2}
              value={draft.stop}
              onChange={(event) => change({ stop: event.currentTarget.value })}
            />
          </Field>
        </div>
      </Disclosure>
      <Presets
        parameters={isRight ? parametersOf(draft) : null}
        onUse={(preset) => {
          const next = draftOf(preset);
          setDraft(next);
          if (more.some((name) => next.numbers[name] !== '') || next.stop !== '') setShowsMore(true);
        }}
      />
    </Dialog>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  choices: Readonly<Record<Value, string>>;
  order: readonly Value[];
  onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, choices, order, onChange }: ChoiceProps<Value>) {
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="text-sm font-medium">
        {label}
      </span>
      <Segmented
        label={label}
        value={value}
        onChange={onChange}
        segments={order.map((each) => ({ value: each, label: choices[each] }))}
      />
    </div>
  );
}

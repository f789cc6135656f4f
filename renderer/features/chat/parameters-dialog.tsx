import { useState } from 'react';
import type { ChatParameters } from '../../../shared/contract/chat.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput, FieldTextArea } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { useDrafts } from './drafts.ts';

type Parsed = { value: number | null } | 'wrong';

/** Empty is "the model's own"; a decimal comma is what many keyboards give. */
export function parseNumber(
  text: string,
  { from, to, isWhole = false }: { from: number; to: number; isWhole?: boolean },
): Parsed {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return { value: null };
  const value = /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value >= from && value <= to && (!isWhole || Number.isInteger(value)) ? { value } : 'wrong';
}

const shown = (value: number | null) => (value === null ? '' : String(value));

interface ParametersDialogProps {
  draftKey: string;
  parameters: ChatParameters;
  onClose: () => void;
}

/** Of this conversation; they take effect with the next message. */
export function ParametersDialog({ draftKey, parameters, onClose }: ParametersDialogProps) {
  const setParameters = useDrafts((store) => store.setParameters);
  const [systemPrompt, setSystemPrompt] = useState(parameters.systemPrompt ?? '');
  const [temperatureText, setTemperature] = useState(shown(parameters.temperature));
  const [topPText, setTopP] = useState(shown(parameters.topP));
  const [maxTokensText, setMaxTokens] = useState(shown(parameters.maxTokens));
  const temperature = parseNumber(temperatureText, { from: 0, to: 2 });
  const topP = parseNumber(topPText, { from: 0, to: 1 });
  const maxTokens = parseNumber(maxTokensText, { from: 1, to: Number.MAX_SAFE_INTEGER, isWhole: true });
  const { parameterErrors } = words.chat;

  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => {
        if (temperature === 'wrong' || topP === 'wrong' || maxTokens === 'wrong') return;
        setParameters(draftKey, {
          systemPrompt: systemPrompt.trim() === '' ? null : systemPrompt,
          temperature: temperature.value,
          topP: topP.value,
          maxTokens: maxTokens.value,
        });
        onClose();
      }}
      title={words.chat.parameters}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit">
            {words.common.save}
          </Button>
        </>
      }
    >
      <Field label={words.chat.systemPrompt} hint={words.chat.systemPromptHint}>
        <FieldTextArea value={systemPrompt} onChange={(event) => setSystemPrompt(event.currentTarget.value)} />
      </Field>
      <Field
        label={words.chat.temperature}
        hint={words.chat.temperatureHint}
        error={temperature === 'wrong' ? parameterErrors.temperature : null}
      >
        <FieldInput
          inputMode="decimal"
          value={temperatureText}
          onChange={(event) => setTemperature(event.currentTarget.value)}
        />
      </Field>
      <Field label={words.chat.topP} hint={words.chat.topPHint} error={topP === 'wrong' ? parameterErrors.topP : null}>
        <FieldInput inputMode="decimal" value={topPText} onChange={(event) => setTopP(event.currentTarget.value)} />
      </Field>
      <Field
        label={words.chat.maxTokens}
        hint={words.chat.maxTokensHint}
        error={maxTokens === 'wrong' ? parameterErrors.maxTokens : null}
      >
        <FieldInput
          inputMode="numeric"
          value={maxTokensText}
          onChange={(event) => setMaxTokens(event.currentTarget.value)}
        />
      </Field>
    </Dialog>
  );
}

import type { ChatParameters } from '../../../shared/contract/answers.ts';
import { Field, FieldInput, FieldTextArea } from '../../ui/field.tsx';
import { words } from '../../words.ts';

const numberNames = ['temperature', 'topP', 'maxTokens', 'seed'] as const;
type NumberName = (typeof numberNames)[number];

/** As typed. Fields that are not offered here stay as they are in `kept`. */
export interface ParameterTexts extends Record<NumberName, string> {
  systemPrompt: string;
  kept: ChatParameters;
}

export const noParameters: ChatParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };

export function textsOf(parameters: ChatParameters): ParameterTexts {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value));
  return {
    systemPrompt: parameters.systemPrompt ?? '',
    temperature: text(parameters.temperature),
    topP: text(parameters.topP),
    maxTokens: text(parameters.maxTokens),
    seed: text(parameters.seed),
    kept: parameters,
  };
}

const ranges: Record<NumberName, { from: number; to: number; isWhole: boolean }> = {
  temperature: { from: 0, to: 2, isWhole: false },
  topP: { from: 0, to: 1, isWhole: false },
  maxTokens: { from: 1, to: Number.MAX_SAFE_INTEGER, isWhole: true },
  seed: { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, isWhole: true },
};

/** Null: left to the model; undefined: no such number. A decimal comma is what many keyboards give. */
function numberOf(name: NumberName, text: string): number | null | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  const { from, to, isWhole } = ranges[name];
  const value = /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value >= from && value <= to && (!isWhole || Number.isInteger(value)) ? value : undefined;
}

export function wrongNumbers(texts: ParameterTexts): NumberName[] {
  return numberNames.filter((name) => numberOf(name, texts[name]) === undefined);
}

export function parametersOf(texts: ParameterTexts): ChatParameters {
  const value = (name: NumberName) => numberOf(name, texts[name]) ?? null;
  return {
    ...texts.kept,
    systemPrompt: texts.systemPrompt.trim() === '' ? null : texts.systemPrompt,
    temperature: value('temperature'),
    topP: value('topP'),
    maxTokens: value('maxTokens'),
    seed: value('seed'),
  };
}

interface ParameterFieldsProps {
  texts: ParameterTexts;
  onChange: (texts: ParameterTexts) => void;
  /** What is wrong is said once somebody wanted to save. */
  showsErrors: boolean;
}

export function ParameterFields({ texts, onChange, showsErrors }: ParameterFieldsProps) {
  const { parameters } = words.compare;
  const wrong = showsErrors ? wrongNumbers(texts) : [];
  return (
    <div className="@container flex flex-col gap-4">
      <Field label={parameters.systemPrompt} hint={parameters.systemPromptHint}>
        <FieldTextArea
          rows={2}
          value={texts.systemPrompt}
          onChange={(event) => onChange({ ...texts, systemPrompt: event.currentTarget.value })}
        />
      </Field>
      <div className="grid gap-4 @md:grid-cols-2">
        {numberNames.map((name) => (
          <Field
            key={name}
            label={parameters[name].label}
            hint={parameters[name].hint}
            error={wrong.includes(name) ? parameters[name].error : null}
          >
            <FieldInput
              inputMode={ranges[name].isWhole ? 'numeric' : 'decimal'}
              value={texts[name]}
              onChange={(event) => onChange({ ...texts, [name]: event.currentTarget.value })}
            />
          </Field>
        ))}
      </div>
    </div>
  );
}

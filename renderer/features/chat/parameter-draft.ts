import type { ChatParameters } from '../../../shared/contract/chat.ts';
import { words } from '../../words.ts';

type Parsed = { value: number | null } | 'wrong';

/** Empty is "the model's own"; a decimal comma is what many keyboards give. */
export function parseNumber(
  text: string,
  { from, to, isWhole = false }: { from: number; to: number; isWhole?: boolean },
): Parsed {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return { value: null };
  const value = /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value >= from && value <= to && (!isWhole || Number.isInteger(value)) ? { value } : 'wrong';
}

/** Where parameters that are numbers may lie, in the order of the form. */
export const numberFields = {
  temperature: { from: 0, to: 2 },
  topP: { from: 0, to: 1 },
  maxTokens: { from: 1, to: Number.MAX_SAFE_INTEGER, isWhole: true },
  seed: { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, isWhole: true },
  topK: { from: 1, to: Number.MAX_SAFE_INTEGER, isWhole: true },
  presencePenalty: { from: -2, to: 2 },
  frequencyPenalty: { from: -2, to: 2 },
} as const;
export type NumberField = keyof typeof numberFields;
const fieldNames: readonly NumberField[] = [
  'temperature',
  'topP',
  'maxTokens',
  'seed',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
];

const { parameterErrors: plain } = words.chat;
const { parameterErrors: further } = words.asking;
export const numberErrors: Readonly<Record<NumberField, string>> = {
  ...plain,
  seed: further.whole,
  topK: further.wholeFrom1,
  presencePenalty: further.penalty,
  frequencyPenalty: further.penalty,
};

/** What stands in the form, as typed. */
export interface ParameterDraft {
  systemPrompt: string;
  numbers: Readonly<Record<NumberField, string>>;
  stop: string;
  reasoning: 'auto' | 'on' | 'off';
  effort: 'auto' | 'low' | 'medium' | 'high';
}

const shown = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value));

export function draftOf(parameters: ChatParameters): ParameterDraft {
  const { temperature, topP, maxTokens, seed, topK, presencePenalty, frequencyPenalty } = parameters;
  return {
    systemPrompt: parameters.systemPrompt ?? '',
    numbers: {
      temperature: shown(temperature),
      topP: shown(topP),
      maxTokens: shown(maxTokens),
      seed: shown(seed),
      topK: shown(topK),
      presencePenalty: shown(presencePenalty),
      frequencyPenalty: shown(frequencyPenalty),
    },
    stop: (parameters.stop ?? []).join('\n'),
    reasoning: parameters.reasoning ?? 'auto',
    effort: parameters.reasoningEffort ?? 'auto',
  };
}

const stopTexts = (text: string) => text.split('\n').filter((line) => line !== '');

export interface DraftErrors {
  numbers: readonly NumberField[];
  hasStopError: boolean;
}

export function errorsOf({ numbers, stop }: ParameterDraft): DraftErrors {
  const fields = fieldNames.filter((field) => parseNumber(numbers[field], numberFields[field]) === 'wrong');
  const texts = stopTexts(stop);
  return { numbers: fields, hasStopError: texts.length > 16 || texts.some((text) => text.length > 256) };
}

/** Of a draft without errors. What is not set is left out, so that nothing but what was chosen is kept and sent. */
export function parametersOf(draft: ParameterDraft): ChatParameters {
  const number = (field: NumberField) => {
    const parsed = parseNumber(draft.numbers[field], numberFields[field]);
    return parsed === 'wrong' ? null : parsed.value;
  };
  const [seed, topK] = [number('seed'), number('topK')];
  const [presencePenalty, frequencyPenalty] = [number('presencePenalty'), number('frequencyPenalty')];
  const stop = stopTexts(draft.stop);
  return {
    systemPrompt: draft.systemPrompt.trim() === '' ? null : draft.systemPrompt,
    temperature: number('temperature'),
    topP: number('topP'),
    maxTokens: number('maxTokens'),
    ...(seed === null ? {} : { seed }),
    ...(topK === null ? {} : { topK }),
    ...(presencePenalty === null ? {} : { presencePenalty }),
    ...(frequencyPenalty === null ? {} : { frequencyPenalty }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(draft.reasoning === 'auto' ? {} : { reasoning: draft.reasoning }),
    ...(draft.effort === 'auto' ? {} : { reasoningEffort: draft.effort }),
  };
}

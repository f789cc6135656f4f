import type { ToolDefinition } from '../../../../shared/contract/chat.ts';
import type { ToolCall, ToolResult } from '../../../../shared/contract/conversations.ts';
import { words } from '../../../words.ts';
import { calculate } from './calculate.ts';

type Arguments = Readonly<Record<string, unknown>>;

interface BuiltIn {
  definition: ToolDefinition;
  run: (asked: Arguments) => string;
}

const described = words.asking.toolDescriptions;

function wholeOf(asked: Arguments, name: string): number {
  const value = Number(asked[name]);
  if (!Number.isSafeInteger(value)) throw new Error(`“${name}” must be a whole number.`);
  return value;
}

/** Small ones that need nothing and reach nothing, so that calling can be tried with any model. */
const builtIns: readonly BuiltIn[] = [
  {
    definition: {
      name: 'current_time',
      description: described.current_time,
      parameters: { type: 'object', properties: {}, additionalProperties: false },
    },
    run: () => {
      const now = new Date();
      return JSON.stringify({ time: now.toISOString(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    },
  },
  {
    definition: {
      name: 'calculate',
      description: described.calculate,
      parameters: {
        type: 'object',
        properties: { expression: { type: 'string', description: '(2 + 3) * 4' } },
        required: ['expression'],
        additionalProperties: false,
      },
    },
    run: ({ expression }) => {
      if (typeof expression !== 'string') throw new Error('“expression” must be a text.');
      return String(calculate(expression));
    },
  },
  {
    definition: {
      name: 'random_number',
      description: described.random_number,
      parameters: {
        type: 'object',
        properties: { from: { type: 'integer' }, to: { type: 'integer' } },
        required: ['from', 'to'],
        additionalProperties: false,
      },
    },
    run: (asked) => {
      const [from, to] = [wholeOf(asked, 'from'), wholeOf(asked, 'to')];
      if (to < from) throw new Error('“to” must not be less than “from”.');
      return String(from + Math.floor(Math.random() * (to - from + 1)));
    },
  },
];

export const builtInTools: readonly ToolDefinition[] = builtIns.map(({ definition }) => definition);

export const isBuiltIn = (name: string): boolean => builtIns.some(({ definition }) => definition.name === name);

function argumentsOf(text: string): Arguments {
  if (text.trim() === '') return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  return Object.fromEntries(Object.entries(value));
}

/** What a built-in tool answers to a call; what is wrong with the call is an answer, too, that the model can act on. */
export function runBuiltIn(call: ToolCall): ToolResult {
  const of = { callId: call.id, name: call.name };
  const tool = builtIns.find(({ definition }) => definition.name === call.name);
  if (tool === undefined) return { ...of, content: `There is no tool ${call.name}.`, isError: true };
  let asked: Arguments;
  try {
    asked = argumentsOf(call.arguments);
  } catch {
    // What a model wrote as arguments may be any text.
    return { ...of, content: 'The arguments are not a JSON object.', isError: true };
  }
  try {
    return { ...of, content: tool.run(asked), isError: false };
  } catch (error) {
    return { ...of, content: error instanceof Error ? error.message : String(error), isError: true };
  }
}

import { toolDefinition } from '../../../../shared/contract/answers.ts';
import type { ToolDefinition } from '../../../../shared/contract/chat.ts';

export type ReadDefinition = { tool: ToolDefinition } | { problem: 'json' | 'shape' };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A tool as people paste it: bare, or wrapped as OpenAI's `{"type":"function","function":{…}}`. */
export function readDefinition(text: string): ReadDefinition {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Half-typed: said beside the field.
    return { problem: 'json' };
  }
  const plain = isRecord(value) && isRecord(value['function']) ? value['function'] : value;
  if (!isRecord(plain)) return { problem: 'shape' };
  const { name, description, parameters } = plain;
  const read = toolDefinition.safeParse({
    name,
    description: typeof description === 'string' ? description : null,
    parameters: parameters ?? { type: 'object', properties: {} },
  });
  return read.success ? { tool: read.data } : { problem: 'shape' };
}

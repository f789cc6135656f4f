import { createHash } from 'node:crypto';
import { madeFromSchema } from './made-json.ts';

export interface ToolDefinition {
  name: string;
  parameters: unknown;
}

export interface PlannedCall {
  id: string;
  name: string;
  arguments: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null where a definition holds what this line refuses: 1.x takes no field that it does not know (nim facts 4.5). */
export function readTools(value: unknown, isOld: boolean): ToolDefinition[] | { extra: string } | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const tools: ToolDefinition[] = [];
  for (const [index, each] of value.entries()) {
    const definition = isRecord(each) && each.type === 'function' && isRecord(each.function) ? each.function : null;
    if (definition === null || typeof definition.name !== 'string') return null;
    const extra = Object.keys(definition).find((key) => !['name', 'description', 'parameters'].includes(key));
    if (isOld && extra !== undefined) return { extra: `body.tools.${index}.function.${extra}` };
    tools.push({ name: definition.name, parameters: definition.parameters ?? {} });
  }
  return tools;
}

/**
 * The calls that an answer makes: of the tool that must be used, or of each tool whose name, or a word of it, is in the
 * prompt (`/tool` takes the first). None for most prompts, as of a model that needs no tool.
 */
export function planCalls(tools: readonly ToolDefinition[], choice: unknown, prompt: string): PlannedCall[] {
  if (tools.length === 0 || choice === 'none') return [];
  const named = isRecord(choice) && isRecord(choice.function) ? choice.function.name : null;
  const lower = prompt.toLowerCase();
  const wanted = tools.filter(({ name }) =>
    typeof named === 'string'
      ? name === named
      : name
          .toLowerCase()
          .split(/[^a-z0-9]+/)
          .some((word) => word.length > 2 && lower.includes(word)),
  );
  const isForced = choice === 'required' || /(^|\s)\/tool(?=\s|$)/.test(prompt);
  const used = wanted.length > 0 ? wanted : isForced ? tools.slice(0, 1) : [];
  const about = prompt.replaceAll(/(^|\s)\/\w+/g, ' ');
  return used.map(({ name, parameters }, index) => ({
    id: `chatcmpl-tool-${createHash('sha256').update(`${prompt} ${name} ${index}`).digest('hex').slice(0, 32)}`,
    name,
    arguments: JSON.stringify(madeFromSchema(parameters, about) ?? {}),
  }));
}

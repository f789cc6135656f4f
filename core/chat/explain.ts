import type { ChatTarget } from '../../shared/contract/chat.ts';
import { AppError } from '../../shared/errors.ts';

// Parsers by model (nim facts 10.2); names without publisher, dots as dashes.
const parsers: readonly (readonly [RegExp, string])[] = [
  [/nemotron-3/, 'qwen3_coder'],
  [/llama-3-3|super-49b/, 'llama3_json'],
  [/nemotron-nano|nemotron/, 'nemotron_json'],
  [/llama-3/, 'llama3_json'],
];

/** The parser of tool calls that is known to fit a model; null: none is. */
export function toolParserFor(model: string): string | null {
  const name = (model.split('/').at(-1) ?? model).toLowerCase().replaceAll(/[._]/g, '-');
  return parsers.find(([shape]) => shape.test(name))?.[1] ?? null;
}

/** A failure with what helps to act on it: for a NIM without tools, what it must be started with. */
export function explainFor(failure: AppError, { target, model }: { target: ChatTarget; model: string }): AppError {
  if (failure.code !== 'TOOLS_NOT_ENABLED' || target.kind !== 'nim') return failure;
  const parser = toolParserFor(model);
  const passthroughArgs = `--enable-auto-tool-choice --tool-call-parser ${parser ?? 'NAME'}`;
  return new AppError(
    failure.code,
    failure.message,
    { ...failure.detail, nimId: target.nimId, variable: 'NIM_PASSTHROUGH_ARGS', passthroughArgs, parser },
    { cause: failure },
  );
}

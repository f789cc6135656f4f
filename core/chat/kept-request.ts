import {
  chatParameters,
  chatTarget,
  responseFormat,
  toolChoice,
  toolDefinition,
} from '../../shared/contract/answers.ts';
import type {
  ChatParameters,
  ChatTarget,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../shared/contract/chat.ts';
import type { Json } from '../../shared/json.ts';
import { z } from '../../shared/zod.ts';
import type { Resolved } from './targets.ts';

/** Who was asked for an answer and how, beside the messages; kept with it, so that it can be asked again. Never a key. */
export interface Request {
  target: ChatTarget;
  parameters: ChatParameters;
  tools: readonly ToolDefinition[];
  toolChoice: ToolChoice | null;
  responseFormat: ResponseFormat | null;
}

/** What went out for one answer. */
export interface Parting {
  asked: Request;
  resolved: Resolved;
  body: Json;
}

const kept = z.object({
  target: chatTarget,
  parameters: chatParameters,
  tools: z.array(toolDefinition).catch([]),
  toolChoice: toolChoice.nullable().catch(null),
  responseFormat: responseFormat.nullable().catch(null),
});

/** Null: nothing was kept, or by another version. */
export function readRequest(value: Json | undefined): Request | null {
  return kept.safeParse(value).data ?? null;
}

/** As JSON, for the record of a message. */
export function requestToKeep(request: Request): Record<string, Json> {
  const { target, parameters, tools, toolChoice: choice, responseFormat: format } = request;
  const plain: unknown = JSON.parse(
    JSON.stringify({ target, parameters, tools, toolChoice: choice, responseFormat: format }),
  );
  return z.record(z.string(), z.json()).parse(plain);
}

export function requestOf(input: {
  target: ChatTarget;
  parameters: ChatParameters;
  tools?: readonly ToolDefinition[] | undefined;
  toolChoice?: ToolChoice | undefined;
  responseFormat?: ResponseFormat | null | undefined;
}): Request {
  return {
    target: input.target,
    parameters: input.parameters,
    tools: input.tools ?? [],
    toolChoice: input.toolChoice ?? null,
    responseFormat: input.responseFormat ?? null,
  };
}

import type { NimConfig } from './config.ts';
import { type Picture, readContent, tokensOfPicture } from './content-parts.ts';
import { badRequest, contextTooLong, invalidJson, invalidValue, modelNotFound, type Refusal } from './errors.ts';
import { countPromptTokens } from './tokens.ts';
import { planCalls, type PlannedCall, readTools } from './tools.ts';

export interface ChatRequest {
  model: string;
  isStream: boolean;
  includeUsage: boolean;
  promptTokens: number;
  /** The text of the last message of the user. */
  prompt: string;
  /** Null: as many as fit. */
  maxTokens: number | null;
  stop: string[];
  pictures: Picture[];
  /** What it answers with in place of a text. */
  calls: PlannedCall[];
  /** What a tool said, when that was the last word. */
  toolResult: string | null;
  /** What the answer must be: any JSON, or JSON of a schema; null: a text. */
  schema: { shape: unknown } | null;
  /** Null: not said. */
  wantsReasoning: boolean | null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseChatRequest(text: string, config: NimConfig): ChatRequest | Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalidJson(text);
  }
  if (!isRecord(body)) return badRequest('Request body must be a JSON object.');
  const { messages } = body;

  const model = body.model ?? config.servedNames[0];
  if (typeof model !== 'string' || !config.servedNames.includes(model))
    return modelNotFound(typeof model === 'string' ? model : JSON.stringify(model), config);
  if (!Array.isArray(messages) || messages.length === 0) {
    return invalidValue(config, ['body', 'messages'], 'Field required', 'missing');
  }
  const tools = readTools(body.tools, config.generation !== '2.x');
  if (tools === null) return invalidValue(config, ['body', 'tools'], 'Input should be a valid list of tools', 'tools');
  if (!Array.isArray(tools)) return extraForbidden(config, tools.extra);
  if (tools.length > 0 && (body.tool_choice ?? 'auto') === 'auto' && !config.toolParser) {
    return badRequest('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set');
  }

  const said = readMessages(messages, config);
  if ('status' in said) return said;

  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  if (maxTokens !== null && !(typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens > 0)) {
    return config.validation === 'fastapi'
      ? invalidValue(config, ['body', 'max_tokens'], 'Input should be greater than or equal to 1', 'greater_than_equal')
      : badRequest(`max_tokens must be at least 1, got ${JSON.stringify(maxTokens)}.`);
  }
  const promptTokens = countPromptTokens(said.texts) + tokensOfPicture * said.pictures.length;
  if (promptTokens + (maxTokens ?? 1) > config.maxModelLength)
    return contextTooLong(config, promptTokens, maxTokens ?? 1);

  const { stop, temperature } = body;
  if (typeof temperature === 'number' && temperature < 0) {
    return badRequest(`temperature must be non-negative, got ${temperature}.`);
  }
  const stops = typeof stop === 'string' ? [stop] : Array.isArray(stop) ? stop : [];
  const options = body.stream_options;
  return {
    model,
    isStream: body.stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
    promptTokens,
    prompt: said.prompt,
    maxTokens,
    stop: stops.filter((entry): entry is string => typeof entry === 'string' && entry !== ''),
    pictures: said.pictures,
    calls: said.toolResult === null ? planCalls(tools, body.tool_choice, said.prompt) : [],
    toolResult: said.toolResult,
    schema: schemaOf(body),
    wantsReasoning: reasoningSwitch(body, said.system),
  };
}

interface Messages {
  texts: string[];
  pictures: Picture[];
  prompt: string;
  system: string;
  toolResult: string | null;
}

function readMessages(messages: readonly unknown[], config: NimConfig): Messages | Refusal {
  const said: Messages = { texts: [], pictures: [], prompt: '', system: '', toolResult: null };
  for (const message of messages) {
    const content = isRecord(message) ? readContent(message.content) : null;
    if (content === null || !isRecord(message)) {
      return badRequest(config.kind === 'vision' ? 'Invalid image.' : `${config.model} is not a multimodal model`);
    }
    if (content.pictures.length > 0 && config.kind !== 'vision') {
      return badRequest(`${config.model} is not a multimodal model`);
    }
    said.texts.push(content.text);
    said.pictures.push(...content.pictures);
    said.toolResult = message.role === 'tool' ? content.text : null;
    if (message.role === 'user') said.prompt = content.text;
    if (message.role === 'system') said.system += `${content.text}\n`;
  }
  // The support matrix of the 11B model says one (nim facts 10.3).
  if (said.pictures.length > 1) return badRequest('At most 1 image(s) may be provided in one prompt.');
  return said;
}

function extraForbidden(config: NimConfig, place: string): Refusal {
  return invalidValue(config, place.split('.'), 'Extra inputs are not permitted', 'extra_forbidden');
}

/** `response_format` of both lines, `nvext.guided_json` of 1.x, `structured_outputs` of 2.x (nim facts 10.4). */
function schemaOf(body: Record<string, unknown>): ChatRequest['schema'] {
  const { response_format: format, nvext, structured_outputs: structured } = body;
  if (isRecord(nvext) && nvext.guided_json !== undefined) return { shape: nvext.guided_json };
  if (isRecord(structured) && structured.json !== undefined) return { shape: structured.json };
  if (!isRecord(format)) return null;
  if (format.type === 'json_schema' && isRecord(format.json_schema)) return { shape: format.json_schema.schema };
  const any = { type: 'object', properties: { answer: { type: 'string' } } };
  return format.type === 'json_object' ? { shape: any } : null;
}

/** The ways of nim facts 10.1: a field of the template, or words of the system message. */
function reasoningSwitch(body: Record<string, unknown>, system: string): boolean | null {
  const template = body.chat_template_kwargs;
  const field = isRecord(template) ? (template.enable_thinking ?? template.thinking) : undefined;
  if (typeof field === 'boolean') return field;
  if (/detailed thinking on|(^|\s)\/think(?=\s|$)/.test(system)) return true;
  if (/detailed thinking off|(^|\s)\/no_think(?=\s|$)/.test(system)) return false;
  return null;
}

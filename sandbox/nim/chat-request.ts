import type { NimConfig } from './config.ts';
import { badRequest, contextTooLong, invalidJson, modelNotFound, type Refusal } from './errors.ts';
import { countPromptTokens } from './tokens.ts';

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
  const { messages, tools } = body;

  const model = body.model ?? config.servedNames[0];
  if (typeof model !== 'string' || !config.servedNames.includes(model))
    return modelNotFound(typeof model === 'string' ? model : JSON.stringify(model), config);
  if (!Array.isArray(messages) || messages.length === 0) {
    return badRequest("[{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'}]");
  }
  if (Array.isArray(tools) && tools.length > 0 && (body.tool_choice ?? 'auto') === 'auto' && !config.toolParser) {
    return badRequest('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set');
  }

  const texts: string[] = [];
  let prompt = '';
  for (const message of messages) {
    const content = isRecord(message) ? contentText(message.content) : null;
    if (content === null) return badRequest(`${config.model} is not a multimodal model`);
    texts.push(content);
    if (isRecord(message) && message.role === 'user') prompt = content;
  }

  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  if (maxTokens !== null && !(typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens > 0)) {
    return badRequest(`max_tokens must be at least 1, got ${JSON.stringify(maxTokens)}.`);
  }
  const promptTokens = countPromptTokens(texts);
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
    prompt,
    maxTokens,
    stop: stops.filter((entry): entry is string => typeof entry === 'string' && entry !== ''),
  };
}

/** Null for parts other than text: the stand-in sees no images. */
function contentText(content: unknown): string | null {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part: unknown) => (isRecord(part) && part.type === 'text' ? String(part.text) : null));
  return texts.includes(null) ? null : texts.join('\n');
}

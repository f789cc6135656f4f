import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { redact } from '../lib/redact.ts';
import { parseJson } from '../lib/parse-json.ts';

const words = z.string().optional().catch(undefined);
const numberOrWords = z.union([z.number(), z.string()]).optional().catch(undefined);
const said = z.looseObject({ message: words, type: words, code: numberOrWords });
const problem = z.looseObject({
  msg: words,
  loc: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
});

/** The shapes of nim facts 4.5: nested (newer vLLM), flat (older), FastAPI's `detail`, or none at all. */
const body = z.looseObject({
  error: z.union([said, z.string()]).optional().catch(undefined),
  message: words,
  type: words,
  code: numberOrWords,
  detail: z
    .union([z.string(), z.array(problem)])
    .optional()
    .catch(undefined),
});

const longestMessage = 2000;

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'KEY_NOT_ENTITLED',
  402: 'QUOTA_EXCEEDED',
  403: 'KEY_NOT_ENTITLED',
  404: 'MODEL_NOT_SERVED',
  410: 'MODEL_RETIRED',
  429: 'QUOTA_EXCEEDED',
  // The NIM's own proxy answers while the model still loads, with HTML; 503 comes from 1.x and from a dead engine.
  502: 'NIM_NOT_READY',
  503: 'NIM_NOT_READY',
  504: 'NIM_NOT_READY',
};

// No field tells these apart, only the words.
const byWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [/engine loop is not running|EngineDeadError|EngineCore encountered an issue/i, 'NIM_ENGINE_DIED'],
  [/tool choice requires|tool-call-parser/i, 'TOOLS_NOT_ENABLED'],
  [
    /context_length_exceeded|maximum context length|maximum model length|max_model_len|context window|prompt is too long/i,
    'CONTEXT_TOO_LONG',
  ],
];

/**
 * The failure in an error body or in an error event. @param status null inside a stream, where there is none; then the
 * body's own `code` counts.
 */
export function refusalOf(status: number | null, contentType: string, text: string): AppError {
  const isHtml = contentType.includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
  const { message, kind, code } = isHtml ? { message: '', kind: '', code: null } : read(text);
  const effective = status ?? code;
  const everything = `${message} ${kind}`;
  const found = byWords.find(([shape]) => shape.test(everything))?.[1];
  const shown = redact(message === '' ? plainMessage(effective) : message).slice(0, longestMessage);
  const isUsable = found !== undefined && (status === null || status < 502);
  return new AppError(isUsable ? found : (byStatus[effective ?? 0] ?? 'MODEL_REFUSED'), shown, { status: effective });
}

function read(text: string): { message: string; kind: string; code: number | null } {
  const parsed = body.safeParse(parseJson(text));
  if (!parsed.success) return { message: text.trim(), kind: '', code: null };
  const { error, message, type, code, detail } = parsed.data;
  const nested = typeof error === 'object' ? error : undefined;
  const shown = (typeof error === 'string' ? error : nested?.message) ?? message ?? detailOf(detail) ?? text.trim();
  const number = Number(nested?.code ?? code);
  return {
    message: shown,
    kind: `${nested?.type ?? type ?? ''} ${nested?.code ?? code ?? ''}`,
    code: Number.isInteger(number) ? number : null,
  };
}

function detailOf(detail: z.infer<typeof body>['detail']): string | undefined {
  if (detail === undefined || typeof detail === 'string') return detail;
  return detail.map(({ loc, msg }) => [loc?.join('.'), msg].filter((one) => one !== undefined).join(': ')).join('; ');
}

function plainMessage(status: number | null): string {
  return status === null ? 'The answer ended with an error.' : `The NIM answered with HTTP ${status}.`;
}

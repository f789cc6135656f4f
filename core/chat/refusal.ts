import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { redact } from '../lib/redact.ts';
import { parseJson } from '../lib/parse-json.ts';

/** Who is asked: a NIM of this machine, NVIDIA's hosted API, or any other server of the same language. */
export type Asker = 'nim' | 'hosted' | 'address';

const words = z.string().optional().catch(undefined);
const numberOrWords = z.union([z.number(), z.string()]).optional().catch(undefined);
const problem = z.union([
  z.looseObject({
    msg: words,
    loc: z
      .array(z.union([z.string(), z.number()]))
      .optional()
      .catch(undefined),
  }),
  z.string().transform((msg) => ({ msg, loc: undefined })),
]);

interface Said {
  message?: string | undefined;
  type?: string | undefined;
  code?: string | number | undefined;
}
const said = z.looseObject({ message: words, type: words, code: numberOrWords });

/**
 * The shapes of nim facts 4.5 and ngc facts 5.3: nested (newer vLLM), flat (older), an error that is a text, FastAPI's
 * `detail` as text or list, a problem with a `title` only, or none at all.
 */
const body = z.looseObject({
  error: z.union([said, z.string()]).optional().catch(undefined),
  message: words,
  type: words,
  code: numberOrWords,
  status: numberOrWords,
  title: words,
  detail: z
    .union([z.string(), z.array(problem), said])
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
  413: 'CONTEXT_TOO_LONG',
  429: 'QUOTA_EXCEEDED',
};
/** Where they differ by who answers. */
const byAsker: Readonly<Record<Asker, Readonly<Record<number, ErrorCode>>>> = {
  // The NIM's own proxy answers while the model still loads, with HTML; 503 comes from 1.x and from a dead engine.
  nim: { 502: 'NIM_NOT_READY', 503: 'NIM_NOT_READY', 504: 'NIM_NOT_READY' },
  // 401 there: no key was sent, or none of the right shape; a wrong one is 403 (ngc facts 5.3).
  hosted: {
    401: 'NGC_KEY_REJECTED',
    407: 'PROXY_PAGE',
    500: 'SERVER_UNAVAILABLE',
    502: 'SERVER_UNAVAILABLE',
    503: 'SERVER_UNAVAILABLE',
    504: 'SERVER_UNAVAILABLE',
    511: 'PROXY_PAGE',
  },
  address: { 407: 'PROXY_PAGE', 502: 'SERVER_UNAVAILABLE', 503: 'SERVER_UNAVAILABLE', 504: 'SERVER_UNAVAILABLE' },
};

// No field tells these apart, only the words.
const byWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [/engine loop is not running|EngineDeadError|EngineCore encountered an issue/i, 'NIM_ENGINE_DIED'],
  [/tool choice requires|tool-call-parser|enable-auto-tool-choice/i, 'TOOLS_NOT_ENABLED'],
  [
    /context_length_exceeded|maximum context length|maximum model length|max_model_len|context window|prompt is too long|exceeds? (?:the )?maximum (?:allowed )?(?:token|input|sequence)/i,
    'CONTEXT_TOO_LONG',
  ],
  // The model is there, and not for this account: of the hosted API, which does not name it (ngc facts 5.3).
  [/^Function '[^']*': Not found for account/i, 'KEY_NOT_ENTITLED'],
  [/reached its end of life/i, 'MODEL_RETIRED'],
];

/**
 * The failure in an error body or in an error event. @param status null inside a stream, where there is none; then the
 * body's own `code` counts.
 */
export function refusalOf(status: number | null, contentType: string, text: string, asker: Asker = 'nim'): AppError {
  const isHtml = contentType.includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
  const { message, kind, code } = isHtml ? { message: '', kind: '', code: null } : read(text);
  const effective = status ?? code;
  const everything = `${message} ${kind}`;
  const found = byWords.find(([shape]) => shape.test(everything))?.[1];
  const shown = redact(message === '' ? plainMessage(effective, asker) : message).slice(0, longestMessage);
  // What stands in front of a server says nothing about its model.
  const isUsable = found !== undefined && (status === null || status < 502);
  const byNumber = byAsker[asker][effective ?? 0] ?? byStatus[effective ?? 0] ?? 'MODEL_REFUSED';
  return new AppError(isHtml && asker !== 'nim' ? 'PROXY_PAGE' : isUsable ? found : byNumber, shown, {
    status: effective,
  });
}

/** `error.message`, then `message`, then `detail`, then `title`, then the text as it is (nim facts 4.5, ngc facts 5.3). */
function read(text: string): { message: string; kind: string; code: number | null } {
  const parsed = body.safeParse(parseJson(text));
  if (!parsed.success) return { message: text.trim(), kind: '', code: null };
  const { error, message, type, code, status, title, detail } = parsed.data;
  const nested: Said =
    typeof error === 'object' ? error : typeof detail === 'object' && 'message' in detail ? detail : {};
  const shown =
    firstWords(typeof error === 'string' ? error : undefined, nested.message, message, detailOf(detail), title) ??
    text.trim();
  const number = Number(nested.code ?? code ?? status);
  return {
    message: shown,
    kind: `${nested.type ?? type ?? ''} ${nested.code ?? code ?? ''}`,
    code: Number.isInteger(number) ? number : null,
  };
}

function firstWords(...texts: (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text.trim() !== '');
}

function detailOf(detail: z.infer<typeof body>['detail']): string | undefined {
  if (detail === undefined || typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return undefined;
  return detail.map(({ loc, msg }) => [loc?.join('.'), msg].filter((one) => one !== undefined).join(': ')).join('; ');
}

const askerNames: Readonly<Record<Asker, string>> = {
  nim: 'The NIM',
  hosted: 'NVIDIA’s hosted API',
  address: 'The server',
};

/** Begins a sentence about who was asked. */
export const nameOfAsker = (asker: Asker): string => askerNames[asker];

function plainMessage(status: number | null, asker: Asker): string {
  return status === null ? 'The answer ended with an error.' : `${askerNames[asker]} answered with HTTP ${status}.`;
}

import { AppError, cancelled, type ErrorCode, isAppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import { redact } from '../lib/redact.ts';
import { type KeyProblem, textRules } from './docker-error-texts.ts';

/** What the caller knows and the engine's text does not say. */
export interface ErrorContext {
  /** Aborted: then the error is CANCELLED, whatever the engine said. */
  signal?: AbortSignal | undefined;
  /** The image it was about; a registry that is not NGC's never leads to a code about an NGC key. */
  reference?: string | undefined;
  /** What was asked for, as a verb: `pull`, `start`, `remove`. */
  action?: string | undefined;
  /** Whether a key went along. Without it the text has to tell a refused key from a missing one, and often cannot. */
  credential?: 'sent' | 'none' | undefined;
}

const foreignError = z.looseObject({
  message: z.string().catch(''),
  name: z.string().nullish().catch(null),
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  statusCode: z.number().int().nullish().catch(null),
  json: z.unknown().optional(),
});

const bodyWithMessage = z.object({ message: z.string().min(1) });

/**
 * Everything that dockerode throws, or that an engine writes into a stream, as our error: by the socket's code and the
 * HTTP status where they decide, else by text. The engine's own words stay as the message.
 */
export function dockerError(error: unknown, about: ErrorContext = {}): AppError {
  if (about.signal?.aborted === true) return cancelled();
  if (isAppError(error)) return error;

  const parsed = foreignError.safeParse(typeof error === 'string' ? { message: error } : error);
  const { message = '', name, code, statusCode, json } = parsed.success ? parsed.data : {};
  const said = cleanEngineText(bodyMessage(json) ?? message);
  const fail = (ours: ErrorCode, text = said.text) =>
    new AppError(ours, text === '' ? fallbackText(about, statusCode) : text, detailOf(about, statusCode), {
      cause: error,
    });

  // Somebody answers, but not as an engine does; where it is wrong is for the log.
  if (name === 'ZodError') return fail('ENGINE_UNREACHABLE', unreadableText(about));

  // No status: the connection to the engine itself failed, whatever words the system has for it.
  if (statusCode === undefined || statusCode === null) {
    if (name === 'AbortError' || code === 'ABORT_ERR') return cancelled();
    const socketCode = typeof code === 'string' ? socketCodes[code] : undefined;
    if (socketCode !== undefined) return fail(socketCode);
  }

  return fail(codeOfText(said, statusCode, about) ?? codeOfStatus(statusCode, said, about) ?? 'INTERNAL');
}

function codeOfText(
  { text, isPage }: CleanText,
  status: number | null | undefined,
  about: ErrorContext,
): ErrorCode | null {
  // An engine says 403 in JSON; a page with it comes from a filter in front of the engine's socket.
  if (isPage && status === 403) return 'ENGINE_FORBIDDEN';
  const rule = textRules.find((candidate) => candidate.text.test(text));
  // A page that says “denied” is a proxy's; only the registry's own “401” page speaks of the key.
  if (isPage && !(rule !== undefined && 'key' in rule && rule.key === 'refused-key')) return 'PROXY_PAGE';
  if (rule === undefined) return null;
  return 'key' in rule ? codeOfKey(rule.key, text, about) : rule.code;
}

function codeOfStatus(status: number | null | undefined, { text }: CleanText, about: ErrorContext): ErrorCode | null {
  if (status === undefined || status === null) return null;
  return status === 401 ? codeOfKey('unauthorized', text, about) : (statusCodes[status] ?? null);
}

/** The HTTP status of an error that dockerode threw; null when it never came to an answer. 304 means: it is so already. */
export function engineStatus(error: unknown): number | null {
  const cause = isAppError(error) ? error.cause : error;
  const parsed = foreignError.safeParse(cause);
  return parsed.success ? (parsed.data.statusCode ?? null) : null;
}

/** Codes of Node's sockets. Only the way to the engine fails so: what the engine meets on its own way it says in words. */
const socketCodes: Record<string, ErrorCode | undefined> = {
  ECONNREFUSED: 'ENGINE_UNREACHABLE',
  ENOENT: 'ENGINE_UNREACHABLE',
  ENOTFOUND: 'ENGINE_UNREACHABLE',
  EAI_AGAIN: 'ENGINE_UNREACHABLE',
  EHOSTUNREACH: 'ENGINE_UNREACHABLE',
  ENETUNREACH: 'ENGINE_UNREACHABLE',
  ETIMEDOUT: 'ENGINE_UNREACHABLE',
  EACCES: 'ENGINE_FORBIDDEN',
  EPERM: 'ENGINE_FORBIDDEN',
  ECONNRESET: 'ENGINE_LOST',
  ECONNABORTED: 'ENGINE_LOST',
  EPIPE: 'ENGINE_LOST',
  ERR_STREAM_PREMATURE_CLOSE: 'ENGINE_LOST',
  ERR_STREAM_DESTROYED: 'ENGINE_LOST',
};

/** What a status means when the text is none that we know. */
const statusCodes: Record<number, ErrorCode | undefined> = {
  304: 'CONFLICT',
  400: 'BAD_INPUT',
  403: 'ENGINE_FORBIDDEN',
  404: 'NOT_FOUND',
  407: 'PROXY_PAGE',
  409: 'CONFLICT',
  451: 'NGC_REGION_BLOCKED',
  502: 'PROXY_PAGE',
  503: 'ENGINE_UNREACHABLE',
  504: 'PROXY_PAGE',
};

interface CleanText {
  text: string;
  isPage: boolean;
}

/** Takes off what client libraries wrap around the engine's words, what is secret, and the markup of a web page. */
export function cleanEngineText(raw: string): CleanText {
  const unwrapped = raw
    .replace(/^\(HTTP code \d+\) .*? - /s, '')
    .replace(/^(?:docker: )?(?:Error response from daemon: |ERROR: |Error: )+/, '')
    .replace(/\nSee 'docker .* --help'\.\s*$/, '')
    .trim();
  const text = unwrapped.startsWith('{') ? (bodyMessage(parseJson(unwrapped)) ?? unwrapped) : unwrapped;
  const page = /<(?:!doctype html|html|head|body)\b/i.exec(text);
  if (page === null) return { text: redactAddresses(redact(text)), isPage: false };
  const before = text.slice(0, page.index).replace(/[\s"'\\]*$/, '');
  const title = /<(title|h1)\b[^>]*>([^<]*)</i.exec(text)?.[2]?.trim() ?? '';
  const joined = [before, title === '' ? 'a web page without a title' : `a web page: ${title}`].filter(
    (part) => part !== '',
  );
  return { text: redactAddresses(redact(joined.join(' '))), isPage: true };
}

/** Signed addresses of layers and sign-in details inside an address are as good as a key. */
function redactAddresses(text: string): string {
  return text
    .replace(/(https?:\/\/)[^\s/@"]+@/g, '$1')
    .replace(/([?&][^=&\s"]*(?:sig|token|key|cred|polic|secret|passw)[^=&\s"]*=)[^&\s"]+/gi, '$1[redacted]');
}

function bodyMessage(json: unknown): string | null {
  const body = bodyWithMessage.safeParse(json);
  return body.success ? body.data.message : null;
}

/** Which code a refusal is, by whether a key went along; without knowing that, by what the text is likelier to mean. */
const keyCodes: Record<KeyProblem, { sent: ErrorCode; none: ErrorCode; unknown: ErrorCode }> = {
  'no-key': { sent: 'NGC_KEY_REJECTED', none: 'NGC_KEY_MISSING', unknown: 'NGC_KEY_MISSING' },
  'refused-key': { sent: 'NGC_KEY_REJECTED', none: 'NGC_KEY_MISSING', unknown: 'NGC_KEY_REJECTED' },
  unauthorized: { sent: 'NGC_KEY_REJECTED', none: 'NGC_KEY_MISSING', unknown: 'NGC_KEY_MISSING' },
  denied: { sent: 'NGC_FORBIDDEN', none: 'NGC_KEY_MISSING', unknown: 'NGC_FORBIDDEN' },
  'denied-or-missing': { sent: 'IMAGE_NOT_FOUND', none: 'NGC_KEY_MISSING', unknown: 'IMAGE_NOT_FOUND' },
};

/** Another registry's refusal is never about an NGC key. */
function codeOfKey(problem: KeyProblem, text: string, about: ErrorContext): ErrorCode {
  return concernsNgc(text, about) ? keyCodes[problem][about.credential ?? 'unknown'] : 'IMAGE_NOT_FOUND';
}

// A mirror or a stand-in of nvcr.io may have any name; the well-known other registries are never NGC's.
const otherRegistries =
  /(?:^|[/."\s])(?:docker\.io|docker\.com|ghcr\.io|quay\.io|gcr\.io|pkg\.dev|azurecr\.io|amazonaws\.com|mcr\.microsoft\.com)[/:]/;

function concernsNgc(text: string, { reference }: ErrorContext): boolean {
  if (reference === undefined) return !otherRegistries.test(text);
  const first = reference.split('/')[0] ?? '';
  const namesRegistry = reference.includes('/') && (first === 'localhost' || /[.:]/.test(first));
  return namesRegistry && !otherRegistries.test(`${first}/`);
}

function detailOf(about: ErrorContext, statusCode: number | null | undefined) {
  const detail = {
    ...(about.action === undefined ? {} : { action: about.action }),
    ...(about.reference === undefined ? {} : { reference: about.reference }),
    ...(statusCode === undefined || statusCode === null ? {} : { status: statusCode }),
  };
  return Object.keys(detail).length === 0 ? undefined : detail;
}

function unreadableText({ action }: ErrorContext): string {
  const asked = action === undefined ? '' : ` to “${action}”`;
  return `What the container engine answered${asked} cannot be read.`;
}

function fallbackText({ action }: ErrorContext, statusCode: number | null | undefined): string {
  const what = action === undefined ? 'The container engine failed' : `The container engine failed to ${action}`;
  return statusCode === undefined || statusCode === null ? `${what}.` : `${what} (HTTP ${statusCode}).`;
}

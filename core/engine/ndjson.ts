import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { dockerError, type ErrorContext } from './docker-errors.ts';
import { readTextLines, toReadable } from './text-lines.ts';

/** One line of an engine's pull stream, as far as anything here uses it. Every field may be missing on the wire. */
export interface PullLine {
  status: string | null;
  /** A layer's digest cut to 12 characters; in the first line the tag; in Podman's last line the image. */
  id: string | null;
  current: number | null;
  total: number | null;
  /** `s` where the numbers are seconds: the containerd store counts an unpack so. */
  units: string | null;
  /** The engine's own text where the line reports a failure. */
  error: string | null;
  errorStatus: number | null;
  /** Podman's own address ends with the list of images instead of a status. */
  hasImages: boolean;
  /** Text that is no JSON object: a line cut off by the end of the stream, or another server's page. */
  unreadable: string | null;
}

const text = z.string().min(1).nullish().catch(null);
// An unknown size is written as -1 or left out; a number too large for exact arithmetic is no size either.
const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish().catch(null);

const failureShape = z
  .union([z.string().min(1), z.object({ code: bytes, message: text })])
  .nullish()
  .catch(null);

const lineShape = z.looseObject({
  status: text,
  id: text,
  progressDetail: z.object({ current: bytes, total: bytes, units: text }).nullish().catch(null),
  errorDetail: failureShape,
  error: failureShape,
  images: z.array(z.unknown()).min(1).nullish().catch(null),
});

// An engine that fails before the stream begins answers with this object and nothing else (Podman adds two fields).
const bodyShape = z.strictObject({ message: z.string().min(1), cause: z.unknown(), response: z.unknown() }).partial();

const emptyLine: PullLine = {
  status: null,
  id: null,
  current: null,
  total: null,
  units: null,
  error: null,
  errorStatus: null,
  hasImages: false,
  unreadable: null,
};

/** Null where the value is no object. */
export function toPullLine(value: unknown): PullLine | null {
  const parsed = lineShape.safeParse(value);
  if (!parsed.success) return null;
  const { status, id, progressDetail, errorDetail, error, images } = parsed.data;
  const body = bodyShape.safeParse(value);
  const total = progressDetail?.total ?? null;
  return {
    status: status ?? null,
    id: id ?? null,
    current: progressDetail?.current ?? (total === null || total === 0 ? null : 0),
    total: total === 0 ? null : total,
    units: progressDetail?.units ?? null,
    error: messageOf(errorDetail) ?? messageOf(error) ?? (body.success ? (body.data.message ?? null) : null),
    errorStatus: typeof errorDetail === 'object' ? (errorDetail?.code ?? null) : null,
    hasImages: images !== null && images !== undefined,
    unreadable: null,
  };
}

function messageOf(failure: z.infer<typeof failureShape>): string | null {
  return typeof failure === 'string' ? failure : (failure?.message ?? null);
}

// A failure whose line was cut off is still a failure: its text is what arrived.
const cutError = /"(?:errorDetail"\s*:\s*\{[^{}]*?"message|error)"\s*:\s*"((?:[^"\\]|\\.)*)/;

/** @param line one line without its end */
export function parsePullLine(line: string): PullLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not JSON: what can be told is told by `unreadable`.
  }
  const parsed = toPullLine(value);
  return parsed ?? { ...emptyLine, error: cutErrorText(line), unreadable: line };
}

/** What a cut-off error line says, without its escapes; null where the text is none. */
export function cutErrorText(line: string): string | null {
  const said = cutError.exec(line)?.[1];
  if (said === undefined || said === '') return null;
  return said.replace(/\\(["\\/])/g, '$1').replace(/\\[nrt]/g, ' ');
}

/**
 * The lines of an engine's progress stream. A line that reports a failure throws its translated error: the HTTP status
 * was sent long before. Chunks respect neither lines nor characters. The last line comes even without an end of line;
 * cut off, it comes as `unreadable`. Leaving the loop, or an abort, closes the connection, which ends the engine's work.
 */
export async function* readNdjson(
  stream: NodeJS.ReadableStream,
  signal: AbortSignal,
  about: ErrorContext = {},
): AsyncGenerator<PullLine, void, undefined> {
  const source = toReadable(stream);
  const close = () => void source.destroy();
  // An abort before the first read leaves nobody to take the stream's error.
  source.on('error', ignoreError);
  signal.addEventListener('abort', close, { once: true });
  try {
    if (signal.aborted) throw cancelled();
    for await (const line of readTextLines(source)) {
      if (signal.aborted) throw cancelled();
      const parsed = parsePullLine(line);
      if (parsed.error !== null) {
        throw dockerError({ message: parsed.error, statusCode: parsed.errorStatus ?? undefined }, about);
      }
      yield parsed;
    }
    if (signal.aborted) throw cancelled();
  } catch (error) {
    throw dockerError(error, { ...about, signal });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

// The loop below reports the error; a listener must exist so that one emitted outside of it does not end the process.
function ignoreError(): void {}

import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, identifier, instant } from './common.ts';

/** One run of a container, from a start to its end: its own spool. */
export const logRun = z.object({
  id: identifier,
  nimId: containerId,
  startedAt: instant,
  endedAt: instant.nullable(),
});
export type LogRun = z.infer<typeof logRun>;

export const logLevel = z.enum(['error', 'warning', 'info', 'other']);
export type LogLevel = z.infer<typeof logLevel>;

/**
 * `quiet` leaves out what only asks whether the NIM is well (`GET /v1/health/…`, `/v1/metrics`): with a question every few
 * seconds they are most of an idle NIM's log. Its lines have positions of their own: 0 is its first line.
 */
export const logView = z.enum(['all', 'quiet']);
export type LogView = z.infer<typeof logView>;

/** Line numbers count from 0 over the whole run; `firstLine` is above 0 once the cap has dropped the oldest. */
export const logCounts = z.object({
  runId: identifier,
  firstLine: z.number().int(),
  endLine: z.number().int(),
  /** On disk. */
  bytes: z.number().int(),
  /** Of the whole run, as are the warnings, lines that the cap has dropped included. */
  errors: z.number().int(),
  warnings: z.number().int(),
  /** Positions of the view `quiet`, as `firstLine` and `endLine` are those of `all`. */
  quiet: z.object({ first: z.number().int(), end: z.number().int() }),
  isCollecting: z.boolean(),
  /** What was written before core looked is still being read: more lines come at once. */
  isBehind: z.boolean(),
  /** Why lines are missing, for as long as they are: the engine cannot read them, or they cannot be kept. */
  failure: failure.nullable(),
});
export type LogCounts = z.infer<typeof logCounts>;

export const logLine = z.object({
  line: z.number().int(),
  at: z.string().nullable(),
  output: z.enum(['stdout', 'stderr']),
  level: logLevel,
  /** At most 8 KiB of it; `length` says how long it is, in UTF-16 code units. */
  text: z.string(),
  length: z.number().int(),
});
export type LogLine = z.infer<typeof logLine>;

export const logs = {
  runs: request(z.strictObject({ nimId: containerId }), z.array(logRun)),
  watch: stream(z.strictObject({ runId: identifier }), logCounts),
  /** A window of lines; fewer than asked at the end, or when 1 MiB of text is reached. `from` is a position of the view. */
  read: request(
    z.strictObject({
      runId: identifier,
      view: logView.optional(),
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(2000),
    }),
    z.object({
      /** The first line's position in the view. */
      first: z.number().int(),
      lines: z.array(logLine),
    }),
  ),
  /**
   * Case-insensitive text; an empty one finds every line of the levels. `hits` and `from` are positions of the view;
   * `nextLine` is where to go on, null at the end.
   */
  search: request(
    z.strictObject({
      runId: identifier,
      view: logView.optional(),
      query: z.string().max(256),
      /** Only lines of these; without it, or empty: of all. */
      levels: z.array(logLevel).optional(),
      from: z.number().int().min(0),
      limit: z.number().int().min(1).max(1000),
    }),
    z.object({ hits: z.array(z.number().int()), nextLine: z.number().int().nullable() }),
  ),
  /** Where lines with these numbers, of the view `all`, stand in another. A line that is left out: where it would be. */
  locate: request(
    z.strictObject({ runId: identifier, view: logView, line: z.number().int().min(0) }),
    z.object({ position: z.number().int() }),
  ),
  /** The first line of level error, and the last few, oldest first, also when the cap has dropped them. */
  errors: request(
    z.strictObject({ runId: identifier }),
    z.object({ first: logLine.nullable(), last: z.array(logLine) }),
  ),
};

import type { Failure } from '../contract/common.ts';
import type { Json } from '../json.ts';

/** From the caller to the services. `input` and `value` are JSON. */
export type UpFrame =
  | { t: 'call'; id: number; op: string; input: Json }
  /** The reader has used one item: one more may come. */
  | { t: 'more'; id: number }
  | { t: 'stop'; id: number };

export type DownFrame =
  | { t: 'item'; id: number; value: Json }
  | { t: 'done'; id: number; value: Json }
  | { t: 'fail'; id: number; failure: Failure };

export type Frame = UpFrame | DownFrame;

/** Items that may be under way before the reader has used one. */
export const streamCredit = 2;

/** Why a side ended a connection on purpose; none when it was no longer needed, or was lost. */
export const closeReasons = ['malformed', 'oversize', 'overload', 'refused', 'unavailable'] as const;
export type CloseReason = (typeof closeReasons)[number];

/**
 * What a transport must be. Frames arrive in order or the channel closes. Sending on a closed channel does nothing,
 * closing is harmless when repeated.
 */
export interface Channel<Out, In> {
  readonly send: (frame: Out) => void;
  /** One listener. Frames that come while there is none (before the first, or after null) are kept for the next. */
  readonly onFrame: (listener: ((frame: In) => void) | null) => void;
  /** Any number of listeners; each is called once, also when set after the channel has closed. */
  readonly onClose: (listener: (reason: CloseReason | undefined) => void) => void;
  readonly close: (reason?: CloseReason) => void;
}

/** Frames as objects. What arrives is untrusted: parse it. */
export type Port = Channel<Frame, unknown>;

/** Frames as JSON text, not yet parsed: what sockets carry. */
export type Wire = Channel<string, string>;

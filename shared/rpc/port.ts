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

/** What a transport must be. Frames arrive in order or the port closes; `close` is harmless when repeated. */
export interface Port {
  send(frame: Frame): void;
  /** One listener; frames that came before it was set are kept for it. The value is untrusted: parse it. */
  onFrame(listener: (frame: unknown) => void): void;
  /** Called once, also when set after the port has closed. */
  onClose(listener: () => void): void;
  close(): void;
}

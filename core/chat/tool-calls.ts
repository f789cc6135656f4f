import type { ToolCallPiece } from './openai.ts';

/** A call that the model wants made. */
export interface ToolCall {
  id: string;
  name: string;
  /** As the model wrote it; JSON when it did well. */
  arguments: string;
}

/** No answer calls more; a server that counts on is broken. */
const mostCalls = 128;

/**
 * Puts a piece to the call that it belongs to. Servers differ: the index tells calls apart, and where all of them carry
 * the same one a new id with a name does. @returns the calls, in order
 */
export function addToolCall(calls: readonly ToolCall[], piece: ToolCallPiece, places: number[]): ToolCall[] {
  const last = places.lastIndexOf(piece.index);
  const known = last < 0 ? undefined : calls[last];
  const isOther = piece.id !== null && piece.name !== null && known !== undefined && known.id !== piece.id;
  if (known === undefined || isOther) {
    if (calls.length >= mostCalls) return [...calls];
    places.push(piece.index);
    const id = piece.id ?? `call-${calls.length + 1}`;
    return [...calls, { id, name: piece.name ?? '', arguments: piece.arguments }];
  }
  return calls.map((each, place) =>
    place === last
      ? {
          ...each,
          name: each.name === '' ? (piece.name ?? '') : each.name,
          arguments: each.arguments + piece.arguments,
        }
      : each,
  );
}

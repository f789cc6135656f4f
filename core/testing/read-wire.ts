import { type AppError, isAppError } from '../../shared/errors.ts';
import { parseChunk } from '../chat/openai.ts';
import { type Asker, refusalOf } from '../chat/refusal.ts';
import { readEvents } from '../chat/sse.ts';
import { createThinkTags } from '../chat/think-tags.ts';
import { addToolCall, type ToolCall } from '../chat/tool-calls.ts';

export interface ReadWire {
  text: string;
  reasoning: string;
  calls: ToolCall[];
  finish: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  failure: AppError | null;
}

/**
 * A reply's bytes through everything of core that reads them, without a connection: what the soak and the fixtures share.
 * Throws only what is a mistake of ours.
 * @param cuts after how many bytes a chunk ends
 */
export async function readWire(
  { status, type, asker }: { status: number; type: string; asker: Asker },
  bytes: Uint8Array,
  cuts: readonly number[],
): Promise<ReadWire> {
  const read: ReadWire = {
    text: '',
    reasoning: '',
    calls: [],
    finish: null,
    promptTokens: null,
    completionTokens: null,
    failure: null,
  };
  const tags = createThinkTags();
  const places: number[] = [];
  const take = (data: string): boolean => {
    const delta = parseChunk(data, asker);
    if (delta === null) return false;
    const split = tags.push(delta.text);
    read.text += split.text;
    read.reasoning += delta.reasoning + split.reasoning;
    for (const piece of delta.toolCalls) read.calls = addToolCall(read.calls, piece, places);
    read.finish = delta.finishReason ?? read.finish;
    read.promptTokens = delta.usage?.promptTokens ?? read.promptTokens;
    read.completionTokens = delta.usage?.completionTokens ?? read.completionTokens;
    return true;
  };
  try {
    const text = () => new TextDecoder().decode(bytes);
    if (status !== 200) throw refusalOf(status, type, text(), asker);
    if (type.includes('html')) throw refusalOf(status, type, '', asker);
    if (type.includes('json')) take(text());
    else await readAll(take, bytes, cuts);
  } catch (error) {
    if (!isAppError(error)) throw error;
    read.failure = error;
  }
  const held = tags.end();
  read.text += held.text;
  read.reasoning += held.reasoning;
  return read;
}

async function readAll(take: (data: string) => boolean, bytes: Uint8Array, cuts: readonly number[]): Promise<void> {
  for await (const events of readEvents(chunked(bytes, cuts))) {
    for (const data of events) if (!take(data)) return;
  }
}

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of cuts) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

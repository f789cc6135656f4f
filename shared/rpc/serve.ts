import { AppError, isAppError } from '../errors.ts';
import type { Json } from '../json.ts';
import { z } from '../zod.ts';
import type { ApiOf, Contract } from './contract.ts';
import { badInput, type KnownOperation, listOperations } from './operations.ts';
import { type DownFrame, type Port, streamCredit } from './port.ts';

export interface ServeOptions {
  log?: { error(event: string, fields: Record<string, Json | undefined>): void };
  /** For tests: an answer that does not fit its schema fails the call. Answers of core are trusted otherwise. */
  checkOutput?: boolean;
  /** Open calls of one connection; a page needs some dozens. */
  maxCalls?: number;
}

const id = z.int().min(0);
const upFrame = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('call'), id, op: z.string().max(200), input: z.unknown() }),
  z.strictObject({ t: z.literal('more'), id }),
  z.strictObject({ t: z.literal('stop'), id }),
]);

interface Call {
  controller: AbortController;
  credit: number;
  /** Ends the present wait of a stream: more credit has come, or the call was stopped. */
  wake: () => void;
}

/** Answers the calls that come over the port until it closes, which stops them all. */
export function serve<C extends Contract>(port: Port, contract: C, api: ApiOf<C>, options: ServeOptions = {}) {
  const { log, checkOutput = false, maxCalls = 1024 } = options;
  const operations = listOperations(contract, api);
  const calls = new Map<number, Call>();

  const stop = (callId: number) => {
    const call = calls.get(callId);
    calls.delete(callId);
    call?.controller.abort();
    call?.wake();
  };

  const fail = (callId: number, op: string, error: unknown) => {
    port.send({ t: 'fail', id: callId, failure: isAppError(error) ? error.toFailure() : unforeseen(op, error) });
  };

  const unforeseen = (op: string, error: unknown) => {
    const errorId = crypto.randomUUID();
    log?.error('rpc.unforeseen', { id: errorId, op, error: describe(error) });
    return new AppError('INTERNAL', `Unforeseen failure in ${op}, number ${errorId}.`, { id: errorId }).toFailure();
  };

  const answer = (t: 'item' | 'done', callId: number, schema: z.ZodType, value: unknown) => {
    if (checkOutput) schema.parse(value);
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract's schemas describe JSON only
      port.send({ t, id: callId, value: value as Json } satisfies DownFrame);
    } catch (error) {
      throw new Error('The answer cannot be sent.', { cause: error });
    }
  };

  const run = async (callId: number, operation: KnownOperation, input: unknown, call: Call) => {
    const isOpen = () => calls.get(callId) === call;
    const reportCleanup = (error: unknown) => {
      if (!isAppError(error, 'CANCELLED')) unforeseen(operation.name, error);
    };
    try {
      const result = operation.run(input, { signal: call.controller.signal });
      if (operation.kind === 'request') {
        const value = await result;
        if (isOpen()) answer('done', callId, operation.output, value);
      } else {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind says that it is one
        const items = result as AsyncIterable<unknown>;
        for await (const item of whileOpen(items, call, reportCleanup)) {
          if (!isOpen()) break;
          answer('item', callId, operation.item, item);
        }
        if (isOpen()) port.send({ t: 'done', id: callId, value: null });
      }
    } catch (error) {
      // What a stopped call still throws is the stop itself, and nobody waits for it.
      if (isOpen()) fail(callId, operation.name, error);
    } finally {
      if (isOpen()) calls.delete(callId);
    }
  };

  const begin = (callId: number, op: string, input: unknown) => {
    const operation = operations.get(op);
    if (operation === undefined) return fail(callId, op, new AppError('BAD_INPUT', `Unknown operation ${op}.`, { op }));
    if (calls.size >= maxCalls)
      return fail(callId, op, new AppError('CONFLICT', `More than ${maxCalls} calls at once.`, { maxCalls }));
    const parsed = operation.input.safeParse(input);
    if (!parsed.success) return fail(callId, op, badInput(op, parsed.error));
    const call: Call = { controller: new AbortController(), credit: streamCredit, wake: () => {} };
    calls.set(callId, call);
    void run(callId, operation, parsed.data, call);
  };

  port.onFrame((raw) => {
    const frame = upFrame.safeParse(raw).data;
    if (frame === undefined || (frame.t === 'call' && calls.has(frame.id))) return port.close('malformed');
    if (frame.t === 'call') return begin(frame.id, frame.op, frame.input);
    if (frame.t === 'stop') return stop(frame.id);
    const call = calls.get(frame.id);
    if (call === undefined) return; // It has just ended.
    call.credit = Math.min(call.credit + 1, streamCredit);
    call.wake();
  });
  port.onClose(() => [...calls.keys()].forEach(stop));

  return {
    get openCalls() {
      return calls.size;
    },
    close: () => port.close(),
  };
}

/**
 * The items while there is credit and the call is open. Leaving never waits for the source: one that waits for
 * something that ignores the signal would hold the connection.
 */
async function* whileOpen(
  source: AsyncIterable<unknown>,
  call: Call,
  onCleanupError: (error: unknown) => void,
): AsyncGenerator<unknown, void, undefined> {
  const { signal } = call.controller;
  const iterator = source[Symbol.asyncIterator]();
  let isExhausted = false;
  try {
    while (!signal.aborted) {
      if (call.credit === 0) {
        // One promise a wait: a race against a long-lived one would keep a reaction for every item.
        await new Promise<void>((resolve) => (call.wake = resolve));
        continue;
      }
      const step = await new Promise<IteratorResult<unknown> | null>((resolve, reject) => {
        call.wake = () => signal.aborted && resolve(null);
        iterator.next().then(resolve, reject);
      });
      if (step === null) return;
      if (step.done) {
        isExhausted = true;
        return;
      }
      call.credit -= 1;
      yield step.value;
    }
  } catch (error) {
    isExhausted = true;
    throw error;
  } finally {
    if (!isExhausted) iterator.return?.().catch(onCleanupError);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error.stack) : `${error.stack}\nCaused by: ${describe(error.cause)}`;
}

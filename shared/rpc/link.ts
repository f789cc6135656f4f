import { failure } from '../contract/common.ts';
import { AppError, errorCodes } from '../errors.ts';
import type { Json } from '../json.ts';
import { z } from '../zod.ts';
import { type Port, streamCredit } from './port.ts';

export type Ending = { t: 'done'; value: unknown } | { t: 'error'; error: unknown };
export type Answer = { t: 'item'; value: unknown } | Ending;

export interface LinkedCall {
  more(): void;
  stop(): void;
}

/** The calling side of one port: numbers the calls and hands each its answers. */
export interface Link {
  open(op: string, input: Json, receive: (answer: Answer) => void): LinkedCall;
}

const id = z.int().min(0);
// The other side may be a newer Nimdeck with a code that this one does not know.
const knownCode = z.enum(errorCodes).catch('INTERNAL');
const downFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('item'), id, value: z.unknown() }),
  z.object({ t: z.literal('done'), id, value: z.unknown() }),
  z.object({ t: z.literal('fail'), id, failure: failure.extend({ code: z.string().pipe(knownCode) }) }),
]);

export const disconnected = () => new AppError('DISCONNECTED', 'The connection to Nimdeck was cut.');

export function createLink(port: Port): Link {
  const calls = new Map<number, { receive: (answer: Answer) => void; credit: number }>();
  let nextId = 0;
  let isCut = false;

  port.onFrame((raw) => {
    const frame = downFrame.safeParse(raw).data;
    if (frame === undefined || frame.id >= nextId) return port.close('malformed');
    const call = calls.get(frame.id);
    if (call === undefined) return; // It was left meanwhile.
    if (frame.t === 'item') {
      // More than was asked for would pile up here.
      if (call.credit === 0) return port.close('malformed');
      call.credit -= 1;
      return call.receive(frame);
    }
    calls.delete(frame.id);
    if (frame.t === 'done') return call.receive(frame);
    const { code, message, detail } = frame.failure;
    call.receive({ t: 'error', error: new AppError(code, message, detail) });
  });
  port.onClose(() => {
    isCut = true;
    const cut = [...calls.values()];
    calls.clear();
    for (const { receive } of cut) receive({ t: 'error', error: disconnected() });
  });

  return {
    open(op, input, receive) {
      if (isCut) throw disconnected();
      const callId = nextId++;
      port.send({ t: 'call', id: callId, op, input });
      const call = { receive, credit: streamCredit };
      calls.set(callId, call);
      return {
        more() {
          if (!calls.has(callId)) return;
          call.credit += 1;
          port.send({ t: 'more', id: callId });
        },
        stop: () => calls.delete(callId) && port.send({ t: 'stop', id: callId }),
      };
    },
  };
}

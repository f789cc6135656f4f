import { failure } from '../contract/common.ts';
import { AppError, cancelled, errorCodes } from '../errors.ts';
import type { Json } from '../json.ts';
import { z } from '../zod.ts';
import type { ApiOf, CallOptions, Contract } from './contract.ts';
import type { Port } from './port.ts';

type Ending = { t: 'done'; value: unknown } | { t: 'error'; error: unknown };
type Answer = { t: 'item'; value: unknown } | Ending;

interface LinkedCall {
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
  const calls = new Map<number, (answer: Answer) => void>();
  let nextId = 0;
  let isCut = false;

  port.onFrame((raw) => {
    const frame = downFrame.safeParse(raw).data;
    if (frame === undefined || frame.id >= nextId) return port.close('malformed');
    const receive = calls.get(frame.id); // None: it was left meanwhile.
    if (frame.t !== 'item') calls.delete(frame.id);
    if (frame.t !== 'fail') return receive?.(frame);
    const { code, message, detail } = frame.failure;
    receive?.({ t: 'error', error: new AppError(code, message, detail) });
  });
  port.onClose(() => {
    isCut = true;
    const cut = [...calls.values()];
    calls.clear();
    for (const receive of cut) receive({ t: 'error', error: disconnected() });
  });

  return {
    open(op, input, receive) {
      if (isCut) throw disconnected();
      const callId = nextId++;
      port.send({ t: 'call', id: callId, op, input });
      calls.set(callId, receive);
      return {
        more: () => calls.has(callId) && port.send({ t: 'more', id: callId }),
        stop: () => calls.delete(callId) && port.send({ t: 'stop', id: callId }),
      };
    },
  };
}

type GetLink = () => Link | Promise<Link>;

/** One call from the wait for a link to its end; `receive` gets exactly one ending, at once when the signal aborts. */
function openCall(
  getLink: GetLink,
  op: string,
  input: Json,
  signal: AbortSignal | undefined,
  receive: (a: Answer) => void,
) {
  let call: LinkedCall | undefined;
  let isOver = false;
  const finish = (ending?: Ending) => {
    if (isOver) return;
    isOver = true;
    signal?.removeEventListener('abort', onAbort);
    if (ending !== undefined) receive(ending);
  };
  const leave = (ending?: Ending) => {
    call?.stop();
    finish(ending);
  };
  const onAbort = () => leave({ t: 'error', error: cancelled() });
  const begin = (link: Link) => {
    if (isOver) return;
    call = link.open(op, input, (answer) => (answer.t === 'item' ? receive(answer) : finish(answer)));
  };

  const start = async () => {
    try {
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      const link = getLink();
      begin(link instanceof Promise ? await link : link);
    } catch (error) {
      finish({ t: 'error', error });
    }
  };
  void start();
  return { more: () => call?.more(), leave: () => leave() };
}

function request(getLink: GetLink, op: string, input: Json, { signal }: CallOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    openCall(getLink, op, input, signal, (answer) =>
      answer.t === 'error' ? reject(answer.error) : resolve(answer.value),
    );
  });
}

/** Written by hand and not as a generator: `return()` must end at once, also while a `next()` waits. */
function iterate(
  getLink: GetLink,
  op: string,
  input: Json,
  { signal }: CallOptions,
): AsyncIterator<unknown, undefined> {
  const items: unknown[] = [];
  const waiting: PromiseWithResolvers<IteratorResult<unknown, undefined>>[] = [];
  let call: ReturnType<typeof openCall> | undefined;
  let ending: Ending | undefined;
  let used = 0;

  const settle = () => {
    while (waiting.length > 0 && (items.length > 0 || ending !== undefined)) {
      const { resolve, reject } = waiting.shift()!;
      if (items.length > 0) {
        used += 1;
        resolve({ done: false, value: items.shift() });
      } else if (ending?.t === 'error') {
        reject(ending.error);
        ending = { t: 'done', value: undefined };
      } else resolve({ done: true, value: undefined });
    }
  };
  const receive = (answer: Answer) => {
    if (answer.t === 'item') items.push(answer.value);
    else ending ??= answer;
    if (signal?.aborted) items.length = 0;
    settle();
  };

  return {
    next() {
      for (; used > 0; used -= 1) call?.more();
      if (ending === undefined) call ??= openCall(getLink, op, input, signal, receive);
      const next = Promise.withResolvers<IteratorResult<unknown, undefined>>();
      waiting.push(next);
      settle();
      return next.promise;
    },
    async return() {
      items.length = 0;
      call?.leave();
      ending = { t: 'done', value: undefined };
      settle();
      return { done: true, value: undefined };
    },
  };
}

/** The api over links that may be made again: each call asks for the present one. */
export function callOver<C extends Contract>(contract: C, getLink: GetLink): ApiOf<C> {
  const method = (op: string, kind: 'request' | 'stream') =>
    kind === 'request'
      ? (input: Json, options: CallOptions = {}) => request(getLink, op, input, options)
      : (input: Json, options: CallOptions = {}) => ({
          [Symbol.asyncIterator]: () => iterate(getLink, op, input, options),
        });
  const domains = Object.entries(contract).map(([domain, verbs]) => {
    const methods = Object.entries(verbs).map(([verb, { kind }]) => [verb, method(`${domain}.${verb}`, kind)]);
    return [domain, Object.fromEntries(methods)];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from the contract's names and kinds, as ApiOf is from its types
  return Object.fromEntries(domains) as ApiOf<C>;
}

/** The services at the other end of the port. A cut fails what is open and what comes later with DISCONNECTED. */
export function connect<C extends Contract>(port: Port, contract: C): ApiOf<C> {
  const link = createLink(port);
  return callOver(contract, () => link);
}

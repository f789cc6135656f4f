import { cancelled } from '../errors.ts';
import type { Json } from '../json.ts';
import type { ApiOf, CallOptions, Contract } from './contract.ts';
import { type Answer, createLink, type Ending, type Link, type LinkedCall } from './link.ts';
import type { Port } from './port.ts';

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

import { createValue } from '../../core/lib/value.ts';
import { cancelled } from '../../shared/errors.ts';
import { type ApiOf, request, stream } from '../../shared/rpc/contract.ts';
import { z } from '../../shared/zod.ts';

const nothing = z.strictObject({});
const count = z.strictObject({ count: z.number().int() });

export const soakContract = {
  soak: {
    echo: request(z.strictObject({ text: z.string() }), z.object({ text: z.string() })),
    wait: request(nothing, nothing),
    numbers: stream(count, z.number()),
    text: stream(count, z.string()),
    state: stream(count, z.number()),
    silence: stream(nothing, z.number()),
  },
};

export interface SoakService {
  api: ApiOf<typeof soakContract>;
  /** Calls that have begun and not ended, streams that were left included. */
  running(): number;
}

/** The whole of what `text` sends. */
export const textOf = (length: number): string => Array.from({ length }, (_each, index) => `${index} `).join('');

/** Streams of the three kinds that core has (sequence, growing text, newest state), and what never ends by itself. */
export function createSoakService(): SoakService {
  let running = 0;

  async function* run<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    running += 1;
    try {
      yield* items;
    } finally {
      running -= 1;
    }
  }

  const untilAborted = (signal: AbortSignal | undefined) =>
    new Promise<never>((_resolve, reject) => {
      if (signal?.aborted === true) reject(cancelled());
      signal?.addEventListener('abort', () => reject(cancelled()), { once: true });
    });

  async function* silence(signal: AbortSignal | undefined) {
    yield 1;
    await untilAborted(signal);
  }

  async function* numbers(end: number) {
    for (let index = 0; index < end; index += 1) yield index;
  }

  async function* text(end: number, signal: AbortSignal | undefined) {
    let whole = '';
    const written = createValue({ length: 0, isEnded: false });
    const write = async () => {
      for (let index = 0; index < end && signal?.aborted !== true; index += 1) {
        if (index % 100 === 0) await new Promise(setImmediate);
        whole += `${index} `;
        written.set({ length: whole.length, isEnded: index + 1 === end });
      }
    };
    void write();
    let from = 0;
    for await (const { length, isEnded } of written.watch(signal)) {
      if (length > from) yield whole.slice(from, length);
      from = length;
      if (isEnded) return;
    }
  }

  async function* state(end: number, signal: AbortSignal | undefined) {
    const value = createValue(0);
    const flood = async () => {
      for (let next = 1; next <= end && signal?.aborted !== true; next += 1) {
        value.set(next);
        if (next % 100 === 0) await new Promise(setImmediate);
      }
    };
    void flood();
    for await (const next of value.watch(signal)) {
      yield next;
      if (next === end) return;
    }
  }

  return {
    running: () => running,
    api: {
      soak: {
        echo: async (input) => ({ text: input.text }),
        async wait(_input, { signal } = {}) {
          running += 1;
          try {
            return await untilAborted(signal);
          } finally {
            running -= 1;
          }
        },
        numbers: (input) => run(numbers(input.count)),
        text: (input, { signal } = {}) => run(text(input.count, signal)),
        state: (input, { signal } = {}) => run(state(input.count, signal)),
        silence: (_input, { signal } = {}) => run(silence(signal)),
      },
    },
  };
}

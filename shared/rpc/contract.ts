import type { z } from '../zod.ts';

/** What every operation takes beside its input. Aborting the signal is the only way to cancel. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface RequestOperation<Input extends z.ZodType, Output extends z.ZodType> {
  kind: 'request';
  input: Input;
  output: Output;
}

export interface StreamOperation<Input extends z.ZodType, Item extends z.ZodType> {
  kind: 'stream';
  input: Input;
  item: Item;
}

export type Operation = RequestOperation<z.ZodType, z.ZodType> | StreamOperation<z.ZodType, z.ZodType>;

/** Domains of operations: `contract.jobs.watch` is called as `jobs.watch` on the wire. */
export type Contract = Record<string, Record<string, Operation>>;

export function request<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): RequestOperation<Input, Output> {
  return { kind: 'request', input, output };
}

export function stream<Input extends z.ZodType, Item extends z.ZodType>(
  input: Input,
  item: Item,
): StreamOperation<Input, Item> {
  return { kind: 'stream', input, item };
}

type MethodOf<Op> =
  Op extends RequestOperation<infer Input, infer Output>
    ? (input: z.infer<Input>, options?: CallOptions) => Promise<z.infer<Output>>
    : Op extends StreamOperation<infer Input, infer Item>
      ? (input: z.infer<Input>, options?: CallOptions) => AsyncIterable<z.infer<Item>>
      : never;

/** The one type that services implement, the client has and fakes in tests have. */
export type ApiOf<C extends Contract> = {
  [Domain in keyof C]: { [Verb in keyof C[Domain]]: MethodOf<C[Domain][Verb]> };
};

import { AppError } from '../errors.ts';
import type { z } from '../zod.ts';
import type { ApiOf, CallOptions, Contract, Operation } from './contract.ts';

type Method = (input: never, options: CallOptions) => unknown;
export type KnownOperation = Operation & { name: string; run: (input: unknown, options: CallOptions) => unknown };

/** The contract's operations by their names on the wire, and no others, whatever else the api holds. */
export function listOperations<C extends Contract>(contract: C, api: ApiOf<C>): Map<string, KnownOperation> {
  // ApiOf gives every method its own input type; here they are one kind, and `operation.input` has parsed what each gets.
  const domains: Record<string, Record<string, Method>> = api;
  const known = new Map<string, KnownOperation>();
  for (const [domain, verbs] of Object.entries(contract)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const name = `${domain}.${verb}`;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- never: the one type that fits all parameters
      const run = (input: unknown, options: CallOptions) => domains[domain]![verb]!(input as never, options);
      known.set(name, { ...operation, name, run });
    }
  }
  return known;
}

export function badInput(op: string, error: z.ZodError): AppError {
  // Paths and reasons only: the values may be secrets.
  const issues = error.issues.map(({ path, code, message }) => ({ path: path.map(String).join('.'), code, message }));
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new AppError('BAD_INPUT', text, { op, issues });
}

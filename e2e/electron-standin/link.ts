import type { Call, FromDesktop, ToDesktop } from './protocol.ts';

// The desktop's end of the connection to the test.

let nextId = 1;
const waiting = new Map<number, (value: unknown) => void>();
const handlers: ((message: ToDesktop) => void)[] = [];

export function say(message: FromDesktop): void {
  process.send?.(message);
}

/** Says it and waits for what the test answers. */
export function ask(make: (id: number) => FromDesktop): Promise<unknown> {
  const id = nextId++;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    say(make(id));
  });
}

export function hear(handler: (message: ToDesktop) => void): void {
  handlers.push(handler);
}

function take(message: ToDesktop): void {
  if (message.t === 'answer') {
    waiting.get(message.id)?.(message.value);
    waiting.delete(message.id);
  } else for (const handler of handlers) handler(message);
}

// As Electron's own events come: what awaits the one goes on before the next. Node hands on all that arrived together.
process.on('message', (message: ToDesktop) => setImmediate(take, message));
// Electron's main process does not outlive what started it by much either, and a test that fails must leave nothing.
process.on('disconnect', () => process.exit(1));

/** Ends this process once everything that was said has been sent. */
export function leave(code: number): void {
  const last: FromDesktop = { t: 'call', call: { name: 'process.exit', args: [code] } };
  process.send?.(last, () => process.exit(code));
}

/** Remembers the call; the test reads them all. */
export function record(name: string, ...args: unknown[]): void {
  say({ t: 'call', call: { name, args: args.map(copy) } satisfies Call });
}

function copy(value: unknown): unknown {
  if (typeof value === 'function') return '(function)';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (Object.getPrototypeOf(value) !== Object.prototype) return `(${value.constructor.name})`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
}

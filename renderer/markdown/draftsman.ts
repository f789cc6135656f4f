import type { Ask, Reply } from './drawing.ts';

/** Hostile text can keep a grammar busy for ever; what takes longer is shown as it was written. */
const longestMs = 10_000;
/** Enough for all that is near the window; what is scrolled back to is drawn without a pause. */
const heldCount = 600;

interface Order {
  key: string;
  ask: Ask;
  resolve: (reply: Reply) => void;
}

const held = new Map<string, Reply>();
const pending = new Map<string, Promise<Reply>>();
const waiting: Order[] = [];
let current: { order: Order; timer: ReturnType<typeof setTimeout> } | null = null;
let worker: Worker | null = null;

const keyOf = (ask: Ask) =>
  ask.kind === 'code'
    ? `code ${ask.language}\n${ask.code}`
    : `formula ${ask.isDisplay ? 'display' : 'inline'}\n${ask.tex}`;

/** What was drawn before; undefined when it has to be asked for. */
export function drawn(ask: Ask): Reply | undefined {
  return held.get(keyOf(ask));
}

/** Draws one after the other; the same thing is drawn once. Never fails: null where it cannot be drawn. */
export function order(ask: Ask): Promise<Reply> {
  const key = keyOf(ask);
  const found = held.get(key);
  if (found !== undefined) return Promise.resolve(found);
  const underWay = pending.get(key);
  if (underWay !== undefined) return underWay;
  const { promise, resolve } = Promise.withResolvers<Reply>();
  pending.set(key, promise);
  waiting.push({ key, ask, resolve });
  next();
  return promise;
}

function next(): void {
  if (current !== null) return;
  const first = waiting.shift();
  if (first === undefined) return;
  const timer = setTimeout(() => end(null, true), longestMs);
  current = { order: first, timer };
  worker ??= startWorker();
  if (worker === null) void drawWithoutWorker(first);
  else worker.postMessage(first.ask, []);
}

function end(reply: Reply, isBroken: boolean): void {
  if (current === null) return;
  const { order: done, timer } = current;
  clearTimeout(timer);
  current = null;
  if (isBroken) {
    worker?.terminate();
    worker = null;
  }
  held.set(done.key, reply);
  pending.delete(done.key);
  const [oldest] = held.keys();
  if (held.size > heldCount && oldest !== undefined) held.delete(oldest);
  done.resolve(reply);
  next();
}

/** Null where there are no workers. */
function startWorker(): Worker | null {
  if (typeof Worker === 'undefined') return null;
  const started = new Worker(new URL('./draftsman.worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<Reply>) => end(data, false));
  started.addEventListener('error', () => end(null, true));
  return started;
}

let drawHere: ((ask: Ask) => Promise<Reply>) | null = null;

/** Where there are no workers, as in tests of components: draws in the page itself. Without it nothing is drawn there. */
export function drawInPage(draw: (ask: Ask) => Promise<Reply>): void {
  drawHere = draw;
}

async function drawWithoutWorker(given: Order): Promise<void> {
  const reply = drawHere === null ? null : await drawHere(given.ask);
  // What took too long was given up, and another one is under way.
  if (current?.order === given) end(reply, false);
}

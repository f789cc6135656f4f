import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer that is an error, in the engine's words. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  method: string;
  /** Without the version. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Parsed; undefined where there was none. */
  body: unknown;
  /** Of the path, by the route's names. */
  params: Readonly<Record<string, string>>;
  response: ServerResponse;
  /** Aborts when the client has left. */
  signal: AbortSignal;
  /** Set where the client wants the connection for itself. */
  upgrade: Duplex | null;
}

export interface Route {
  method: string;
  path: RegExp;
  answer(call: Call): void | Promise<void>;
}

/** `GET /containers/{id}/json`; `{name+}` may hold slashes. */
export function route(pattern: string, answer: Route['answer']): Route {
  const [method = 'GET', path = '/'] = pattern.split(' ');
  const source = path
    .replace(/\{(\w+)\+\}/g, (_match, name: string) => `(?<${name}>.+)`)
    .replace(/\{(\w+)\}/g, (_match, name: string) => `(?<${name}>[^/]+)`);
  return { method, path: new RegExp(`^${source}$`), answer };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

export function sendNothing(response: ServerResponse, status = 204): void {
  response.writeHead(status);
  response.end();
}

/** `filters` as clients write them: lists of values, or, older, values as keys that are true. */
export function readFilters(query: URLSearchParams): Map<string, string[]> {
  const text = query.get('filters');
  if (text === null || text === '') return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EngineError(400, 'invalid filter');
  }
  const entries = Object.entries(isRecord(value) ? value : {});
  return new Map(
    entries.map(([name, wanted]) => {
      if (Array.isArray(wanted)) return [name, wanted.map(String)];
      return [name, isRecord(wanted) ? Object.keys(wanted).filter((key) => wanted[key] === true) : []];
    }),
  );
}

export function isTrue(query: URLSearchParams, name: string): boolean {
  return ['1', 'true', 'True'].includes(query.get(name) ?? '');
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function textsOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((entry) => {
    const at = entry.indexOf('=');
    return at === -1 ? Object.hasOwn(labels, entry) : labels[entry.slice(0, at)] === entry.slice(at + 1);
  });
}

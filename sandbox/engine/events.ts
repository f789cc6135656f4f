import type { ServerResponse } from 'node:http';
import { nowNano } from './clock.ts';
import { hasLabels } from './http.ts';

export interface EngineEvent {
  type: 'container' | 'image' | 'volume' | 'network';
  action: string;
  id: string;
  attributes: Record<string, string>;
  nano: bigint;
}

/** As many as real engines remember. */
const remembered = 256;

export interface Events {
  emit(type: EngineEvent['type'], action: string, id: string, attributes: Record<string, string>): void;
  /** Those that are remembered, then those to come; ends with the signal or at `until`. */
  follow(options: FollowOptions): void;
}

interface FollowOptions {
  response: ServerResponse;
  filters: ReadonlyMap<string, readonly string[]>;
  since: bigint | null;
  until: bigint | null;
  signal: AbortSignal;
}

export function createEvents(): Events {
  const past: EngineEvent[] = [];
  const listeners = new Set<(event: EngineEvent) => void>();
  return {
    emit(type, action, id, attributes) {
      const event = { type, action, id, attributes, nano: nowNano() };
      past.push(event);
      if (past.length > remembered) past.shift();
      for (const listener of listeners) listener(event);
    },
    follow({ response, filters, since, until, signal }) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const send = (event: EngineEvent) => {
        if (matches(event, filters)) response.write(`${spell(event)}\n`);
      };
      if (since !== null) {
        for (const event of past) if (event.nano >= since && (until === null || event.nano <= until)) send(event);
      }
      if (until !== null && until <= nowNano()) {
        response.end();
        return;
      }
      listeners.add(send);
      const timer =
        until === null ? undefined : setTimeout(() => response.end(), Number((until - nowNano()) / 1_000_000n));
      const leave = () => {
        clearTimeout(timer);
        listeners.delete(send);
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    },
  };
}

function spell({ type, action, id, attributes, nano }: EngineEvent): string {
  const legacy =
    type === 'container'
      ? { status: action, id, from: attributes['image'] }
      : type === 'image'
        ? { status: action, id }
        : {};
  const event = {
    ...legacy,
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Number(nano / 1_000_000_000n),
  };
  // Nanoseconds do not fit a number.
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${nano}}`;
}

function matches(event: EngineEvent, filters: ReadonlyMap<string, readonly string[]>): boolean {
  const { type, action, id, attributes } = event;
  const isNamed = (wanted: readonly string[]) =>
    wanted.some((name) => id.startsWith(name) || attributes['name'] === name);
  for (const [name, wanted] of filters) {
    if (wanted.length === 0) continue;
    if (name === 'type' && !wanted.includes(type)) return false;
    // `health_status: healthy` is asked for as `health_status`.
    if (name === 'event' && !wanted.some((each) => action === each || action.startsWith(`${each}:`))) return false;
    if (name === 'label' && !hasLabels(attributes, wanted)) return false;
    if (name === 'container' && (type !== 'container' || !isNamed(wanted))) return false;
    if (name === 'image' && !wanted.includes(attributes['image'] ?? id)) return false;
  }
  return true;
}

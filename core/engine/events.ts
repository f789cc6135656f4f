import type Docker from 'dockerode';
import { z } from '../../shared/zod.ts';
import type { EngineEvent } from './service.ts';
import { readTextLines, toReadable } from './text-lines.ts';

// What anything here reacts to. Filtered at the engine: health checks alone make three events a probe (test host 4).
const actions = {
  container: ['create', 'start', 'restart', 'kill', 'die', 'stop', 'oom', 'pause', 'unpause', 'rename', 'destroy'],
  image: ['pull', 'load', 'import', 'tag', 'untag', 'delete'],
};

const eventLine = z.object({
  Type: z.enum(['container', 'image']),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** One line of the stream; null for what is not ours to know. */
export function parseEvent(line: string): EngineEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    // A cut or foreign line; the next inspect says what is true.
    return null;
  }
  const event = eventLine.safeParse(json);
  if (!event.success) return null;
  const { Type: type, Action: action, Actor: actor } = event.data;
  // Nanoseconds do not fit a number: taken from the text. Inside a string the quotes would be escaped.
  const timeNano = BigInt(/"timeNano":\s*(\d+)/.exec(line)?.[1] ?? 0);
  return { type, action, id: actor.ID, attributes: actor.Attributes ?? {}, timeNano };
}

/** Resolves once the engine has begun to send, so that what is listed afterwards misses nothing. */
export async function openEvents(docker: Docker, signal: AbortSignal): Promise<AsyncGenerator<EngineEvent>> {
  const answer = await docker.getEvents({
    filters: { type: ['container', 'image'], event: [...actions.container, ...actions.image] },
    abortSignal: signal,
  });
  const stream = toReadable(answer);
  // Until somebody reads, an abort would have nobody to tell and end the process.
  stream.on('error', () => {});
  return readEvents(stream);
}

async function* readEvents(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<EngineEvent> {
  for await (const line of readTextLines(stream)) {
    const event = parseEvent(line);
    if (event !== null) yield event;
  }
}

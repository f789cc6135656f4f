import type { RawExchange } from '../../shared/contract/chat.ts';
import type { Parting } from './kept-request.ts';
import { keyScrubber } from './key-scrubber.ts';
import { redactBody } from './redact-body.ts';
import type { Turn } from './turn.ts';

/** What went over the wire for the newest answers, in memory only. */
export interface RawLog {
  keep(messageId: string, sent: Parting, turn: Pick<Turn, 'reply' | 'ended'>): void;
  /** Null: not kept, or no longer. */
  read(messageId: string): Parting | null;
  exchange(sent: Parting, messageId: string, isRebuilt: boolean): RawExchange;
}

/** A reply is a quarter of a megabyte at most; a question can be as large as its pictures. */
const mostKept = 40;
const mostKeptChars = 64 * 1024 * 1024;

interface Kept {
  sent: Parting;
  turn: Pick<Turn, 'reply' | 'ended'>;
  chars: number;
}

/** Headers that say nothing about an answer but may say who asked. */
const privateHeaders = new Set(['set-cookie', 'authorization', 'www-authenticate', 'proxy-authenticate']);

export function createRawLog(): RawLog {
  const kept = new Map<string, Kept>();

  async function weigh(entry: Kept): Promise<void> {
    const { sent, turn } = entry;
    await turn.ended;
    entry.chars = JSON.stringify(sent.body).length + (turn.reply()?.body.length ?? 0);
    dropOld();
  }

  function dropOld(): void {
    let chars = [...kept.values()].reduce((sum, each) => sum + each.chars, 0);
    for (const [id, old] of kept) {
      if (kept.size <= mostKept && chars <= mostKeptChars) return;
      kept.delete(id);
      chars -= old.chars;
    }
  }

  return {
    keep(messageId, sent, turn) {
      kept.delete(messageId);
      const entry = { sent, turn, chars: 0 };
      kept.set(messageId, entry);
      dropOld();
      // Measured when nobody waits for a first token any more.
      void weigh(entry);
    },
    read: (messageId) => kept.get(messageId)?.sent ?? null,
    exchange({ resolved: { server }, body }, messageId, isRebuilt) {
      const reply = kept.get(messageId)?.turn.reply() ?? null;
      const { authorization, ...headers } = server.headers;
      const scrub = keyScrubber(server.headers);
      return {
        request: {
          method: 'POST',
          url: server.url.href,
          headers: {
            'content-type': 'application/json',
            ...headers,
            ...(authorization === undefined ? {} : { authorization: 'Bearer [redacted]' }),
          },
          body: JSON.stringify(redactBody(body, 'named'), null, 2),
        },
        response:
          reply === null
            ? null
            : {
                ...reply,
                headers: Object.fromEntries(
                  Object.entries(reply.headers)
                    .filter(([name]) => !privateHeaders.has(name.toLowerCase()))
                    .map(([name, value]) => [name, scrub(value)]),
                ),
                body: scrub(reply.body),
              },
        isRebuilt,
      };
    },
  };
}

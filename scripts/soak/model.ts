import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from '../../shared/zod.ts';

const question = z.object({ model: z.string(), messages: z.array(z.object({ content: z.string() })) });

/** What a model was asked: its own name, and the messages from the first on. */
export type Question = z.infer<typeof question>;

export interface SoakModel extends AsyncDisposable {
  /** Where it is asked, on loopback. */
  url: string;
  /** Breaks every connection that is open now. */
  cut: () => void;
}

/**
 * A model that answers each question piece by piece. Whoever asks may be killed in the middle of it: that is what soaks are
 * for.
 * @param piecesOf of the answer
 * @param pieceMs between two of them
 */
export async function startModel(
  piecesOf: (asked: Question) => readonly string[],
  pieceMs: number,
): Promise<SoakModel> {
  async function answer(body: string, response: ServerResponse): Promise<void> {
    const pieces = piecesOf(question.parse(JSON.parse(body)));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = (choice: object) =>
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
    for (const content of pieces) {
      if (response.destroyed) return;
      event({ delta: { content } });
      await delay(pieceMs);
    }
    event({ delta: {}, finish_reason: 'stop' });
    response.end('data: [DONE]\n\n');
  }
  const server: Server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify({ data: [{ id: 'soak' }] }));
      return;
    }
    void readAll(request)
      .then((body) => answer(body, response))
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the model has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

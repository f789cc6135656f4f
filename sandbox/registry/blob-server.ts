import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as immediately } from 'node:timers/promises';
import type { Gate } from './gate.ts';
import { signBlob } from './registry-server.ts';
import { countRequest } from './state.ts';
import { askUpstream, endToEndHeaders } from './upstream.ts';

/** As layers.nvcr.io: a signed address is all it takes, and no credential belongs here. */
export async function answerBlob(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://blobs');
  const seen = countRequest(gate.state, 'blob-host', request);
  response.once('finish', () => (seen.status = response.statusCode));
  const found = /^\/(.+)\/(sha256:[0-9a-f]{64})$/.exec(url.pathname);
  const [, repository = '', digest = ''] = found ?? [];
  const expected = Buffer.from(signBlob(gate, repository, digest));
  const given = Buffer.from(url.searchParams.get('signature') ?? '');
  if (found === null || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>');
    return;
  }

  const reply = await askUpstream(gate.config.upstream, `/v2/${repository}/blobs/${digest}`, request, signal);
  response.writeHead(reply.statusCode ?? 502, endToEndHeaders(reply));
  gate.state.openBlobs += 1;
  try {
    for await (const chunk of reply) {
      const bytes = Buffer.from(chunk);
      for (let from = 0; from < bytes.length;) {
        const count = await gate.line.take(bytes.length - from, signal);
        seen.bytes += count;
        gate.state.bytes += count;
        const hasRoom = response.write(bytes.subarray(from, from + count));
        from += count;
        // The bytes counted must have left before the line may break: small blobs would seem never to have begun.
        await (hasRoom ? immediately() : once(response, 'drain', { signal }));
      }
    }
    response.end();
  } finally {
    gate.state.openBlobs -= 1;
    reply.destroy();
  }
}

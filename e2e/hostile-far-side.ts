import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { hostileCases, hostileLines } from './hostile-cases.ts';

/** A server of the OpenAI language that means harm with every word it says. */
export interface HostileServer extends AsyncDisposable {
  url: string;
  models: readonly string[];
}

/** As many as fit on a page that is drawn at once. */
export const hostileCalls = hostileCases.filter((_, index) => index % 5 === 0);

interface Asked {
  model: string;
  messages: { role: string; content: unknown }[];
}

const event = (response: ServerResponse, chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);

/** What is wanted stands in the question: `tools`, `refuse`, `page`, `broken`; else texts and reasoning. */
function answer({ model, messages }: Asked, response: ServerResponse): void {
  const question = messages.findLast(({ role }) => role === 'user')?.content;
  const said = typeof question === 'string' ? question : JSON.stringify(question ?? '');
  const lines = hostileLines.join('\n\n');
  if (said.startsWith('refuse'))
    return void response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message: lines, type: hostileLines[0], code: hostileLines[1] } }));
  if (said.startsWith('page'))
    return void response
      .writeHead(502, { 'content-type': 'text/html' })
      .end(`<html><head><title>${hostileLines[0]}</title></head><body>${lines}</body></html>`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const choice = (part: object) => event(response, { model, choices: [{ index: 0, ...part }] });
  if (said.startsWith('broken')) {
    choice({ delta: { content: lines } });
    return void response.end(`data: ${JSON.stringify({ error: { message: lines } })}\n\n`);
  }
  if (said.startsWith('tools')) {
    hostileCalls.forEach(({ text }, index) => {
      const name = hostileLines[index % hostileLines.length];
      const called = index % 2 === 0 ? text : JSON.stringify({ [text]: text });
      const call = { index, id: `call-${index}`, type: 'function', function: { name, arguments: called } };
      choice({ delta: { tool_calls: [call] } });
    });
    choice({ delta: {}, finish_reason: 'tool_calls' });
  } else {
    choice({ delta: { reasoning_content: lines } });
    choice({ delta: { content: said.startsWith('format') ? JSON.stringify(hostileLines) : lines } });
    choice({ delta: {}, finish_reason: hostileLines[0] });
  }
  response.end('data: [DONE]\n\n');
}

export async function startHostileServer(): Promise<HostileServer> {
  const models = hostileLines.map((line) => line.slice(0, 256));
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/models') === true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: models.map((id) => ({ id, owned_by: id })) }));
      return;
    }
    void readAll(request)
      .then((body) => answer(JSON.parse(body) as Asked, response))
      .catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    models,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

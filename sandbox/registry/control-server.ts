import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Behaviour, parseChange } from './behaviour.ts';
import type { GateState } from './state.ts';
import { sendJson } from './replies.ts';

export interface Controls {
  state(): GateState;
  behaviour(): Behaviour;
  change(change: Partial<Behaviour>): Promise<void>;
  /** Ends a stall, listens again. */
  resume(): Promise<void>;
  /** Breaks the connections that are open now. */
  drop(): void;
  revokeTokens(): void;
  /** Behaviour and counters as at the start. */
  reset(): Promise<void>;
}

export async function answerControl(controls: Controls, request: IncomingMessage, response: ServerResponse) {
  const call = `${request.method} ${request.url}`;
  if (call === 'GET /__sandbox/state') {
    sendJson(response, 200, controls.state());
    return;
  }
  if (call === 'GET /__sandbox/behaviour') {
    sendJson(response, 200, controls.behaviour());
    return;
  }
  if (call === 'POST /__sandbox/behaviour') {
    const change = parseChange(parseJson(await text(request)));
    if (typeof change === 'string') {
      sendJson(response, 400, { message: change });
      return;
    }
    await controls.change(change);
  } else if (call === 'POST /__sandbox/resume') await controls.resume();
  else if (call === 'POST /__sandbox/drop') controls.drop();
  else if (call === 'POST /__sandbox/revoke-tokens') controls.revokeTokens();
  else if (call === 'POST /__sandbox/reset') await controls.reset();
  else {
    sendJson(response, 404, { message: 'not known' });
    return;
  }
  sendJson(response, 200, {});
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // `parseChange` says what is wrong with nothing.
    return null;
  }
}

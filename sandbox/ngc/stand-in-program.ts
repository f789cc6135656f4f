import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { createListener } from '../registry/listener.ts';
import { sendJson } from '../registry/replies.ts';

export interface StandIn {
  /** What is printed, beside name and pid. */
  announcement: object;
  behaviour: () => object;
  /** False for what is not wholly understood. */
  change(value: unknown): boolean;
  close(): Promise<void>;
}

/**
 * A stand-in as a program of its own: prints a line of JSON when it listens, changes what it does by
 * `POST {control}/__sandbox/behaviour`, and ends on SIGTERM, Ctrl-C, or with its parent where that is wanted.
 */
export async function runStandIn(program: string, start: () => Promise<StandIn>): Promise<void> {
  const standIn = await start();
  const control = createListener(async (request, response) => {
    const call = `${request.method} ${request.url}`;
    if (call === 'GET /__sandbox/behaviour') sendJson(response, 200, standIn.behaviour());
    else if (call !== 'POST /__sandbox/behaviour') sendJson(response, 404, { message: 'not known' });
    else if (standIn.change(parseJson(await text(request)))) sendJson(response, 200, standIn.behaviour());
    else sendJson(response, 400, { message: 'not a behaviour' });
  });
  await control.open('127.0.0.1', 0);
  const line = { program, pid: process.pid, ...standIn.announcement, control: `http://${control.address()}` };
  writeSync(Number(process.env['NIMDECK_SANDBOX_ANNOUNCE_FD'] ?? 1), `${JSON.stringify(line)}\n`);

  const stop = () => {
    control.close();
    void standIn.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.env['NIMDECK_SANDBOX_FOLLOW_PARENT'] === '1') {
    process.stdin.once('end', stop).once('error', stop).resume();
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // `change` refuses it.
    return null;
  }
}

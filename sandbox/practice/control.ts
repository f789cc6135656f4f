import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { PracticeFault, ProvokedFault } from '../../shared/contract/practice.ts';
import { type MachineId, machineIds } from '../machines/machine.ts';
import { isPracticeFault } from './faults.ts';

export interface ControlledState {
  machine: MachineId;
  speed: number;
  faults: ProvokedFault[];
}

/** What the practice page can do to the stand-ins. A text that is returned says why it cannot be done now. */
export interface Controlled {
  state(): ControlledState;
  onChange(listener: () => void): () => void;
  setMachine(machine: MachineId): Promise<string | null>;
  setSpeed(speed: number): void;
  provoke(fault: PracticeFault, isOn: boolean): string | null;
}

export interface Control {
  address: string;
  /** Other users of this machine can reach the address. */
  token: string;
  close(): Promise<void>;
}

const largestBody = 10_000;

export async function startControl(tree: Controlled): Promise<Control> {
  const token = randomBytes(32).toString('base64url');
  const expected = Buffer.from(`Bearer ${token}`);
  const isKnown = ({ headers }: IncomingMessage) => {
    const given = Buffer.from(headers.authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  const server = createServer((request, response) => {
    if (!isKnown(request)) return void response.writeHead(401).end();
    if (request.method === 'GET' && request.url === '/state') return sendStates(tree, response);
    void answer(tree, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    token,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The state, and then each new one, a line each, for as long as somebody reads. */
function sendStates(tree: Controlled, response: ServerResponse): void {
  let last = '';
  const send = () => {
    const line = JSON.stringify(tree.state());
    if (line === last) return;
    last = line;
    response.write(`${line}\n`);
  };
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  send();
  response.on('close', tree.onChange(send));
}

async function answer(tree: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const refusal = await change(tree, request.url ?? '', await readBody(request));
    if (refusal === undefined) response.writeHead(400).end('There is no such thing to change.');
    else if (refusal === null) response.writeHead(204).end();
    else response.writeHead(409).end(refusal);
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

/** @returns undefined for what does not exist */
async function change(
  tree: Controlled,
  path: string,
  body: Record<string, unknown>,
): Promise<string | null | undefined> {
  const { machine, speed, fault, isOn } = body;
  if (path === '/machine') {
    const known = machineIds.find((id) => id === machine);
    return known === undefined ? undefined : tree.setMachine(known);
  }
  if (path === '/speed' && typeof speed === 'number' && speed > 0) {
    tree.setSpeed(speed);
    return null;
  }
  if (path === '/fault' && isPracticeFault(fault) && typeof isOn === 'boolean') return tree.provoke(fault, isOn);
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > largestBody) throw new Error('This is too large.');
  }
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

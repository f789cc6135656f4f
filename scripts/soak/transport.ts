import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { ApiOf } from '../../shared/rpc/contract.ts';
import { createPair } from '../../shared/rpc/pair.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { websocketWire } from '../../shared/rpc/websocket.ts';
import { jsonPort, maxFrameBytes } from '../../shared/rpc/wire.ts';
import { createRandom, type Random } from './random.ts';
import { becomes, createReport, type SoakOptions, type SoakReport, within } from './report.ts';
import { createSoakService, soakContract, textOf } from './transport-service.ts';

/** Both ends of one connection. */
export interface SoakTransport {
  name: string;
  open(): Promise<{ client: Port; server: Port; cut: () => void }>;
  close(): Promise<void>;
}

type Call = ApiOf<typeof soakContract>['soak'];
type Kind = 'echo' | 'flood' | 'wait' | 'numbers' | 'text' | 'state' | 'silence';

/** What one caller does. Counts decide, not times, so that a seed does the same again on a slower machine. */
interface Plan {
  kind: Kind;
  count: number;
  /** After so many items the reader aborts, or leaves its loop; null: it reads to the end. */
  endAfter: number | null;
  how: 'abort' | 'leave';
  /** A round trip between two items. */
  isSlow: boolean;
}

const kinds = ['echo', 'flood', 'wait', 'numbers', 'numbers', 'text', 'text', 'state', 'silence'] as const;
const hangMs = 30_000;

export async function soakTransport(
  { rounds, seed }: SoakOptions,
  transports: readonly SoakTransport[] = [pairTransport, createWebSocketTransport()],
): Promise<SoakReport> {
  const report = createReport();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const random = createRandom(seed, round);
      const transport = random.pick(transports);
      report.count(transport.name);
      await playRound(transport, random, {
        count: report.count,
        lose: (what) => report.lose(round, `${transport.name}: ${what}`),
      });
    }
  } finally {
    for (const transport of transports) await transport.close();
  }
  return { tried: report.tried, lost: report.lost };
}

interface RoundReport {
  count: (what: string) => void;
  lose: (what: string) => void;
}

async function playRound(transport: SoakTransport, random: Random, report: RoundReport): Promise<void> {
  const { client, server, cut } = await transport.open();
  const service = createSoakService();
  const served = serve(server, soakContract, service.api, { checkOutput: true });
  const call = connect(client, soakContract).soak;

  const plans = Array.from({ length: 5 + random.below(40) }, () => planOf(random));
  // The round is cut after so many answers, if there are so many.
  const cutAfter = random.chance(0.4) ? random.below(plans.length * 20) : null;
  const isClientCutting = random.chance(0.5);
  let answers = 0;
  let isCut = false;
  const onAnswer = () => {
    answers += 1;
    if (cutAfter === null || isCut || answers <= cutAfter) return;
    isCut = true;
    report.count(isClientCutting ? 'closed by the caller' : 'cut');
    if (isClientCutting) client.close();
    else cut();
  };

  const played = plans.map(async (plan) => {
    report.count(plan.kind);
    const wrong = await within(hangMs, play(call, plan, onAnswer));
    if (wrong === undefined) report.lose(`hangs: ${JSON.stringify(plan)}`);
    else if (wrong === 'disconnected' && !isCut) report.lose(`cut by itself: ${JSON.stringify(plan)}`);
    else if (wrong !== null && wrong !== 'disconnected') report.lose(`${wrong}: ${JSON.stringify(plan)}`);
  });
  await Promise.all(played);

  if (!isCut) {
    const isServing = await within(hangMs, call.echo({ text: 'still there' }));
    if (isServing?.text !== 'still there') report.lose('does not serve at the end of the round');
    if (!(await becomes(hangMs, () => served.openCalls === 0))) report.lose(`${served.openCalls} calls left open`);
  }
  client.close();
  const isQuiet = await becomes(hangMs, () => service.running() === 0 && served.openCalls === 0);
  if (!isQuiet) report.lose(`${service.running()} sources and ${served.openCalls} calls outlive the connection`);
}

function planOf(random: Random): Plan {
  const kind = random.pick(kinds);
  const count = random.pick([1, 3, 50, 2000]);
  const endAfter = kind === 'silence' || random.chance(0.5) ? random.below(Math.min(count, 30) + 1) : null;
  return {
    kind,
    count,
    endAfter: kind === 'silence' ? Math.min(endAfter ?? 0, 1) : endAfter,
    how: random.pick(['abort', 'leave']),
    isSlow: count < 2000 && random.chance(0.3),
  };
}

/** Null: as it should be; `disconnected`: right if the connection was cut; else what is wrong. */
async function play(call: Call, plan: Plan, onAnswer: () => void): Promise<string | null> {
  try {
    if (plan.kind === 'echo' || plan.kind === 'flood') return await playEchoes(call, plan, onAnswer);
    if (plan.kind === 'wait') return await playWait(call);
    return await playStream(call, plan, plan.kind, onAnswer);
  } catch (error) {
    if (isAppError(error, 'DISCONNECTED')) return 'disconnected';
    return `failed with ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function playEchoes(call: Call, { kind, count }: Plan, onAnswer: () => void): Promise<string | null> {
  const times = kind === 'flood' ? Math.min(count, 200) : 1;
  const text = 'x€'.repeat(count);
  const echo = async (index: number) => {
    const answer = await call.echo({ text: `${index} ${text}` });
    onAnswer();
    return answer.text === `${index} ${text}`;
  };
  const results = await Promise.allSettled(Array.from({ length: times }, (_each, index) => echo(index)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.every((result) => result.status === 'fulfilled' && result.value)
    ? null
    : 'an answer to another question';
}

async function playWait(call: Call): Promise<string | null> {
  const controller = new AbortController();
  const waiting = call.wait({}, { signal: controller.signal });
  setImmediate(() => controller.abort());
  try {
    await waiting;
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) return null;
    throw error;
  }
  return 'ended without a reason';
}

async function playStream(
  call: Call,
  plan: Plan,
  kind: 'numbers' | 'text' | 'state' | 'silence',
  onAnswer: () => void,
): Promise<string | null> {
  const controller = new AbortController();
  const { count, endAfter } = plan;
  const options = { signal: controller.signal };
  const items = kind === 'silence' ? call.silence({}, options) : call[kind]({ count }, options);
  if (endAfter === 0 && plan.how === 'abort') setImmediate(() => controller.abort());
  const received: (number | string)[] = [];
  try {
    for await (const item of items) {
      received.push(item);
      onAnswer();
      if (plan.isSlow) await call.echo({ text: '' });
      if (endAfter === null || received.length < endAfter) continue;
      if (plan.how === 'leave') return wrongIn(kind, received, null);
      controller.abort();
    }
  } catch (error) {
    const wrong = wrongIn(kind, received, null);
    if (wrong !== null) return wrong;
    if (isAppError(error, 'CANCELLED') && controller.signal.aborted) return null;
    throw error;
  }
  return kind === 'silence' ? 'ended without a reason' : wrongIn(kind, received, count);
}

/** @param count of a stream that was read to its end; null: what came must be a beginning of it */
export function wrongIn(kind: Kind, received: readonly (number | string)[], count: number | null): string | null {
  if (kind === 'numbers') {
    const isInOrder = received.every((value, index) => value === index);
    return isInOrder && (count === null || received.length === count) ? null : 'numbers were lost';
  }
  if (kind === 'text') {
    const text = received.join('');
    const whole = textOf(count ?? text.length);
    return (count === null ? whole.startsWith(text) : whole === text) ? null : 'text was lost';
  }
  if (kind === 'state') {
    const isForward = received.every((value, index) => index === 0 || value > (received[index - 1] ?? value));
    return isForward && (count === null || received.at(-1) === count) ? null : 'the newest state was lost';
  }
  return null;
}

export const pairTransport: SoakTransport = {
  name: 'pair',
  async open() {
    const [client, server] = createPair();
    return { client, server, cut: () => server.close() };
  },
  close: async () => {},
};

export function createWebSocketTransport(): SoakTransport {
  const listening = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: maxFrameBytes.up });
  const isListening = once(listening, 'listening');
  return {
    name: 'WebSocket',
    async open() {
      await isListening;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one
      const { port } = listening.address() as AddressInfo;
      const connection = once(listening, 'connection');
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      await once(socket, 'open');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the arguments of ws's event
      const [accepted] = (await connection) as [ServerSocket];
      return {
        client: jsonPort(websocketWire(socket, maxFrameBytes.down), maxFrameBytes.up),
        server: jsonPort(websocketWire(accepted, maxFrameBytes.up), maxFrameBytes.down),
        cut: () => accepted.terminate(),
      };
    },
    async close() {
      for (const socket of listening.clients) socket.terminate();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}

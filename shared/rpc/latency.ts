import { z } from '../zod.ts';
import { connect } from './connect.ts';
import { request } from './contract.ts';
import type { Port } from './port.ts';
import { serve } from './serve.ts';

const input = z.strictObject({ text: z.string() });
const echoContract = { wire: { echo: request(input, input) } };

export interface Latency {
  requests: number;
  p50Us: number;
  p99Us: number;
}

/** What a request and its answer cost over a connected pair of ports, one after the other. */
export async function measureLatency(client: Port, server: Port, requests = 2000): Promise<Latency> {
  serve(server, echoContract, { wire: { echo: async (asked) => asked } });
  const { wire } = connect(client, echoContract);
  const tookUs: number[] = [];
  for (let round = 0; round < requests; round += 1) {
    const startedAt = performance.now();
    await wire.echo({ text: 'ping' });
    tookUs.push((performance.now() - startedAt) * 1000);
  }
  tookUs.sort((one, other) => one - other);
  const at = (share: number) => Math.round(tookUs[Math.floor(requests * share)] ?? Number.NaN);
  return { requests, p50Us: at(0.5), p99Us: at(0.99) };
}

import type { Behaviour } from './behaviour.ts';
import type { GateConfig } from './config.ts';
import type { Line } from './line.ts';
import type { GateState } from './state.ts';
import type { Tokens } from './tokens.ts';

/** What the servers of one gate share. */
export interface Gate {
  config: GateConfig;
  behaviour: Behaviour;
  state: GateState;
  tokens: Tokens;
  line: Line;
  /** Signs the addresses of blobs. */
  secret: Buffer;
  /** `127.0.0.2:40123` */
  blobAddress: string;
}

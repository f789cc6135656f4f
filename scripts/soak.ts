// Long runs against chance: `npm run soak -- NAME --rounds N --seed S`. The same seed makes the same choices. Prints what
// was tried and what was lost, one line of JSON a soak; ends with 1 when something was lost. `slice`: a short part of each.
// `--engine NAME` for those that need one; `--save`: into docs/measurements as well.
import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/machine.ts';
import { engineNames } from '../core/testing/engine-host/engine.ts';
import { soakEngineReplies } from './soak/engine-replies.ts';
import { soakGpuProof } from './soak/gpu-proof.ts';
import { soakChats } from './soak/chats.ts';
import { soakCompare } from './soak/compare.ts';
import { soakInterference } from './soak/interference.ts';
import { allLooks, allWidths, soakLooks, soakWidths } from './soak/looks.ts';
import { soakPullStreams } from './soak/pull-streams.ts';
import { soakPulls } from './soak/pulls.ts';
import type { EngineSoakOptions, SoakReport } from './soak/report.ts';
import { saveSoak } from './soak/save.ts';
import { soakSmiOutputs } from './soak/smi-outputs.ts';
import { soakSse } from './soak/sse.ts';
import { soakStore } from './soak/store.ts';
import { soakTransport } from './soak/transport.ts';

interface Soak {
  run(options: EngineSoakOptions): Promise<SoakReport>;
  rounds: number;
  /** In `slice`; all slices together take less than a minute on two idle cores. */
  sliceRounds: number;
  isOnEngine?: boolean;
}

const soaks: Record<string, Soak> = {
  transport: { run: (options) => soakTransport(options), rounds: 300, sliceRounds: 30 },
  store: { run: soakStore, rounds: 100, sliceRounds: 10 },
  sse: { run: soakSse, rounds: 200_000, sliceRounds: 2_000 },
  'nvidia-smi': { run: (options) => soakSmiOutputs(options), rounds: 200_000, sliceRounds: 1_000 },
  'pull-streams': { run: soakPullStreams, rounds: 200_000, sliceRounds: 1_000 },
  'engine-replies': { run: soakEngineReplies, rounds: 200_000, sliceRounds: 1_000 },
  chats: { run: soakChats, rounds: 100, sliceRounds: 2 },
  compare: { run: soakCompare, rounds: 20, sliceRounds: 1 },
  pulls: { run: soakPulls, rounds: 30, sliceRounds: 2, isOnEngine: true },
  interference: { run: soakInterference, rounds: 100, sliceRounds: 1, isOnEngine: true },
  'gpu-proof': { run: soakGpuProof, rounds: 100, sliceRounds: 1 },
  // Minutes a round, so none in the slice: CI looks at each page with axe in its browser stories.
  looks: { run: soakLooks, rounds: allLooks.length, sliceRounds: 0 },
  widths: { run: soakWidths, rounds: allWidths.length, sliceRounds: 0 },
};

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    engine: { type: 'string', default: 'overlay2-26.1' },
    save: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const isSlice = positionals[0] === 'slice';
const names = isSlice ? Object.keys(soaks).filter((name) => soaks[name]?.sliceRounds !== 0) : positionals;
const toCount = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const rounds = toCount(values.rounds);
// The slice is the same each time: what it finds is new because the code is. With this seed its pulls meet a
// registry that dies for good and one that dies once.
const sliceSeed = 3523;
const engine = engineNames.find((name) => name === values.engine);
const seed = toCount(values.seed) ?? (isSlice ? sliceSeed : Date.now() % 1_000_000);

if (
  engine === undefined ||
  names.length === 0 ||
  names.some((name) => !Object.hasOwn(soaks, name)) ||
  ![rounds ?? 0, seed].every((number) => Number.isSafeInteger(number) && number >= 0)
) {
  console.error(`Usage: npm run soak -- slice | ${Object.keys(soaks).join(' | ')} [--rounds N] [--seed S]`);
  console.error(`  [--save] [--engine ${engineNames.join(' | ')}]`);
  process.exit(2);
}

for (const name of names) {
  const soak = soaks[name];
  if (soak === undefined) continue;
  const asked = rounds ?? (isSlice ? soak.sliceRounds : soak.rounds);
  const machine = await describeMachine(null);
  const begin = performance.now();
  const { tried, lost } = await soak.run({ rounds: asked, seed, engine });
  const seconds = Number(((performance.now() - begin) / 1000).toFixed(1));
  console.log(JSON.stringify({ soak: name, seed, rounds: asked, seconds, tried, lost }));
  if (values.save)
    saveSoak({ soak: name, seed, engine, rounds: asked, seconds, tried, lost }, soak.isOnEngine === true, machine);
  if (lost.length > 0) process.exitCode = 1;
}

import { testHost, testHostVariable } from '../../core/testing/engine-host/host.ts';
import { pull } from '../../core/testing/engine-host/kit.ts';
import { startTestHost } from '../../core/testing/engine-host/start.ts';
import type { MachineId } from '../../sandbox/machines/machine.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import { type GpuWorld, heldMiB, openGpuWorld, type WorldNim } from './gpu-world.ts';
import { createRandom, type Random } from './random.ts';
import { becomes, createReport, type OpenReport, type SoakOptions, type SoakReport, within } from './report.ts';

/** Whose process the driver names on a NIM's device, whether the device is there, and what the driver says inside. */
interface Situation {
  process: 'its own' | 'a child of its own' | 'another container’s' | 'this machine’s' | 'nobody’s' | 'none';
  device: 'there' | 'lost';
  inside: 'fine' | 'refused';
}

/** A change is to be seen within 10 s. */
const seenMs = 10_000;
const refused = 'Failed to initialize NVML: Unknown Error';
/** The kernel gives none so high, unless it is told to. */
const nobodysPid = 2_000_000_011;

/**
 * Real containers on a real engine and a driver that is told whose processes to name, with devices that come and go: what
 * is proven, what is lost, and how soon that is said.
 */
export async function soakGpuProof({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  const started = await startTestHost();
  if ('missing' in started) throw new Error(`The proof needs the test engines: ${started.missing}`);
  try {
    process.env[testHostVariable] = started.descriptionFile;
    const host = testHost();
    const engine = host?.engines.find(({ name }) => name === 'overlay2-26.1');
    if (host === null || engine === undefined) throw new Error('the test host has no engine');
    const image = `${host.registry}/${host.images.small}`;
    await pull(engine, image);
    const latencies: number[] = [];
    // Whole cards in one half of the rounds, slices of one in the other.
    const half = Math.ceil(rounds / 2);
    const parts: [MachineId, number, number][] = [
      ['two-rtx-6000-ada', 0, half],
      ['a100-mig-mixed', half, rounds],
    ];
    for (const [machine, from, to] of parts) {
      if (from === to) continue;
      const world = await openGpuWorld(engine, image, machine);
      try {
        await allReady(world);
        for (let round = from; round < to; round += 1) {
          const played = playRound(world, createRandom(seed, round), report, latencies);
          const wrong = (await within(seenMs * 6, played)) ?? ['the round hangs'];
          for (const what of wrong) report.lose(round, what);
        }
      } finally {
        await world.close();
      }
    }
    const slowest = Math.max(0, ...latencies);
    report.tried['slowest ms'] = Math.round(slowest);
    report.tried['mean ms'] = Math.round(
      latencies.reduce((sum, each) => sum + each, 0) / Math.max(1, latencies.length),
    );
  } finally {
    await started.stop();
  }
  return { tried: report.tried, lost: report.lost };
}

async function allReady({ api, nims }: GpuWorld): Promise<void> {
  for await (const list of api.nims.watch({}, { signal: AbortSignal.timeout(30_000) })) {
    if (nims.every(({ id }) => list.nims.some((nim) => nim.id === id && nim.status === 'ready'))) return;
  }
  throw new Error('the containers did not become ready');
}

function situationOf(random: Random): Situation {
  return {
    process: random.pick([
      'its own',
      'its own',
      'a child of its own',
      'another container’s',
      'this machine’s',
      'nobody’s',
      'none',
    ]),
    device: random.chance(0.25) ? 'lost' : 'there',
    inside: random.chance(0.15) ? 'refused' : 'fine',
  };
}

async function playRound(
  world: GpuWorld,
  random: Random,
  { count }: OpenReport,
  latencies: number[],
): Promise<string[]> {
  const { nims, machine, api } = world;
  const situations = new Map(nims.map((nim) => [nim, situationOf(random)]));
  world.releaseAll();
  machine.restore();
  // What was lost is taken back by a restart; without one it stays lost until the process holds memory again.
  const restarted = nims.filter(({ id }) => random.chance(0.5) && world.losers.has(id));
  for (const { id } of restarted) {
    count('restarted after a loss');
    const { jobId } = await api.nims.restart({ nimId: id });
    if (!(await ended(world, jobId))) return [`the restart of ${id} failed`];
    world.losers.delete(id);
  }
  for (const [nim, situation] of situations) {
    count(situation.device === 'lost' ? 'device lost' : `process: ${situation.process}`);
    if (situation.inside === 'refused') count('refused inside');
    await world.sayInside(nim, situation.inside === 'refused' ? refused : null);
    const pid = await pidFor(world, nim, situation.process);
    if (pid !== null) world.hold(nim, pid);
  }
  // A card takes its slices with it.
  const lost = [...situations].filter(([, { device }]) => device === 'lost').map(([{ simulatedId }]) => simulatedId);
  for (const id of lost) machine.lose(id);
  const there = new Set(machine.devices().map(({ uuid }) => uuid));

  const begin = performance.now();
  const wrong: string[] = [];
  const checks = [...situations].map(([nim, situation]) => {
    const isThere = there.has(nim.simulatedId);
    const expected = expectedOf(situation, isThere, world.losers.has(nim.id));
    if (!isThere) world.losers.add(nim.id);
    else if (/its own/.test(situation.process)) world.losers.delete(nim.id);
    const seen = () => describe(world.proofs().find(({ nimId }) => nimId === nim.id));
    return { expected, seen, isRight: () => seen() === expected, about: JSON.stringify({ ...situation, isThere }) };
  });
  for (const { expected, seen, isRight, about } of checks) {
    if (await becomes(Math.max(0, begin + seenMs - performance.now()), isRight))
      latencies.push(performance.now() - begin);
    else wrong.push(`${about}: ${seen()} instead of ${expected}`);
  }
  if (wrong.length > 0) return wrong;
  // It is no passing state: two more readings, of which the second has begun after all this, say the same.
  await api.gpu.read({});
  await api.gpu.read({});
  for (const { expected, seen, isRight, about } of checks) {
    if (!(await becomes(seenMs, isRight))) wrong.push(`${about}: then ${seen()} instead of ${expected}`);
  }
  return wrong;
}

async function ended({ api }: GpuWorld, jobId: string): Promise<boolean> {
  for await (const jobs of api.jobs.watch({}, { signal: AbortSignal.timeout(30_000) })) {
    const state = jobs.find(({ id }) => id === jobId)?.state;
    if (state !== 'running') return state === 'done';
  }
  return false;
}

async function pidFor(world: GpuWorld, { id }: WorldNim, whose: Situation['process']): Promise<number | null> {
  if (whose === 'its own') return await world.pidIn(id);
  if (whose === 'a child of its own') return await world.pidIn(id, true);
  if (whose === 'another container’s') return await world.pidIn(world.stranger);
  if (whose === 'this machine’s') return process.pid;
  return whose === 'nobody’s' ? nobodysPid : null;
}

function expectedOf({ process: whose, inside }: Situation, isThere: boolean, wasLost: boolean): string {
  if (!isThere) return 'lost GPU_LOST';
  if (inside === 'refused') return 'lost NVML_UNKNOWN_ERROR, restart';
  if (whose === 'its own' || whose === 'a child of its own') return `proven ${heldMiB}`;
  if (wasLost) return 'lost, restart';
  return whose === 'nobody’s' ? 'unknown processes-hidden' : 'none GPU_NOT_USED';
}

/** In the words of `expectedOf`. */
function describe(proof: GpuProof | undefined): string {
  if (proof === undefined) return 'nothing';
  const { state, failure, doubt, devices, isRestartUseful } = proof;
  if (state === 'proven') return `proven ${devices.map(({ memoryMiB }) => memoryMiB).join('+')}`;
  if (state !== 'lost') return [state, failure?.code ?? doubt].filter((part) => part !== null).join(' ');
  if (isRestartUseful && failure?.code !== 'NVML_UNKNOWN_ERROR') return 'lost, restart';
  return `lost ${failure?.code}${isRestartUseful ? ', restart' : ''}`;
}

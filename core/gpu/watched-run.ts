import type { GpuProof, ProofDevice } from '../../shared/contract/gpu-proof.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { type Finding, proofOf } from './proof.ts';
import type { ContainerGpuFacts, Inside } from './why-unused.ts';

/** One run of a NIM with GPUs, and what is known of its use of them. */
export interface WatchedRun {
  readonly startedAt: string;
  nim(): Nim;
  update(nim: Nim): void;
  /** The devices that it was given, as first seen: what is missing later is lost. */
  given(): readonly ProofDevice[];
  learnGiven(devices: readonly ProofDevice[]): void;
  /** Whether the model should be in the GPU's memory by now. */
  isLoaded(): boolean;
  /** Nothing was held, for the first time. */
  isFirstMiss(): boolean;
  take(finding: Finding, why: AppError | null): void;
  /** What a look into the container says. */
  takeInside(inside: Inside): void;
  inside(): Inside;
  canBeAskedInside(): boolean;
  /** How the container was made, once the engine was asked. */
  facts(): ContainerGpuFacts | null;
  setFacts(facts: ContainerGpuFacts): void;
  /** It has ended with its GPU lost, and only the driver can say when that is back. */
  awaitsReturn(): boolean;
  /** It has ended, and nothing is left to say. */
  isOver(): boolean;
  proof(): GpuProof;
}

export function createWatchedRun(
  first: Nim,
  startedAt: string,
  { now, log }: Pick<CoreDeps, 'now' | 'log'>,
): WatchedRun {
  const instant = () => new Date(now()).toISOString();
  let nim = first;
  let given: readonly ProofDevice[] = [];
  let misses = 0;
  let silences = 0;
  let facts: ContainerGpuFacts | null = null;
  let inside: Inside = { kind: 'no-answer' };
  /** What the container has seen at its best in this run. */
  let seen: ReadonlySet<string> = new Set();
  let insideFailure: AppError | null = null;
  let finding: Finding | null = null;
  let why: AppError | null = null;
  /** What was lost and is there again: a process does not have it back by that. */
  let cameBack: Finding | null = null;
  let proof: GpuProof = begin();

  function begin(): GpuProof {
    return {
      nimId: nim.id,
      startedAt,
      state: 'waiting',
      since: instant(),
      devices: [],
      failure: null,
      doubt: null,
      isRestartUseful: false,
      isBack: false,
    };
  }

  const hasEnded = () => nim.status === 'exited';
  const isLoaded = () => nim.status === 'ready' || nim.status === 'not-answering';

  function judge(): GpuProof {
    // What it held is on its way out, or nobody can tell: the last word stays.
    if (nim.status === 'stopping' || nim.status === 'unknown') return proof;
    const run = { nimId: nim.id, startedAt, since: proof.since };
    if (finding?.kind === 'gone') return proofOf(finding, run, null);
    // What its container saw last says nothing of a run that has ended.
    if (insideFailure !== null && !(hasEnded() && cameBack !== null)) {
      const lost = proofOf({ kind: 'gone', devices: missingInside(), failure: insideFailure }, run, null);
      return { ...lost, isRestartUseful: true };
    }
    if (cameBack !== null) return { ...proofOf(cameBack, run, null), isRestartUseful: true, isBack: true };
    // It may have been paused before its model was loaded.
    if (nim.status === 'paused') return proof;
    if (finding === null || !isLoaded()) return { ...begin(), since: proof.since };
    if (finding.kind === 'nothing' && misses < 2) {
      return proof.state === 'proven' || proof.state === 'none' ? proof : { ...begin(), since: proof.since };
    }
    return proofOf(finding, run, why);
  }

  const missingInside = () => {
    const ids = inside.kind === 'sees' ? new Set(inside.ids) : new Set<string>();
    return given.filter(({ id }) => !ids.has(id));
  };

  function conclude() {
    const next = judge();
    if (next.state !== proof.state || next.failure?.code !== proof.failure?.code) {
      next.since = instant();
      const about = { nimId: nim.id, name: nim.name, code: next.failure?.code ?? null };
      if (next.state === 'lost') log.warn('gpu.lost', { ...about, devices: next.devices.map(({ id }) => id) });
      if (next.state === 'none') log.warn('gpu.not-used', about);
    }
    proof = next;
  }

  return {
    startedAt,
    nim: () => nim,
    update(next) {
      const wasLoaded = isLoaded();
      nim = next;
      if (isLoaded() !== wasLoaded && next.status !== 'unknown') conclude();
    },
    given: () => given,
    learnGiven(devices) {
      if (given.length === 0) given = devices;
    },
    isLoaded,
    isFirstMiss: () => misses === 0,
    take(next, reason) {
      // A driver that is silent for once, or in the midst of a change, takes nothing back.
      const isSilent = next.kind === 'doubt' && next.doubt === 'driver-silent';
      silences = isSilent ? silences + 1 : 0;
      if (isSilent && silences < 2 && finding !== null) return;
      if (finding?.kind === 'gone' && next.kind !== 'gone' && !isSilent) cameBack = finding;
      if (next.kind === 'held') cameBack = null;
      misses = next.kind === 'nothing' && isLoaded() ? misses + 1 : 0;
      if (finding?.kind !== 'gone' || !isSilent) finding = next;
      why = reason;
      conclude();
    },
    takeInside(next) {
      inside = next;
      if (next.kind === 'sees') {
        const gone = [...seen].filter((id) => !next.ids.includes(id));
        insideFailure = gone.length === 0 ? null : vanished(gone);
        if (gone.length === 0) seen = new Set(next.ids);
      } else if (next.kind === 'broken') {
        // One that never saw a GPU has lost none; but these words are said only where access was taken away.
        insideFailure = seen.size > 0 || next.failure.code === 'NVML_UNKNOWN_ERROR' ? next.failure : null;
      }
      conclude();
    },
    inside: () => inside,
    canBeAskedInside() {
      if (!isLoaded()) return false;
      // It will not come.
      if (inside.kind === 'no-program') return false;
      // By CDI the devices are in the container's own rules, which a reload of systemd keeps (gpu facts 5.4): once is enough.
      return inside.kind === 'no-answer' || facts?.way !== 'cdi';
    },
    facts: () => facts,
    setFacts(next) {
      facts = next;
    },
    awaitsReturn: () => hasEnded() && proof.state === 'lost' && !proof.isRestartUseful,
    isOver: () => hasEnded() && proof.state !== 'lost',
    proof: () => proof,
  };
}

const vanished = (ids: readonly string[]): AppError =>
  new AppError('NVML_UNKNOWN_ERROR', `The container no longer sees ${ids.join(', ')}; the driver still lists it.`);

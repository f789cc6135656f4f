import type { PullPhase, PullProgress } from '../../shared/contract/jobs.ts';
import type { PullLine } from '../engine/ndjson.ts';
import { type Layer, nextLayer, sizeOf } from './pull-layer.ts';
import { addSample, noSamples, type RateSamples, rateOf } from './pull-rate.ts';

/**
 * Without a byte for this long a pull is called stalled. The engine reports a layer at the latest after 512 KiB
 * (overlay2) or 1 MiB (containerd store) more, so a healthy pull of 10 layers side by side at 0.7 MB/s stays just below;
 * while it waits for a retry the engine counts down every second. A server that stops sending gives no line at all.
 */
export const stallAfterMs = 15_000;

export type PullOutcome = 'running' | 'done' | 'failed' | 'cancelled' | 'incomplete';

/** What is known of a pull after some of its lines. Plain data; made by the functions of this file only. */
export interface PullState {
  layers: ReadonlyMap<string, Layer>;
  /** From the registry's manifest, by the id that the engine's lines use. */
  sizes: ReadonlyMap<string, number> | null;
  outcome: PullOutcome;
  /** Docker names every layer before the first byte; Podman names each as it begins. */
  isDocker: boolean;
  hasDigest: boolean;
  /** The last line was Podman's closing one, with the image's id. */
  isImageNamed: boolean;
  /** Until the engine speaks of the next try. */
  isWaitingForRetry: boolean;
  atMs: number;
  /** The last sign of life of the way to the registry. */
  activeAtMs: number;
  samples: RateSamples;
  /** What was last shown: it only ever moves forward. */
  shown: { bytesDone: number; bytesTotal: number | null };
}

export function beginPull(atMs: number): PullState {
  return {
    layers: new Map(),
    sizes: null,
    outcome: 'running',
    isDocker: false,
    hasDigest: false,
    isImageNamed: false,
    isWaitingForRetry: false,
    atMs,
    activeAtMs: atMs,
    samples: noSamples,
    shown: { bytesDone: 0, bytesTotal: null },
  };
}

/** @param atMs any clock that does not run backwards; 0 throughout where no times are known */
export function reducePull(state: PullState, line: PullLine, atMs: number): PullState {
  const now = Math.max(atMs, state.atMs);
  const timed = { ...state, isWaitingForRetry: false, atMs: now };
  if (line.error !== null) return { ...timed, outcome: 'failed' };
  if (state.outcome !== 'running') return timed;
  if (line.hasImages) return { ...timed, isImageNamed: true };
  if (line.status === null) return timed;
  if (line.status.startsWith('Pulling from ')) return { ...timed, isDocker: true, activeAtMs: now };
  if (line.status.startsWith('Digest: ')) return { ...timed, isDocker: true, hasDigest: true };
  if (line.status.startsWith('Status: ')) return complete(timed);
  return line.id === null ? timed : reduceLayer(timed, line.id, line);
}

/** Sizes from the manifest; they may come at any time, or never. */
export function withLayerSizes(state: PullState, sizes: readonly { digest: string; bytes: number }[]): PullState {
  // The engine's ids are the first 12 digits of the digest (ngc facts 8).
  const byId = new Map(sizes.map(({ digest, bytes }) => [digest.replace(/^[^:]*:/, '').slice(0, 12), bytes]));
  return byId.size === 0 || state.outcome !== 'running' ? state : show({ ...state, sizes: byId });
}

/** `ended` judges by what the engine said: the end of a stream alone proves nothing. */
export function endPull(state: PullState, how: 'ended' | 'failed' | 'cancelled', atMs: number): PullState {
  const timed = { ...state, atMs: Math.max(atMs, state.atMs) };
  // A failure counts even after the word of success: both together are no success.
  if (how === 'failed' && state.outcome !== 'cancelled') return { ...timed, outcome: 'failed' };
  if (state.outcome !== 'running') return timed;
  if (how === 'cancelled') return { ...timed, outcome: 'cancelled' };
  return isComplete(state) ? complete(timed) : { ...timed, outcome: 'incomplete' };
}

/** The engine gave up, threw away what it had fetched, and will be asked again. Sizes stay known. */
export function retryPull(state: PullState, atMs: number): PullState {
  const now = Math.max(atMs, state.atMs);
  return { ...beginPull(now), sizes: state.sizes, isWaitingForRetry: true };
}

/** For Podman, whose lines do not say that all is well: call it once the image is there. */
export function completePull(state: PullState, atMs: number): PullState {
  return complete({ ...state, atMs: Math.max(atMs, state.atMs) });
}

export function toProgress(state: PullState, nowMs: number): PullProgress {
  const now = Math.max(nowMs, state.atMs);
  const phase = phaseOf(state);
  const isStalled = !state.isWaitingForRetry && isWaitingForBytes(phase) && now - state.activeAtMs >= stallAfterMs;
  const { bytesDone, bytesTotal } = state.shown;
  const rate = phase === 'DOWNLOADING' && !isStalled ? rateOf(state.samples, now) : null;
  const hasEta = rate !== null && rate > 0 && bytesTotal !== null;
  return {
    phase: isStalled ? 'STALLED' : phase,
    bytesDone,
    bytesTotal,
    layers: countLayers(state),
    bytesPerSecond: rate,
    etaSeconds: hasEta ? Math.ceil((bytesTotal - bytesDone) / rate) : null,
    stalledSince: isStalled ? new Date(state.activeAtMs).toISOString() : null,
  };
}

function reduceLayer(state: PullState, id: string, line: PullLine): PullState {
  const isDocker = state.isDocker || isDockerOnly(line);
  const before = state.layers.get(id);
  // Podman's closing line names the image, which is its configuration: seen before as a blob, or not at all.
  const isImageNamed =
    !isDocker && line.status === 'Download complete' && (before === undefined || before.stage === 'fetched');
  if (isImageNamed) return show({ ...state, isImageNamed });

  // Podman also lists the configuration as if it were a layer; the manifest tells.
  if (!isDocker && state.sizes !== null && !state.sizes.has(id)) return { ...state, isImageNamed: false };

  const layer = nextLayer(before, line, state.sizes?.get(id) ?? null);
  if (layer === null) return { ...state, isDocker, isImageNamed: false };
  const gained = layer.fetched - (before?.fetched ?? 0);
  const isAlive = layer.stage === 'retrying' || gained > 0 || (layer.stage !== before?.stage && !isUnpacked(layer));
  const layers = new Map(state.layers).set(id, layer);
  return show({
    ...state,
    isDocker,
    isImageNamed: false,
    layers,
    activeAtMs: isAlive ? state.atMs : state.activeAtMs,
    samples: nextSamples(state, before, Math.max(gained, 0), layers),
  });
}

function nextSamples(
  state: PullState,
  before: Layer | undefined,
  gained: number,
  layers: PullState['layers'],
): RateSamples {
  // After a wait for a retry the speed is measured anew: the pause says nothing about it.
  if (phaseOf({ ...state, layers }) === 'RETRYING') return noSamples;
  // Where a layer is taken up again its first line counts what was kept: no bytes of this moment.
  return before?.stage === 'downloading' ? addSample(state.samples, state.atMs, gained) : state.samples;
}

const dockerOnly = new Set(['Waiting', 'Verifying Checksum', 'Extracting', 'Pull complete']);

function isDockerOnly(line: PullLine): boolean {
  return line.status !== null && (dockerOnly.has(line.status) || line.status.startsWith('Retrying in '));
}

function isUnpacked({ stage }: Layer): boolean {
  return stage === 'extracting' || stage === 'complete';
}

function isFetched({ stage }: Layer): boolean {
  return stage === 'fetched' || stage === 'existing' || stage === 'complete' || stage === 'extracting';
}

/** Whether what the engine said amounts to success, at the end of its stream. */
function isComplete(state: PullState): boolean {
  const layers = [...state.layers.values()];
  // The containerd store of 26.x says no more than the digest when everything was there.
  if (state.isDocker) return state.hasDigest && layers.length === 0;
  return state.isImageNamed || (layers.length > 0 && layers.every(isFetched));
}

function complete(state: PullState): PullState {
  const layers = new Map<string, Layer>();
  for (const [id, layer] of state.layers) {
    const size = sizeOf(layer, state.sizes?.get(id) ?? null);
    layers.set(
      id,
      layer.stage === 'existing' ? layer : { ...layer, stage: 'complete', fetched: size ?? layer.fetched },
    );
  }
  return show({ ...state, layers, outcome: 'done' });
}

/** Layers of the manifest that the engine did not name: it has them, once it has begun to fetch others. */
function unnamedLayers(state: PullState): { sizes: number[]; areThere: boolean } {
  const named = [...state.layers.keys()];
  const isOtherManifest =
    state.sizes === null || (state.isDocker && named.some((id) => state.sizes?.has(id) === false));
  if (isOtherManifest) return { sizes: [], areThere: true };
  const sizes = [...(state.sizes ?? [])].filter(([id]) => !state.layers.has(id)).map(([, bytes]) => bytes);
  const hasBegun = [...state.layers.values()].some(({ stage }) => stage !== 'waiting' && stage !== 'existing');
  return { sizes, areThere: state.outcome === 'done' || (state.isDocker && hasBegun) };
}

function countLayers(state: PullState): PullProgress['layers'] {
  const unnamed = unnamedLayers(state);
  const layers = [...state.layers.values()];
  const existing =
    layers.filter(({ stage }) => stage === 'existing').length + (unnamed.areThere ? unnamed.sizes.length : 0);
  const finished = layers.filter(
    ({ stage }) => stage === 'complete' || (stage === 'fetched' && !state.isDocker),
  ).length;
  return { total: layers.length + unnamed.sizes.length, done: existing + finished, existing };
}

/** Brings what is shown forward to what is true, if that is forward: neither the bytes nor their share may fall. */
function show(state: PullState): PullState {
  const next = trueBytes(state);
  const { shown } = state;
  const bytesDone = Math.max(next.bytesDone, shown.bytesDone);
  if (shown.bytesTotal === null) {
    const bytesTotal = next.bytesTotal === null ? null : Math.max(next.bytesTotal, bytesDone);
    return { ...state, shown: { bytesDone, bytesTotal } };
  }
  if (next.bytesTotal === null) {
    return { ...state, shown: { bytesDone: Math.min(bytesDone, shown.bytesTotal), bytesTotal: shown.bytesTotal } };
  }
  const bytesTotal = Math.max(next.bytesTotal, bytesDone);
  const isForward = share(bytesDone, bytesTotal) >= share(shown.bytesDone, shown.bytesTotal);
  return isForward ? { ...state, shown: { bytesDone, bytesTotal } } : state;
}

function share(done: number, total: number): number {
  return total === 0 ? 1 : done / total;
}

function trueBytes(state: PullState): { bytesDone: number; bytesTotal: number | null } {
  const unnamed = unnamedLayers(state);
  const fetching = [...state.layers].filter(([, { stage }]) => stage !== 'existing');
  const sizes = fetching.map(([id, layer]) => sizeOf(layer, state.sizes?.get(id) ?? null));
  const bytesDone = fetching.reduce((sum, [, { fetched }]) => sum + fetched, 0);
  // Without the manifest all sizes are known only where all layers were named, and some are to be fetched.
  const areAllNamed = state.outcome === 'done' || (state.isDocker && fetching.length > 0) || isManifestNamed(state);
  const isKnown = (state.layers.size > 0 && areAllNamed) || (unnamed.sizes.length > 0 && hasSpoken(state));
  const outstanding = unnamed.areThere ? 0 : unnamed.sizes.reduce((sum, bytes) => sum + bytes, 0);
  const bytesTotal = sizes.reduce<number | null>((sum, size) => (sum === null || size === null ? null : sum + size), 0);
  return { bytesDone, bytesTotal: isKnown && bytesTotal !== null ? bytesTotal + outstanding : null };
}

function isManifestNamed(state: PullState): boolean {
  return state.sizes !== null && [...state.sizes.keys()].every((id) => state.layers.has(id));
}

/** Before the engine names a layer, what it has already is unknown, and so is what it will fetch. */
function hasSpoken({ layers, outcome }: PullState): boolean {
  return layers.size > 0 || outcome === 'done';
}

function phaseOf({ outcome, layers, isWaitingForRetry }: PullState): PullPhase {
  if (outcome === 'done') return 'DONE';
  if (outcome === 'failed') return 'FAILED';
  if (outcome === 'cancelled') return 'CANCELLED';
  if (isWaitingForRetry) return 'RETRYING';
  const stages = new Set([...layers.values()].map(({ stage }) => stage));
  if (!stages.has('complete') && [...stages].every((stage) => stage === 'existing')) return 'RESOLVING';
  if (stages.has('downloading')) return 'DOWNLOADING';
  if (stages.has('retrying')) return 'RETRYING';
  if (stages.has('waiting')) return 'DOWNLOADING';
  // An engine that says nothing after the last byte (26.1 with the containerd store) unpacks all the same.
  if (stages.has('fetched') || stages.has('extracting')) return 'EXTRACTING';
  return 'VERIFYING';
}

function isWaitingForBytes(phase: PullPhase): boolean {
  return phase === 'RESOLVING' || phase === 'DOWNLOADING' || phase === 'RETRYING';
}

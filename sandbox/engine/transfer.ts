import type { EngineFault } from './faults.ts';
import { EngineError } from './http.ts';
import type { LayerOfImage } from './image.ts';
import type { ImageStore } from './image-store.ts';
import type { LayerNews } from './pull-lines.ts';
import type { ModeFacts } from './store-mode.ts';

export interface TransferParts {
  layers: readonly LayerOfImage[];
  facts: ModeFacts;
  store: ImageStore;
  /** Asked at every tick; bytes for this transfer. */
  bytesPerSecond(): number;
  speed(): number;
  /** A fault that waits for a pull, taken when this one has come far enough. */
  takeFault(): EngineFault | null;
  isStalled(): boolean;
  say(layer: LayerOfImage, news: LayerNews): void;
}

interface Progress {
  layer: LayerOfImage;
  stage: 'queued' | 'fetching' | 'fetched' | 'unpacking' | 'done';
  fetched: number;
  /** Where the connection of now began: overlay2 counts from there. */
  from: number;
  said: number;
  unpacked: number;
  unpackTicks: number;
}

const tickMs = 100;
/** A line after so much more, or after a hundredth of the layer (ngc facts 8.3). */
const lineBytes = 512 * 1024;
const unpackBytesPerSecond = 400_000_000;
/** A fault comes in the middle: late enough to be seen, early enough to be soon. */
const faultAfter = 0.35;
const retrySeconds = 5;

/** One image on its way. Runs a clock only while it is; `signal` ends it. Rejects with what the engine would say. */
export async function runTransfer(parts: TransferParts, signal: AbortSignal): Promise<void> {
  const { layers, facts, store } = parts;
  const isHere = (layer: LayerOfImage) =>
    store.hasLayer(layer.digest) || (facts.isContainerd && store.kept.get(layer.digest) === layer.bytes);
  const missing = layers.filter((layer) => !isHere(layer));
  if (missing.length === 0) return;
  const all: Progress[] = missing.map((layer) => {
    const fetched = facts.isContainerd ? (store.kept.get(layer.digest) ?? 0) : 0;
    return { layer, stage: 'queued', fetched, from: 0, said: 0, unpacked: 0, unpackTicks: 0 };
  });
  for (const layer of layers) parts.say(layer, { kind: isHere(layer) ? 'there' : 'known' });
  for (const { layer } of all.slice(facts.layersAtOnce)) parts.say(layer, { kind: 'queued' });
  // What an earlier pull left is named before the first byte comes, so also while none does (capture
  // real-26.1-containerd-after-cancel).
  for (const each of all) {
    if (each.fetched === 0) continue;
    each.said = each.fetched;
    parts.say(each.layer, { kind: 'fetching', current: each.fetched, total: each.layer.bytes });
  }

  const toFetch = all.reduce((sum, { layer, fetched }) => sum + layer.bytes - fetched, 0);
  let transferred = 0;
  let fault: EngineFault | null = null;
  let pauseTicks = 0;
  const over = Promise.withResolvers<void>();

  const retryTicks = () => Math.max(1, Math.round(1000 / tickMs / parts.speed()));
  const active = () =>
    all.filter(({ stage }) => stage === 'fetching' || stage === 'queued').slice(0, facts.layersAtOnce);

  function fetchSome(): void {
    if (transferred >= toFetch * faultAfter) fault ??= parts.takeFault();
    if (fault === 'next-pull-dies' || fault === 'next-pull-fills-disk') throw new EngineError(500, fault);
    if (fault === 'next-pull-breaks') {
      fault = null;
      pauseTicks = retrySeconds * retryTicks();
      for (const each of active()) each.from = each.fetched;
    }
    if (parts.isStalled()) return;
    const now = active();
    let budget = (parts.bytesPerSecond() * tickMs) / 1000;
    for (const [index, each] of now.entries()) {
      if (each.stage === 'queued') each.stage = 'fetching';
      const share = Math.ceil(budget / (now.length - index));
      const step = Math.min(share, each.layer.bytes - each.fetched);
      each.fetched += step;
      budget -= step;
      transferred += step;
      if (facts.isContainerd) store.kept.set(each.layer.digest, each.fetched);
      sayFetched(each);
    }
  }

  function sayFetched(each: Progress): void {
    const { layer, fetched, from } = each;
    const isWhole = fetched >= layer.bytes;
    const total = facts.isContainerd ? layer.bytes : layer.bytes - from;
    const current = facts.isContainerd ? fetched : fetched - from;
    const isMore = current - each.said >= Math.min(lineBytes, total / 100) || current < each.said;
    if (isMore && (!isWhole || facts.isContainerd)) {
      each.said = current;
      parts.say(layer, { kind: 'fetching', current, total });
    }
    if (!isWhole) return;
    each.stage = 'fetched';
    parts.say(layer, { kind: 'fetched' });
  }

  /** One after the other and in order, behind the fetching. */
  function unpackSome(): void {
    let budget = (unpackBytesPerSecond * parts.speed() * tickMs) / 1000;
    for (const each of all) {
      if (each.stage === 'done') continue;
      if (each.stage !== 'fetched' && each.stage !== 'unpacking') return;
      const total = each.layer.bytes;
      const step = Math.min(budget, total - each.unpacked);
      each.stage = 'unpacking';
      each.unpacked += step;
      each.unpackTicks += 1;
      budget -= step;
      const seconds = Math.max(1, Math.ceil((each.unpackTicks * tickMs) / 1000));
      parts.say(each.layer, { kind: 'unpacking', current: Math.floor(each.unpacked), total, seconds });
      if (each.unpacked < total) return;
      each.stage = 'done';
      parts.say(each.layer, { kind: 'unpacking', current: total, total, seconds });
      parts.say(each.layer, { kind: 'done' });
    }
  }

  function waitForRetry(): void {
    if (pauseTicks % retryTicks() === 0) {
      const seconds = pauseTicks / retryTicks();
      for (const { layer } of active()) parts.say(layer, { kind: 'retrying', seconds });
    }
    pauseTicks -= 1;
    if (pauseTicks === 0) for (const each of active()) each.said = 0;
  }

  const timer = setInterval(() => {
    try {
      if (pauseTicks > 0) waitForRetry();
      else fetchSome();
      unpackSome();
      if (all.every(({ stage }) => stage === 'done')) over.resolve();
    } catch (error) {
      over.reject(error);
    }
  }, tickMs);
  const onAbort = () => over.reject(new EngineError(500, 'context canceled'));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await over.promise;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

import type { PullLine } from '../engine/ndjson.ts';

export type LayerStage =
  'waiting' | 'downloading' | 'retrying' | 'verifying' | 'fetched' | 'extracting' | 'complete' | 'existing';

/** One layer, as far as the engine's lines tell. */
export interface Layer {
  stage: LayerStage;
  /** Compressed bytes on this machine; falls when a server does not resume. */
  fetched: number;
  /** The largest total that was named: after a resume the engine names what is left only. */
  size: number | null;
}

const rank: Record<LayerStage, number> = {
  waiting: 0,
  downloading: 1,
  retrying: 1,
  verifying: 2,
  fetched: 3,
  extracting: 4,
  complete: 5,
  existing: 5,
};

const stageOfStatus: Record<string, LayerStage | undefined> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'verifying',
  'Download complete': 'fetched',
  Extracting: 'extracting',
  'Pull complete': 'complete',
  'Already exists': 'existing',
};

/** The size from the manifest if there is one, else the largest that the engine named. */
export function sizeOf(layer: Layer, manifestSize: number | null): number | null {
  return manifestSize ?? layer.size;
}

/** The layer after the line, or null where the line is not about a layer's progress. */
export function nextLayer(before: Layer | undefined, line: PullLine, manifestSize: number | null): Layer | null {
  const named = line.status === null ? undefined : stageOfStatus[line.status];
  const stage = named ?? (isRetry(line) ? 'retrying' : undefined);
  if (stage === undefined) return null;
  const layer = before ?? { stage: 'waiting', fetched: 0, size: null };
  if (stage === 'waiting') return layer;
  if (stage === 'downloading') return download(layer, line, manifestSize);
  // A checksum that does not match is retried, too; after that nothing is.
  if (stage === 'retrying') return rank[layer.stage] <= rank.verifying ? { ...layer, stage } : layer;
  if (stage === 'existing') {
    const isUntouched = layer.fetched === 0 && rank[layer.stage] < rank.verifying;
    return isUntouched ? { ...layer, stage } : finish(layer, 'complete', manifestSize);
  }
  // overlay2 counts the compressed bytes it has unpacked: the size of a layer too small for a download line.
  const isSize = stage === 'extracting' && line.units === null && line.total !== null;
  return finish(isSize ? { ...layer, size: larger(layer.size, line.total) } : layer, stage, manifestSize);
}

function isRetry({ status }: PullLine): boolean {
  return status !== null && /^Retrying in \d+ seconds?$/.test(status);
}

function download(layer: Layer, line: PullLine, manifestSize: number | null): Layer {
  // Lines may overtake each other; and one without numbers is the last word of a layer whose retries ran out.
  if (rank[layer.stage] > rank.downloading || line.current === null) return layer;
  const size = larger(layer.size, line.total);
  const whole = sizeOf({ ...layer, size }, manifestSize);
  // A resumed layer names what is left as its total and counts from 0; one that begins again names the whole.
  const kept = whole === null || line.total === null ? 0 : Math.max(whole - line.total, 0);
  const fetched = Math.min(kept + line.current, whole ?? Infinity);
  return { stage: 'downloading', fetched, size };
}

function finish(layer: Layer, stage: LayerStage, manifestSize: number | null): Layer {
  const isForward = rank[stage] > rank[layer.stage];
  const isThere = layer.stage === 'existing';
  if (isThere) return layer;
  const fetched = sizeOf(layer, manifestSize) ?? layer.fetched;
  return { ...layer, stage: isForward ? stage : layer.stage, fetched };
}

function larger(known: number | null, named: number | null): number | null {
  return known === null || named === null ? (known ?? named) : Math.max(known, named);
}

import type Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import { dockerError, engineStatus, type ErrorContext } from '../engine/docker-errors.ts';
import { readNdjson } from '../engine/ndjson.ts';
import { abortable } from '../lib/abortable.ts';
import type { LayerSize, RegistryCredential } from '../ngc/service.ts';
import {
  beginPull,
  completePull,
  endPull,
  type PullState,
  reducePull,
  retryPull,
  toProgress,
  withLayerSizes,
} from './pull-progress.ts';
import { formatReference, type ImageReference } from './reference.ts';

/** Without lines the clock still moves: a stall shows within this time of its limit, and a rate fades. */
const tickMs = 1_000;

export interface EnginePull {
  docker: Docker;
  reference: ImageReference;
  /** Podman never says that all is well: there the image itself is asked for. */
  isPodman: boolean;
  /** A new object for each try: dockerode deletes it from its options. */
  credential: () => Promise<RegistryCredential | null>;
  /** What the registry says of the key itself, asked anew; never rejects. */
  checkKey: (refusal: AppError) => Promise<'accepted' | 'refused' | 'unknown'>;
  layerSizes: (signal: AbortSignal) => Promise<readonly LayerSize[] | null>;
  onProgress: (progress: PullProgress) => void;
  now: () => number;
  /** The engine tries a broken request to the registry only once more, and ends the pull when that breaks, too. */
  givesUpEarly: boolean;
  signal: AbortSignal;
  /** Before each further try. */
  retryPausesMs?: readonly number[];
}

/** The classic store tries five times by itself, after 5, 10, 15 and 20 s (ngc facts 8.4); whoever waits here waits less. */
const usualRetryPausesMs = [2_000, 5_000, 10_000, 15_000];

/**
 * One pull through the engine, from the request to the engine's own word. Rejects with the failure's AppError; an abort
 * closes the connection, which ends the engine's work. Nothing of it outlives the promise.
 */
export async function pullImage(pull: EnginePull): Promise<void> {
  const report = createReporter(pull);
  const sizes = new AbortController();
  const stopSizes = () => sizes.abort();
  pull.signal.addEventListener('abort', stopSizes, { once: true });
  const sizesRead = readSizes(pull, report, sizes.signal);
  const tick = setInterval(report.tick, tickMs);
  try {
    report.tick();
    await pullWithRetries(pull, report);
  } catch (error) {
    report.change((state, atMs) => endPull(state, pull.signal.aborted ? 'cancelled' : 'failed', atMs));
    throw pull.signal.aborted ? cancelled() : error;
  } finally {
    clearInterval(tick);
    pull.signal.removeEventListener('abort', stopSizes);
    sizes.abort();
    await sizesRead;
  }
}

interface Reporter {
  change: (next: (state: PullState, atMs: number) => PullState) => PullState;
  /** Reports what the clock alone has changed. */
  tick: () => void;
}

function createReporter({ now, onProgress }: Pick<EnginePull, 'now' | 'onProgress'>): Reporter {
  let state = beginPull(now());
  let reported = '';
  const report = () => {
    const progress = toProgress(state, now());
    const spelled = JSON.stringify(progress);
    if (spelled === reported) return;
    reported = spelled;
    onProgress(progress);
  };
  return {
    change(next) {
      state = next(state, now());
      report();
      return state;
    },
    tick: report,
  };
}

async function readSizes(pull: EnginePull, report: Reporter, signal: AbortSignal): Promise<void> {
  try {
    const sizes = await abortable(pull.layerSizes(signal), signal);
    if (sizes !== null && !signal.aborted) report.change((state) => withLayerSizes(state, sizes));
  } catch {
    // Sizes only make the progress better: their failure is never the pull's, and whoever reads them logs it.
  }
}

/**
 * A stored key that the registry refuses would break the pull of public images, too (ngc facts 2.1): then the image is
 * asked for once more without it, and the key is checked, which says openly that it no longer works. Where that does
 * not help the check decides what it was: engines say the same of a refused key and of one that may not read this.
 */
async function pullWithOrWithoutKey(pull: EnginePull, report: Reporter): Promise<void> {
  let fetchedBefore = 0;
  for (;;) {
    const credential = await pull.credential();
    if (pull.signal.aborted) throw cancelled();
    try {
      return await pullOnce(pull, report, credential);
    } catch (error) {
      if (!isAppError(error) || !isAboutKey(error) || pull.signal.aborted) throw error;
      const fetched = report.change((state) => state).shown.bytesDone;
      if (fetched > fetchedBefore) {
        // Whoever was let in a moment ago was not refused for the key: the token that the engine got for it has expired,
        // and the classic store asks for no other one when a connection breaks (measured on 20.10 and 26.1). A new pull
        // does. It ends, since each has to get further than the one before.
        fetchedBefore = fetched;
        report.change(retryPull);
        continue;
      }
      if (credential === null) throw error;
      return await pullWithoutKey(pull, report, error);
    }
  }
}

async function pullWithoutKey(pull: EnginePull, report: Reporter, refusal: AppError): Promise<void> {
  try {
    await pullOnce(pull, report, null);
    void pull.checkKey(refusal);
  } catch (error) {
    if (pull.signal.aborted || !isAppError(error) || !(isAboutKey(error) || error.code === 'IMAGE_NOT_FOUND'))
      throw error;
    const verdict = await abortable(pull.checkKey(refusal), pull.signal);
    if (verdict === 'unknown') throw refusal;
    const code = verdict === 'refused' ? 'NGC_KEY_REJECTED' : 'IMAGE_NOT_FOUND';
    throw new AppError(code, refusal.message, refusal.detail, { cause: refusal });
  }
}

function isAboutKey({ code }: AppError): boolean {
  return code === 'NGC_KEY_REJECTED' || code === 'NGC_KEY_MISSING' || code === 'NGC_FORBIDDEN';
}

/**
 * An engine with the containerd store ends the whole pull when a request to the registry breaks twice in a row, and
 * throws away what it had fetched (measured on 26.1; of a cancelled pull it keeps the layers). Whoever wants the image
 * would ask again, so that is done here, and shown as what it is: a beginning. A registry that never gave a byte is
 * said at once.
 */
async function pullWithRetries(pull: EnginePull, report: Reporter): Promise<void> {
  const pauses = [...(pull.retryPausesMs ?? usualRetryPausesMs)];
  for (;;) {
    try {
      return await pullWithOrWithoutKey(pull, report);
    } catch (error) {
      const hasBegun = report.change((state) => state).shown.bytesDone > 0;
      const mayHelp = pull.givesUpEarly && hasBegun && isAppError(error) && isBroken(error);
      const pause = mayHelp && !pull.signal.aborted ? pauses.shift() : undefined;
      if (pause === undefined) throw error;
      report.change(retryPull);
      await delay(pause, undefined, { signal: pull.signal });
    }
  }
}

function isBroken({ code }: AppError): boolean {
  return code === 'NETWORK_UNREACHABLE' || code === 'PULL_INTERRUPTED' || code === 'DNS_FAILED';
}

async function pullOnce(pull: EnginePull, report: Reporter, credential: RegistryCredential | null): Promise<void> {
  const { docker, reference, signal } = pull;
  const name = formatReference(reference);
  const about: ErrorContext = {
    signal,
    action: 'pull',
    reference: name,
    credential: credential === null ? 'none' : 'sent',
  };
  const stream = await openPull(docker, reference, credential, about);
  for await (const line of readNdjson(stream, signal, about)) {
    report.change((state, atMs) => reducePull(state, line, atMs));
  }
  const state = report.change((before, atMs) => (pull.isPodman ? before : endPull(before, 'ended', atMs)));
  if (state.outcome === 'done') return;
  if (!pull.isPodman) {
    throw new AppError('PULL_INTERRUPTED', 'The engine ended the pull without a word of success.', {
      reference: name,
    });
  }
  await confirmImage(docker, name, signal, about);
  report.change(completePull);
}

async function openPull(
  docker: Docker,
  { registry, repository, tag, digest }: ImageReference,
  credential: RegistryCredential | null,
  about: ErrorContext,
): Promise<NodeJS.ReadableStream> {
  try {
    // A tag always goes along: without one the engine would pull every tag there is (ngc facts 8).
    return await docker.createImage({
      fromImage: `${registry}/${repository}`,
      tag: digest ?? tag ?? 'latest',
      abortSignal: about.signal,
      ...(credential === null ? {} : { authconfig: { ...credential } }),
    });
  } catch (error) {
    throw dockerError(error, about);
  }
}

async function confirmImage(
  docker: Docker,
  reference: string,
  signal: AbortSignal,
  about: ErrorContext,
): Promise<void> {
  try {
    // dockerode's inspect of an image takes no signal.
    await abortable(docker.getImage(reference).inspect(), signal);
  } catch (error) {
    if (engineStatus(error) !== 404 || signal.aborted) throw dockerError(error, about);
    throw new AppError('PULL_INTERRUPTED', 'The pull ended, but the image is not there.', { reference });
  }
}

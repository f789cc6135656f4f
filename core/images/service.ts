import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../../shared/contract/index.ts';
import type { LocalImage } from '../../shared/contract/images.ts';
import type { CancelKeeps, PullProgress } from '../../shared/contract/jobs.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { dockerError, engineStatus } from '../engine/docker-errors.ts';
import type { EngineService } from '../engine/service.ts';
import type { JobsService } from '../jobs/service.ts';
import { abortable } from '../lib/abortable.ts';
import { createValue } from '../lib/value.ts';
import type { NgcService } from '../ngc/service.ts';
import { listImages } from './local-images.ts';
import { pullImage } from './pull.ts';
import { formatReference, parseReference } from './reference.ts';
import { createSharedPulls } from './shared-pulls.ts';

const listAgainMs = 500;

/** Dated as the clock is now, and going on as one that nobody sets: a stall is no longer or shorter for it. */
function sinceNow({ now, steady }: Pick<CoreDeps, 'now' | 'steady'>): () => number {
  const [date, from] = [now(), steady()];
  return () => date + steady() - from;
}

export interface PullOptions {
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

export interface ImagesService {
  api: Api['images'];
  /**
   * Joins the pull of this reference that is under way or begins one; the engine's pull ends when the last one who
   * joined has left. Rejects with the AppError of the failure.
   */
  pull(reference: string, options: PullOptions): Promise<void>;
  /** Whether the reference is in the engine's store. */
  has(reference: string, signal: AbortSignal): Promise<boolean>;
  /** For which processor an image of the store is made, as the engine calls it; null: it is not there, or that could not be asked. */
  processor(reference: string, signal: AbortSignal): Promise<string | null>;
  /** What the store at hand keeps of a cancelled pull. */
  cancelKeeps(): CancelKeeps;
  close(): Promise<void>;
}

export function createImagesService(
  deps: CoreDeps,
  engine: EngineService,
  ngc: NgcService,
  jobs: JobsService,
): ImagesService {
  const { log } = deps;
  const local = createValue<LocalImage[] | null>(null);
  const closing = new AbortController();
  const pulls = createSharedPulls(pullThroughEngine);
  /** The running job of each reference, by its one spelling. */
  const jobOf = new Map<string, string>();
  let refreshing: Promise<void> | null = null;
  let isStale = false;

  async function pullThroughEngine(reference: string, { signal, onProgress }: PullOptions): Promise<void> {
    const state = await engine.settled(signal);
    if (signal.aborted) throw cancelled();
    const platform = { os: 'linux', architecture: state.architecture ?? deps.architecture };
    await pullImage({
      docker: engine.docker(),
      reference: parseReference(reference),
      isPodman: state.kind === 'podman',
      givesUpEarly: state.store === 'containerd',
      credential: () => ngc.credentialFor(reference),
      layerSizes: (sizesSignal) => ngc.layerSizes(reference, platform, sizesSignal),
      checkKey,
      onProgress,
      now: sinceNow(deps),
      signal,
    });
  }

  /** The key's state is shown everywhere, so a check says openly whether it still works. */
  async function checkKey(refusal: AppError): Promise<'accepted' | 'refused' | 'unknown'> {
    log.warn('pull.key-refused', { said: refusal.message });
    try {
      const { state, failure } = await ngc.api.check({}, { signal: closing.signal });
      if (failure !== null && state !== 'rejected') return 'unknown';
      return state === 'signed-in' ? 'accepted' : state === 'rejected' ? 'refused' : 'unknown';
    } catch (error) {
      log.warn('ngc.check-failed', { said: error instanceof Error ? error.message : String(error) });
      return 'unknown';
    }
  }

  /** At most one listing at a time; whatever happens during it leads to exactly one more. */
  function refresh(): void {
    isStale = true;
    refreshing ??= readWhileStale().finally(() => {
      refreshing = null;
    });
  }

  async function readWhileStale(): Promise<void> {
    while (isStale && !closing.signal.aborted) {
      isStale = false;
      if (engine.state().status !== 'connected') {
        local.set(null);
        continue;
      }
      try {
        local.set(await listImages(engine.docker(), closing.signal));
      } catch (error) {
        if (closing.signal.aborted) return;
        // Unknown is not none. Whose socket is away for a moment stays connected: no event and no connect would ask again.
        log.warn('images.list-failed', { said: dockerError(error).message });
        local.set(null);
        isStale = true;
        await delay(listAgainMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  const stopListening = [
    engine.onChange(refresh),
    engine.onEvent(({ type }) => {
      if (type === 'image') refresh();
    }),
  ];
  refresh();

  const cancelKeeps = () => keptBy[engine.state().store ?? 'other'];

  function startJob(reference: string): string {
    const { id } = jobs.start({ kind: 'pull', title: reference, reference, nimId: null }, async (job) => {
      const forget = () => {
        if (jobOf.get(reference) === job.id) jobOf.delete(reference);
      };
      // One that is being cancelled is not joined: whoever asks now wants the image.
      job.signal.addEventListener('abort', forget, { once: true });
      try {
        await engine.settled(job.signal);
        job.report({ cancelKeeps: cancelKeeps() });
        await pulls.join(reference, { signal: job.signal, onProgress: (pull) => job.report({ pull }) });
        job.report({ cancelKeeps: null });
      } finally {
        forget();
      }
    });
    return id;
  }

  return {
    api: {
      watch: (_input, options) => local.watch(options?.signal),
      async pull({ reference }) {
        const spelled = formatReference(parseReference(reference));
        const running = jobOf.get(spelled);
        if (running !== undefined) return { jobId: running };
        const jobId = startJob(spelled);
        jobOf.set(spelled, jobId);
        return { jobId };
      },
      async remove({ reference }, options) {
        const signal = options?.signal ?? closing.signal;
        await engine.settled(signal);
        try {
          await engine.docker().getImage(reference).remove({ abortSignal: signal });
        } catch (error) {
          throw await removalError(engine, reference, error, signal);
        }
        refresh();
        return {};
      },
    },
    pull: async (reference, options) => pulls.join(formatReference(parseReference(reference)), options),
    async has(reference, signal) {
      await engine.settled(signal);
      try {
        const image = engine.docker().getImage(formatReference(parseReference(reference)));
        await abortable(image.inspect(), signal);
        return true;
      } catch (error) {
        if (engineStatus(error) === 404 && !signal.aborted) return false;
        throw dockerError(error, { signal, reference, action: 'inspect' });
      }
    },
    async processor(reference, signal) {
      try {
        const image = engine.docker().getImage(formatReference(parseReference(reference)));
        return (await abortable(image.inspect(), signal)).Architecture || null;
      } catch (error) {
        const translated = dockerError(error, { signal, reference, action: 'inspect' });
        if (translated.code === 'CANCELLED') throw translated;
        if (engineStatus(error) !== 404) log.info('images.processor-not-read', { said: translated.message });
        return null;
      }
    },
    cancelKeeps,
    async close() {
      closing.abort();
      for (const stop of stopListening) stop();
      await Promise.all([pulls.close(), refreshing]);
    },
  };
}

/** Measured: overlay2 drops even finished layers, the containerd store keeps finished and partial ones (test host 2.1). */
const keptBy = { overlay2: 'nothing', containerd: 'layers', podman: 'unknown', other: 'unknown' } as const;

/** An image in use is a conflict that names the containers: the engine's text has only an id, if any. */
async function removalError(
  engine: EngineService,
  reference: string,
  error: unknown,
  signal: AbortSignal,
): Promise<AppError> {
  const translated = dockerError(error, { signal, reference, action: 'remove' });
  if (translated.code === 'IMAGE_NOT_FOUND') return new AppError('NOT_FOUND', translated.message, { reference });
  if (translated.code !== 'CONFLICT') return translated;
  const users = await containersOf(engine, reference, signal);
  if (users.length === 0) return translated;
  const named = users.map((name) => `“${name}”`).join(', ');
  const message =
    users.length === 1 ? `The container ${named} uses this image.` : `The containers ${named} use this image.`;
  return new AppError('CONFLICT', message, { reference, containers: users, said: translated.message });
}

async function containersOf(engine: EngineService, reference: string, signal: AbortSignal): Promise<string[]> {
  try {
    const filters = { ancestor: [reference] };
    const found = await engine.docker().listContainers({ all: true, filters, abortSignal: signal });
    return found.map(({ Names, Id }) => Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12));
  } catch {
    return []; // The names only make the message better; the conflict itself is reported either way.
  }
}

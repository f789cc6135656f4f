import { notifyManager, QueryClient } from '@tanstack/react-query';
import type { ChatSection } from '../shared/contract/chat-history.ts';
import type { Api } from '../shared/contract/index.ts';
import type { Nim } from '../shared/contract/nims.ts';
import { isAppError } from '../shared/errors.ts';
import { errorCatalog } from '../shared/error-catalog.ts';

/** A state that core keeps and the page watches: where it lies in the cache, and how it is opened. */
export interface StreamSource<T> {
  readonly key: readonly string[];
  open(api: Api, signal: AbortSignal): AsyncIterable<T>;
  /** At least so long between two items; without it, one a frame. */
  readonly everyMs?: number;
  /** What core looks for only while somebody wants to see it: closed while the page is hidden. */
  readonly isLook?: boolean;
}

const source = <T>(key: readonly string[], open: StreamSource<T>['open']): StreamSource<T> => ({ key, open });
const look = <T>(...about: Parameters<typeof source<T>>): StreamSource<T> => ({ ...source(...about), isLook: true });

export const streams = {
  engine: source(['engine'], (api, signal) => api.engine.watch({}, { signal })),
  disks: look(['disks'], (api, signal) => api.disks.watch({}, { signal })),
  doctor: source(['doctor'], (api, signal) => api.doctor.watch({}, { signal })),
  gpu: look(['gpu'], (api, signal) => api.gpu.watch({}, { signal })),
  /** Only to have the GPUs read more often while it is open: what is read arrives in `gpu`, as for everybody. */
  gpuClose: look(['gpu-close'], (api, signal) => api.gpu.watch({ isClose: true }, { signal })),
  gpuProofs: look(['gpu-proofs'], (api, signal) => api.gpu.watchProofs({}, { signal })),
  ngc: source(['ngc'], (api, signal) => api.ngc.watch({}, { signal })),
  images: source(['images'], (api, signal) => api.images.watch({}, { signal })),
  nims: source(['nims'], (api, signal) => api.nims.watch({}, { signal })),
  jobs: source(['jobs'], (api, signal) => api.jobs.watch({}, { signal })),
  targets: source(['targets'], (api, signal) => api.chat.targets({}, { signal })),
  conversations: source(['conversations'], (api, signal) => api.chat.watch({}, { signal })),
  comparisons: source(['comparisons'], (api, signal) => api.compare.list({}, { signal })),
  removedComparisons: source(['removed-comparisons'], (api, signal) => api.compare.bin({}, { signal })),
  practice: source(['practice'], (api, signal) => api.practice.watch({}, { signal })),
  settings: source(['settings'], (api, signal) => api.settings.watch({}, { signal })),
  /** Held open by the page that is shown to an audience, so that nothing is told to a room meanwhile. */
  presenting: source(['presenting'], (api, signal) => api.app.present({}, { signal })),
  comparison: (comparisonId: string) =>
    source(['comparison', comparisonId], (api, signal) => api.compare.watch({ comparisonId }, { signal })),
  metrics: (nimId: string) => source(['metrics', nimId], (api, signal) => api.metrics.watch({ nimId }, { signal })),
  nimEvents: (nimId: string) =>
    source(['nim-events', nimId], (api, signal) => api.nims.watchEvents({ nimId }, { signal })),
  // Ten times a second is as fast as anyone reads; each time costs a window of lines as well (measured at 100,000 lines/s on
  // two shared cores: 40 to 50 frames a second, with counts in each frame 23).
  logCounts: (runId: string) => ({
    ...source(['log-counts', runId], (api, signal) => api.logs.watch({ runId }, { signal })),
    everyMs: 100,
  }),
};

/** Keys of what is asked for once; what is watched has its key in `streams`. */
export const keys = {
  info: () => ['info'],
  support: () => ['support'],
  footprint: () => ['footprint'],
  gpuHolders: () => ['gpu-holders'],
  gpuHistory: (uuid: string, seconds: number) => ['gpu-history', uuid, seconds],
  migCards: () => ['mig-cards'],
  /** @param present how the card is cut now: with it the commands change, too */
  migPlan: (gpu: string, slices: readonly string[], layout: number, present: string) => [
    'mig-plan',
    gpu,
    slices,
    layout,
    present,
  ],
  /** `around`: what runs, whose end or start changes the answer. */
  fitPlaces: (subject: string, around: string) => ['fit-places', subject, around],
  fitNeed: ({ id, startedAt }: Pick<Nim, 'id' | 'startedAt'>) => ['fit-need', id, startedAt],
  catalog: () => ['catalog'],
  fitMarks: () => ['fit-marks'],
  fit: (asked: unknown) => ['fit', asked],
  logRuns: (nimId: string, startedAt: string | null) => ['log-runs', nimId, startedAt],
  comparedRound: (comparisonId: string, number: number) => ['compared-round', comparisonId, number],
  comparedRounds: (comparisonId: string, from: number, version: number) => [
    'compared-rounds',
    comparisonId,
    from,
    version,
  ],
  tally: (comparisonId: string | null) => ['tally', comparisonId],
  messages: (conversationId: string) => ['messages', conversationId],
  conversation: (conversationId: string) => ['conversation', conversationId],
  chatSection: (section: ChatSection, block: number) => ['chat-section', section, block],
  chatSearch: (text: string) => ['chat-search', text],
  logSearch: (runId: string, query: { text: string; levels: readonly string[]; view: string }) => [
    'log-search',
    runId,
    query,
  ],
  /** Other answers with another run, and once it is ready. */
  nimDetails: ({ id, startedAt, status }: Pick<Nim, 'id' | 'startedAt' | 'status'>) => [
    'nim-details',
    id,
    startedAt,
    status === 'ready',
  ],
  nimCost: (nimId: string) => ['nim-cost', nimId],
  logErrors: (runId: string) => ['log-errors', runId],
};

/** What is known of chats: asked for again when one of them changes. */
export const chatKeys = ['conversation', 'chat-section', 'chat-search'] as const;

function canRetry(error: unknown): boolean {
  return isAppError(error) && error.code !== 'INTERNAL' && errorCatalog[error.code].retry;
}

export function createQueryClient(): QueryClient {
  // Its own way is a timer, in which the page draws what changed beside it first, and all of it again for this.
  notifyManager.setScheduler(queueMicrotask);
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // Over loopback "offline" says nothing about core.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && canRetry(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

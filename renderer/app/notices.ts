import type { QueryClient } from '@tanstack/react-query';
import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { AppError } from '../../shared/errors.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { toAppError } from '../hooks/read-stream.ts';
import { streams } from '../query.ts';
import { navigate, toHash } from '../router.ts';
import { showToast, type ToastContent } from '../ui/toast.tsx';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { retryOf } from './retry-job.ts';

type Step = NonNullable<ToastContent['action']>;

/** For failures that have no place of their own on the page. */
export function showFailure(failure: AppError): void {
  if (failure.code === 'CANCELLED') return;
  const { title, remedy } = errorCatalog[failure.code];
  showToast({
    title,
    description: failure.message === '' ? remedy : `${failure.message} ${remedy}`,
    tone: 'bad',
    ...(needsKey(failure.code)
      ? { action: { label: words.common.signIn, onSelect: () => useDialogs.getState().openSignIn() } }
      : {}),
  });
}

export function needsKey(code: AppError['code']): boolean {
  return code === 'NGC_KEY_MISSING' || code === 'NGC_KEY_REJECTED';
}

/** Jobs that ran in the earlier list and do not run any more. */
export function justEnded(earlier: readonly Job[], now: readonly Job[]): Job[] {
  const running = new Set(earlier.filter((job) => job.state === 'running').map((job) => job.id));
  return now.filter((job) => job.state !== 'running' && running.has(job.id));
}

function announce(api: Api, job: Job): void {
  if (job.state === 'done') {
    const action = stepAfter(job);
    showToast({ title: words.jobs.done[job.kind](job.title), tone: 'good', ...(action === null ? {} : { action }) });
  }
  if (job.state !== 'failed') return;
  // The list of what runs says it itself.
  if (job.kind === 'deploy' && job.nimId === null && window.location.hash === '#/running') return;
  showToast({
    title: words.jobs.failedTitle[job.kind](job.title),
    ...(job.failure === null ? {} : { description: errorCatalog[job.failure.code].title }),
    tone: 'bad',
    action: nextStep(api, job),
  });
}

/** What one does with what is there now; null where its row or page is open, and the next step stands beside it. */
function stepAfter({ kind, nimId, reference }: Job): Step | null {
  const { hash } = window.location;
  if (kind === 'pull' && reference !== null && hash !== '#/models')
    return { label: words.models.run, onSelect: () => useDialogs.getState().openRun(reference) };
  if (nimId === null) return null;
  const route = { page: 'nim', nimId, tab: 'overview' } as const;
  if (['#/running', toHash(route)].includes(hash)) return null;
  return { label: words.jobs.openNim, onSelect: () => navigate(route) };
}

/** What a failed job wants first. */
function nextStep(api: Api, job: Job): Step {
  const { openSignIn, setTrayOpen } = useDialogs.getState();
  if (job.failure === null || !needsKey(job.failure.code))
    return { label: words.jobs.show, onSelect: () => setTrayOpen(true) };
  const again = retryOf(api, job);
  const afterwards = again === null ? undefined : () => void again().catch((error) => showFailure(toAppError(error)));
  return { label: words.common.signIn, onSelect: () => openSignIn(afterwards) };
}

/** Says on every page how a job ended, whoever began it. Returns how to stop. */
export function announceJobs(client: QueryClient, api: Api): () => void {
  let earlier: readonly Job[] | null = null;
  return client.getQueryCache().subscribe((event) => {
    if (event.query.queryKey[0] !== streams.jobs.key[0]) return;
    const now = client.getQueryData<Job[]>(streams.jobs.key);
    if (now === undefined || now === earlier) return;
    // What had ended before this page was opened is no news.
    if (earlier !== null) for (const job of justEnded(earlier, now)) announce(api, job);
    earlier = now;
  });
}

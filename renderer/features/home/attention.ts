import type { GpuProof } from '../../../shared/contract/gpu-proof.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { NgcStatus } from '../../../shared/contract/ngc.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { upStatuses } from '../../../shared/nim-up.ts';
import { toHash } from '../../router.ts';
import { words } from '../../words.ts';
import { proofTitle } from '../../words/gpu-proof.ts';

export interface AttentionItem {
  id: string;
  tone: 'bad' | 'warn';
  title: string;
  /** What was seen, in the words of whoever said it. */
  detail: string | null;
  /** Null: the jobs tray. */
  link: { label: string; href: string } | null;
}

interface Seen {
  nims: readonly Nim[];
  jobs: readonly Job[];
  ngc: NgcStatus | undefined;
  proofs?: readonly GpuProof[];
}

/** What does not go as it should, the worst first. */
export function attentionItems({ nims, jobs, ngc, proofs = [] }: Seen): AttentionItem[] {
  const { attentionItems: titles, seeLog, seeNim, seeKey } = words.home;
  const gpus = nims.flatMap((nim): AttentionItem[] => {
    const proof = proofs.find(({ nimId, startedAt }) => nimId === nim.id && startedAt === nim.startedAt);
    if (proof === undefined || proof.failure === null) return [];
    const isLost = proof.state === 'lost';
    return [
      {
        id: `gpu ${nim.id}`,
        tone: isLost ? 'bad' : 'warn',
        title: proofTitle(proof, nim.name),
        detail: proof.isBack ? words.gpuProof.back : proof.failure.message,
        link: { label: seeNim, href: toHash({ page: 'nim', nimId: nim.id, tab: 'overview' }) },
      },
    ];
  });
  // A lost GPU says why it ended; its last line seldom does.
  const explained = new Set(proofs.flatMap(({ state, nimId }) => (state === 'lost' ? [nimId] : [])));
  const exited = nims
    .filter((nim) => nim.status === 'exited' && !explained.has(nim.id))
    .map((nim): AttentionItem => ({
      id: nim.id,
      tone: 'bad',
      title: titles.exited(nim.name, nim.exit?.code ?? null),
      detail: nim.exit?.firstErrorLine ?? (nim.exit?.isOutOfMemory === true ? words.running.outOfMemory : null),
      link: { label: seeLog, href: toHash({ page: 'nim', nimId: nim.id, tab: 'log' }) },
    }));
  const silent = nims
    .filter(({ id, status }) => (status === 'not-answering' || status === 'paused') && !explained.has(id))
    .map((nim): AttentionItem => ({
      id: nim.id,
      tone: 'warn',
      title: nim.status === 'paused' ? titles.paused(nim.name) : titles.notAnswering(nim.name),
      detail: nim.status === 'paused' ? words.running.pausedHint : null,
      link: { label: seeNim, href: toHash({ page: 'nim', nimId: nim.id, tab: 'overview' }) },
    }));
  // A failed start whose container is there is told by the container itself.
  const there = new Set([...exited.map((item) => item.id), ...explained]);
  const failed = jobs
    .filter((job) => job.state === 'failed' && !(job.nimId !== null && there.has(job.nimId)))
    .filter((job) => !isMadeGood(job, nims, jobs))
    .map((job): AttentionItem => ({
      id: job.id,
      tone: 'bad',
      title: words.jobs.failedTitle[job.kind](job.title),
      detail: job.failure === null ? null : errorCatalog[job.failure.code].title,
      link: null,
    }));
  const key: AttentionItem[] =
    ngc?.state === 'rejected'
      ? [
          {
            id: 'key',
            tone: 'bad',
            title: titles.keyRejected,
            detail: ngc.failure?.message ?? null,
            link: { label: seeKey, href: toHash({ page: 'settings', section: 'key' }) },
          },
        ]
      : [];
  const lost = gpus.filter(({ tone }) => tone === 'bad');
  const unused = gpus.filter(({ tone }) => tone === 'warn');
  return [...lost, ...exited, ...failed, ...key, ...silent, ...unused];
}

/** What was tried once more is told by the newest try; what runs by now has been started after all. */
function isMadeGood(failed: Job, nims: readonly Nim[], jobs: readonly Job[]): boolean {
  const isAgain = ({ kind, title, startedAt }: Job) =>
    kind === failed.kind && title === failed.title && startedAt > failed.startedAt;
  return jobs.some(isAgain) || nims.some(({ id, status }) => id === failed.nimId && upStatuses.has(status));
}

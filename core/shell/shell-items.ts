import type { Job } from '../../shared/contract/jobs.ts';
import type { Nim, NimList } from '../../shared/contract/nims.ts';
import { shellWords as words } from './words.ts';

/** What a menu of the desktop shows, as data: the desktop draws it and knows no word of it. */
export type ShellItem =
  /** Leads to an address of the page (`#/models`). */
  | { kind: 'link'; label: string; route: string }
  | { kind: 'text'; label: string }
  | { kind: 'line' }
  | { kind: 'open' | 'quit'; label: string };

export interface TrayContent {
  tooltip: string;
  items: ShellItem[];
}

const isUp = ({ status }: Nim) => status !== 'stopped' && status !== 'exited';
const routeOf = (nimId: string) => `#/running/${nimId}/overview`;

/** A menu that is open closes when it is drawn anew: small steps are not worth that. */
const percentStep = 10;

function percentOf({ pull }: Job): number | null {
  if (pull === null || pull.bytesTotal === null || pull.bytesTotal === 0) return null;
  return Math.floor(((100 / percentStep) * pull.bytesDone) / pull.bytesTotal) * percentStep;
}

function describeJob(job: Job): ShellItem {
  const isPulling = job.kind === 'pull' || (job.pull !== null && job.start === null);
  const label = isPulling ? words.pulling(job.title, percentOf(job)) : words.starting(job.title);
  return { kind: 'link', label, route: job.nimId === null ? '#/running' : routeOf(job.nimId) };
}

/** What the tray shows: how many run, each of them, what is under way, and the two things to do. */
export function describeTray({ nims, isKnown }: NimList, jobs: readonly Job[], isPractice: boolean): TrayContent {
  const up = nims.filter(isUp);
  const running = jobs.filter(({ state }) => state === 'running');
  const summary = !isKnown ? words.engineUnknown : up.length === 0 ? words.nothingRuns : words.running(up.length);
  const lines = [
    ...(isPractice ? [words.practice] : []),
    summary,
    ...(running.length === 0 ? [] : [words.jobs(running.length)]),
  ];
  return {
    tooltip: `${words.appName}: ${lines.join(', ')}`,
    items: [
      { kind: 'text', label: isPractice ? `${words.practice}: ${summary}` : summary },
      ...up.map((nim): ShellItem => ({
        kind: 'link',
        label: `${nim.name}, ${words.status[isKnown ? nim.status : 'unknown']}`,
        route: routeOf(nim.id),
      })),
      ...(running.length === 0 ? [] : [{ kind: 'line' } as const]),
      ...running.map(describeJob),
      { kind: 'line' },
      { kind: 'open', label: words.open },
      { kind: 'link', label: words.settings, route: '#/settings' },
      { kind: 'quit', label: words.quit },
    ],
  };
}

/** The pages, for a menu. Their keys are the page's own business: an accelerator here would take them away from it. */
export const pageItems: ShellItem[] = [
  { kind: 'link', label: words.pages.home, route: '#/home' },
  { kind: 'link', label: words.pages.models, route: '#/models' },
  { kind: 'link', label: words.pages.running, route: '#/running' },
  { kind: 'link', label: words.pages.chat, route: '#/chat' },
  { kind: 'link', label: words.pages.settings, route: '#/settings' },
];

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

/** What is known of one core. */
export interface CoreView {
  isPractice: boolean;
  nims: NimList;
  jobs: readonly Job[];
}

const isUp = ({ status }: Nim) => status !== 'stopped' && status !== 'exited';
const isRunning = ({ state }: Job) => state === 'running';
const routeOf = (nimId: string) => `#/running/${nimId}/overview`;

function summarize({ nims: { isKnown, nims }, jobs, isPractice }: CoreView): string {
  const up = nims.filter(isUp).length;
  const under = jobs.filter(isRunning).length;
  const first = !isKnown ? words.engineUnknown : up === 0 ? words.nothingRuns : words.running(up);
  const text = under === 0 ? first : `${first}, ${words.jobs(under)}`;
  return isPractice ? words.inPractice(text) : text;
}

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

function describeCore(view: CoreView): ShellItem[] {
  const { isKnown, nims } = view.nims;
  const describeNim = ({ id, name, status }: Nim): ShellItem => ({
    kind: 'link',
    label: `${name}, ${words.status[isKnown ? status : 'unknown']}`,
    route: routeOf(id),
  });
  return [
    { kind: 'text', label: summarize(view) },
    ...nims.filter(isUp).map(describeNim),
    ...view.jobs.filter(isRunning).map(describeJob),
    { kind: 'line' },
  ];
}

/** What the tray shows: how many run, each of them, what is under way, and the things to do. */
export function describeTray(views: readonly CoreView[]): TrayContent {
  return {
    tooltip: [words.appName, ...views.map(summarize)].join('\n'),
    items: [
      ...views.flatMap(describeCore),
      { kind: 'open', label: words.open },
      { kind: 'link', label: words.settings, route: '#/settings' },
      { kind: 'quit', label: words.quit },
    ],
  };
}

/** The pages, for a menu. Their keys are the page's own business: an accelerator here would take them away from it. */
export const pageItems: readonly ShellItem[] = [
  { kind: 'link', label: words.pages.home, route: '#/home' },
  { kind: 'link', label: words.pages.models, route: '#/models' },
  { kind: 'link', label: words.pages.running, route: '#/running' },
  { kind: 'link', label: words.pages.chat, route: '#/chat' },
  { kind: 'link', label: words.pages.settings, route: '#/settings' },
];

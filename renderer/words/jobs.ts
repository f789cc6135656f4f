import type { CancelKeeps, Job } from '../../shared/contract/jobs.ts';
import { pullPhaseWords, startPhaseWords } from '../../shared/status.ts';
import { counted } from './counted.ts';

export const jobs = {
  title: 'Jobs',
  open: (running: number) => (running === 0 ? 'Jobs' : counted(running, 'job running', 'jobs running')),
  failed: (count: number) => `${count} failed`,
  empty: 'Nothing is being pulled or started.',
  emptyHint: 'Pulls and starts appear here, whichever window or terminal began them.',
  kinds: { pull: 'Pull', deploy: 'Run', start: 'Start' } satisfies Record<Job['kind'], string>,
  states: {
    running: 'In progress',
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    interrupted: 'Interrupted',
  } satisfies Record<Job['state'], string>,
  done: {
    pull: (title: string) => `${title} is pulled`,
    deploy: (title: string) => `${title} is ready`,
    start: (title: string) => `${title} is ready`,
  } satisfies Record<Job['kind'], (title: string) => string>,
  failedTitle: {
    pull: (title: string) => `${title} was not pulled`,
    deploy: (title: string) => `${title} did not start`,
    start: (title: string) => `${title} did not start`,
  } satisfies Record<Job['kind'], (title: string) => string>,
  pullPhases: pullPhaseWords,
  startPhases: startPhaseWords,
  left: (duration: string) => `${duration} left`,
  beginsAgain: 'The connection broke, and this engine keeps nothing of a pull that breaks: it begins again.',
  stalledFor: (duration: string) => `nothing for ${duration}`,
  layers: (done: number, total: number) => `${done} of ${counted(total, 'layer', 'layers')}`,
  bytes: (done: string, total: string | null) => (total === null ? done : `${done} of ${total}`),
  sizeUnknown: 'size not known yet',
  progressOf: (title: string) => `Progress of ${title}`,
  cancel: (title: string) => `Cancel ${title}`,
  cancelQuestion: {
    pull: (title: string) => `Cancel the pull of ${title}?`,
    start: (title: string) => `Cancel the start of ${title}?`,
  },
  cancelConfirm: { pull: 'Cancel the pull', start: 'Cancel the start' },
  cancelKeep: 'Go on',
  cancelCosts: {
    nothing: (done: string) =>
      `This engine keeps nothing of a cancelled pull: what has arrived (${done}) must be fetched again next time.`,
    layers: (done: string) =>
      `What has arrived (${done}) is kept for some hours: until then, pulling again fetches only the rest.`,
    unknown: (done: string) =>
      `Whether this engine keeps what has arrived (${done}) is not known; it may have to be fetched again.`,
  } satisfies Record<CancelKeeps, (done: string) => string>,
  cancelled: {
    nothing: 'Nothing of it was kept.',
    layers: 'What had arrived was kept, for some hours.',
    unknown: 'Whether anything was kept is not known.',
  } satisfies Record<CancelKeeps, string>,
  cancelStart: 'The container that was being started is removed again; what was pulled stays.',
  dismissAll: 'Clear ended',
  dismiss: (title: string) => `Dismiss ${title}`,
  openNim: 'Open',
  openLog: 'Open log',
  logTail: 'Last lines of its log',
  interrupted: 'Nimdeck ended while this was running.',
  show: 'Show jobs',
};

import type { CancelKeeps, Job, PullPhase, StartPhase } from '../../shared/contract/jobs.ts';
import { counted } from './counted.ts';

export const common = {
  appName: 'Nimdeck',
  cancel: 'Cancel',
  choices: 'Choices',
  close: 'Close',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  details: 'Details',
  hint: 'Hint',
  copyDetails: 'Copy details',
  dismiss: 'Dismiss',
  loading: 'Loading',
  notKnown: 'not known',
  none: 'None',
  retry: 'Try again',
  save: 'Save',
  signIn: 'Sign in',
  skipToContent: 'Skip to content',
  code: (code: string) => `Code ${code}`,
  moreActions: (name: string) => `More actions for ${name}`,
  unknownPage: 'There is no such page',
  unknownPageHint: 'The address leads nowhere. Choose a page on the left.',
};

export const pages = { models: 'Models', running: 'Running', chat: 'Chat', settings: 'Settings' };

export const shell = {
  navigation: 'Pages',
  status: 'Status',
  pageTitle: (page: string) => `${page} · Nimdeck`,
  noticeTitle: 'Something was set aside at the start',
};

export const time = {
  now: 'just now',
  minutes: (count: number) => `${count} min ago`,
  hours: (count: number) => `${count} h ago`,
  days: (count: number) => counted(count, 'day ago', 'days ago'),
  absolute: (at: Date) => at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
  never: 'never',
};

export const connection = {
  connecting: 'Connecting to Nimdeck …',
  waiting: (seconds: number) => `The connection to Nimdeck was cut. Trying again in ${seconds} s.`,
  lost: 'The connection to Nimdeck was cut. Trying again now.',
  tryNow: 'Try now',
  refusedTitle: 'This page may not talk to Nimdeck',
  refusedHint:
    'Its address lacks the token, or Nimdeck was started anew since. Use the address that “nimdeck serve” printed when it started.',
  short: { connecting: 'Connecting', connected: 'Connected', waiting: 'Not connected', refused: 'Refused' },
};

export const engine = {
  connecting: 'Looking for a container engine …',
  strip: { connecting: 'Engine: looking', connected: 'Engine', unreachable: 'No engine' },
  kinds: { docker: 'Docker', 'docker-desktop': 'Docker Desktop', podman: 'Podman', unknown: 'Engine' },
  named: (kind: string, version: string | null) => (version === null ? kind : `${kind} ${version}`),
  tried: 'Address tried',
  from: {
    'docker-host': 'from DOCKER_HOST',
    'docker-context': (name: string | null) =>
      name === null ? 'from the Docker context' : `from the Docker context “${name}”`,
    'default-socket': 'the default address',
  },
  recheck: 'Check again',
  noAddress: 'No address was found to try.',
  browseMeanwhile: 'You can look through the models meanwhile; pulling and running needs an engine.',
};

export const gpu = {
  strip: 'GPU memory',
  of: (used: string, total: string) => `${used} of ${total}`,
  none: 'No GPU',
  free: (free: string) => `${free} free`,
  device: (index: number, name: string | null) => `GPU ${index}: ${name ?? 'unnamed'}`,
  slice: (profile: string | null, index: number | null) =>
    `MIG slice ${profile ?? ''}${index === null ? '' : ` (${index})`}`,
  unnamed: 'has no identifier that the engine would know',
  noSlices: 'MIG is on, but there is no slice',
};

export const jobs = {
  title: 'Jobs',
  open: (running: number) => (running === 0 ? 'Jobs' : counted(running, 'job running', 'jobs running')),
  failed: (count: number) => `${count} failed`,
  empty: 'Nothing is being pulled or started.',
  emptyHint: 'Pulls and starts appear here, whichever window or terminal began them.',
  kinds: { pull: 'Pull', deploy: 'Run', start: 'Start' } satisfies Record<Job['kind'], string>,
  states: {
    running: 'Running',
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
  pullPhases: {
    RESOLVING: 'Looking up the image',
    DOWNLOADING: 'Pulling',
    EXTRACTING: 'Unpacking',
    VERIFYING: 'Verifying',
    RETRYING: 'Trying again',
    STALLED: 'Nothing arrives',
    DONE: 'Pulled',
    FAILED: 'Failed',
    CANCELLED: 'Cancelled',
  } satisfies Record<PullPhase, string>,
  startPhases: {
    CREATED: 'Container made',
    AUTH: 'Checking the key',
    MANIFEST: 'Reading the model’s manifest',
    PROFILE_SELECTED: 'Profile chosen',
    DOWNLOAD: 'Downloading the model',
    ENGINE_START: 'Starting the inference engine',
    WEIGHTS: 'Loading weights',
    COMPILE: 'Compiling',
    KV_CACHE: 'Reserving memory for the context',
    GRAPHS: 'Capturing graphs',
    WARM_UP: 'Warming up',
    SERVER_UP: 'Server is up',
    READY: 'Ready',
    UNKNOWN: 'Starting',
    EXITED: 'Exited',
  } satisfies Record<StartPhase, string>,
  left: (duration: string) => `${duration} left`,
  stalledFor: (duration: string) => `nothing for ${duration}`,
  layers: (done: number, total: number) => `${done} of ${counted(total, 'layer', 'layers')}`,
  bytes: (done: string, total: string | null) => (total === null ? done : `${done} of ${total}`),
  sizeUnknown: 'size not known yet',
  progressOf: (title: string) => `Progress of ${title}`,
  cancel: (title: string) => `Cancel ${title}`,
  cancelTitle: { pull: 'Cancel the pull of', deploy: 'Cancel the start of', start: 'Cancel the start of' },
  cancelQuestion: (what: string, title: string) => `${what} ${title}?`,
  cancelConfirm: { pull: 'Cancel the pull', deploy: 'Cancel the start', start: 'Cancel the start' },
  cancelKeep: 'Go on',
  cancelCosts: {
    nothing: (done: string) =>
      `This engine keeps nothing of a cancelled pull: what has arrived (${done}) must be fetched again next time.`,
    layers: () => 'What has arrived is kept: pulling again goes on from there.',
    unknown: (done: string) =>
      `Whether this engine keeps what has arrived (${done}) is not known; it may have to be fetched again.`,
  } satisfies Record<CancelKeeps, (done: string) => string>,
  cancelled: {
    nothing: 'Nothing of it was kept.',
    layers: 'What had arrived was kept.',
    unknown: 'Whether anything was kept is not known.',
  } satisfies Record<CancelKeeps, string>,
  cancelStart: 'The container that was being started is removed again; what was pulled stays.',
  dismissAll: 'Clear ended',
  dismiss: (title: string) => `Remove ${title} from the list`,
  openNim: 'Open',
  openLog: 'Open log',
  logTail: 'Last lines of its log',
  interrupted: 'Nimdeck ended while this was running.',
  show: 'Show jobs',
};

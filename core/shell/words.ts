import type { NimStatus } from '../../shared/contract/nims.ts';

/** What the desktop says outside of its pages: menus, tray, notifications, questions. */
export const shellWords = {
  appName: 'Nimdeck',
  open: 'Open Nimdeck',
  settings: 'Settings …',
  quit: 'Quit Nimdeck',
  pages: { home: 'Home', models: 'Models', running: 'Running', chat: 'Chat', settings: 'Settings' },

  nothingRuns: 'No NIM runs',
  engineUnknown: 'The engine cannot be asked',
  running: (count: number) => (count === 1 ? '1 NIM runs' : `${count} NIMs run`),
  jobs: (count: number) => (count === 1 ? '1 job under way' : `${count} jobs under way`),
  inPractice: (text: string) => `Practice: ${text}`,
  status: {
    starting: 'starting',
    ready: 'ready',
    'not-answering': 'not answering',
    paused: 'paused',
    stopping: 'stopping',
    stopped: 'stopped',
    exited: 'ended by itself',
    unknown: 'unknown',
  } satisfies Record<NimStatus, string>,
  pulling: (title: string, percent: number | null) => `Pulling ${title}${percent === null ? '' : `, ${percent} %`}`,
  starting: (title: string) => `Starting ${title}`,

  pulled: (title: string) => `${title} is pulled`,
  isReady: (title: string) => `${title} is ready`,
  pullFailed: (title: string) => `${title} could not be pulled`,
  startFailed: (title: string) => `${title} did not start`,
  ended: (name: string) => `${name} ended by itself`,
  lostGpu: (name: string) => `${name} has lost its GPU`,
  exitCode: (code: number) => `Its container ended with code ${code}.`,
  goesOn: 'Nimdeck goes on in the tray',
  goesOnHint: 'Open or quit it from there.',

  quitTitle: 'Quit now and stop what is under way?',
  quitNow: 'Quit and stop it',
  closeTitle: 'Close the window and stop what is under way?',
  stay: 'Keep it going',
  background: 'Go on in the background',

  linkTitle: 'Open this address in your browser?',
  openLink: 'Open',
  copyLink: 'Copy address',
  cancel: 'Cancel',

  cannotStart: 'Nimdeck cannot start',
  tryAgain: 'Try again',
  crashTitle: 'The window stopped working',
  crashHint: 'What runs goes on. Load the window again, or quit.',
  reload: 'Load again',
};

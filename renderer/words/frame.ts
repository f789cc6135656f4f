import { ago, dateTime } from './intl.ts';

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
  undo: 'Undo',
  skipToContent: 'Skip to content',
  code: (code: string) => `Code ${code}`,
  moreActions: (name: string) => `More actions for ${name}`,
  brokenPage: 'This page could not be shown',
  brokenPageHint: 'What runs, runs on. Load the page again, or choose another one.',
  loadAgain: 'Load the page again',
  unknownPage: 'There is no such page',
  unknownPageHint: 'The address leads nowhere. Choose a page on the left.',
};

export const pages = {
  home: 'Home',
  models: 'Models',
  running: 'Running',
  hardware: 'Hardware',
  chat: 'Chat',
  compare: 'Compare',
  settings: 'Settings',
};

export const shell = {
  navigation: 'Pages',
  status: 'Status',
  pageTitle: (page: string) => `${page} · Nimdeck`,
  detailTitle: (detail: string, page: string) => `${detail} · ${page} · Nimdeck`,
  sideBar: { open: 'Wider side bar', close: 'Narrower side bar' },
  breadcrumb: 'Where this page is',
  withKeys: (text: string, keys: string) => `${text} (${keys})`,
  checkMachine: (state: string) => `${state}: see what was found`,
  noticeTitle: 'Something was set aside at the start',
};

export const time = {
  now: 'just now',
  minutes: (count: number) => ago(count, 'minute'),
  hours: (count: number) => ago(count, 'hour'),
  days: (count: number) => ago(count, 'day'),
  /** Behind a status: how long it has been so. */
  lasting: (duration: string) => `for ${duration}`,
  lastingBriefly: 'for less than a minute',
  absolute: (at: Date) => dateTime(at),
  never: 'never',
};

export const connection = {
  connecting: 'Connecting to Nimdeck …',
  waiting: (seconds: number) => `The connection to Nimdeck was cut. Trying again in ${seconds} s.`,
  lost: 'The connection to Nimdeck was cut. Trying again now.',
  tryNow: 'Try now',
  notLoaded:
    'This page could not be loaded whole: Nimdeck does not answer any more. Start it, then load the page again.',
  refusedTitle: 'This page may not talk to Nimdeck',
  refusedHint:
    'Its address lacks the token, or Nimdeck was started anew since. Use the address that “nimdeck serve” printed when it started.',
  short: {
    connecting: 'Connecting to Nimdeck',
    connected: 'Connected to Nimdeck',
    waiting: 'Not connected to Nimdeck',
    refused: 'Refused by Nimdeck',
  },
};

import type { NimEvent } from '../../shared/contract/nims.ts';

type Kind = NimEvent['kind'];

export const events = {
  title: 'What happened',
  empty: 'Nothing has happened yet',
  emptyHint: 'Starts, phases, losses and ends appear here, and stay for as long as the container does.',
  filter: 'Which events',
  filters: { all: 'All', important: 'Without phases' },
  kinds: {
    created: 'Created',
    started: 'Started',
    phase: 'Phase reached',
    ready: 'Ready',
    'health-lost': 'Stopped answering',
    'health-back': 'Answers again',
    signal: 'Was sent a signal',
    'out-of-memory': 'The machine’s memory ran out',
    ended: 'Ended by itself',
    stopped: 'Stopped',
    paused: 'Paused',
    unpaused: 'Went on after a pause',
    renamed: 'Renamed',
  } satisfies Record<Kind, string>,
  by: { nimdeck: 'by Nimdeck', other: 'not through Nimdeck' },
  code: (code: number) => `code ${code}`,
  after: (duration: string) => `after ${duration}`,
  ran: (duration: string) => `ran for ${duration}`,
  newName: (name: string) => `now ${name}`,
  run: (started: string) => `Run of ${started}`,
  before: 'Before the first run',
};

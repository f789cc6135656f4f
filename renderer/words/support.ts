import type { FootprintItem, FootprintKind } from '../../shared/contract/footprint.ts';
import type { SupportPart } from '../../shared/contract/support.ts';
import { counted } from './counted.ts';

export const support = {
  card: 'Help and removal',
  open: 'Support bundle …',
  openHint: 'What whoever helps you needs to know: shown first, without secrets, sent nowhere.',
  title: 'Support bundle',
  hint: 'This is all that is in it. Keys are taken out; what you asked a model may stand in its log.',
  save: 'Save as a file',
  copy: 'Copy all',
  again: 'Collect again',
  parts: {
    about: 'Nimdeck and this machine',
    notices: 'Notices',
    checks: 'Checks',
    engine: 'Container engine',
    gpus: 'GPUs',
    disks: 'Disks',
    nims: 'NIMs',
    jobs: 'Jobs',
    settings: 'Settings',
    'own-log': 'Nimdeck’s own log',
    'nim-log': 'Log',
  } satisfies Record<SupportPart, string>,
  partOf: (part: string, name: string) => `${part} of ${name}`,
  lines: (count: number) => counted(count, 'line', 'lines'),
};

export const footprint = {
  open: 'Remove what Nimdeck put here …',
  openHint: 'Containers, images, models, keys and data of Nimdeck on this machine, each by choice.',
  title: 'What Nimdeck put on this machine',
  hint: 'Nothing goes that is not ticked. What is removed does not come back.',
  kinds: {
    container: 'NIMs',
    image: 'Images',
    volume: 'Volumes',
    model: 'Models',
    key: 'Keys',
    data: 'Nimdeck’s own data',
  } satisfies Record<FootprintKind, string>,
  data: 'Chats, settings, logs and histories',
  key: (name: string) => `${name} key`,
  notes: {
    'command-lines': 'Other programs may use it, too',
    'at-end': 'Goes when Nimdeck ends',
    runs: 'Runs now: it is stopped first',
  } satisfies Record<FootprintItem['notes'][number], string>,
  usedBy: (names: string) => `Needed by ${names}`,
  engineUnknown: 'The engine cannot be asked: containers, images and volumes are not in this list.',
  all: 'All of them',
  none: 'Nothing is chosen',
  remove: (count: number) => `Remove ${counted(count, 'thing', 'things')}`,
  confirmTitle: (count: number) => `Remove ${counted(count, 'thing', 'things')} for good?`,
  confirm: 'Images and models have to be downloaded again, keys entered again; chats are lost.',
  keep: 'Keep everything',
  done: (count: number) => `${counted(count, 'thing', 'things')} removed`,
  quit: 'The data goes when Nimdeck ends: close it now to finish.',
};

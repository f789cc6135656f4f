import { counted } from './counted.ts';
import { plural } from './intl.ts';

export const mig = {
  intro:
    'MIG cuts one GPU into slices with memory and compute of their own, so that several models run beside each other without getting in each other’s way. Here you plan; the commands are for you to type, Nimdeck never runs them.',
  card: 'GPU or kind of card',
  ofMachine: (index: number, name: string | null) => `GPU ${index}: ${name ?? 'unnamed'}`,
  kind: (name: string) => `${name}, any`,
  noneHere: 'No GPU of this machine can be cut with MIG, as far as is known. You can still plan for another card.',
  nowTitle: 'Now',
  now: {
    off: 'MIG is off: the card is whole.',
    on: (slices: number) =>
      slices === 0 ? 'MIG is on, and there is no slice yet.' : counted(slices, 'slice', 'slices'),
    unread: 'MIG is on. Where the slices lie, the driver tells an administrator only.',
    elsewhere: 'This card is not in this machine.',
    unknown: 'Whether MIG is on, the driver does not say.',
  },
  geometry: (name: string) => `Memory slots of ${name}`,
  slotsHint: (slots: number, slices: number) =>
    `${slots} memory slots and ${slices} compute slices. A slice begins only at certain slots, so not every sum that fits on paper can be cut.`,
  freeSlots: (slots: number) => counted(slots, 'slot is free', 'slots are free'),
  at: (profile: string, start: number, size: number) =>
    size === 1 ? `${profile} at slot ${start}` : `${profile} at slots ${start} to ${start + size - 1}`,
  profilesTitle: 'What it can be cut into',
  profile: 'Slice',
  memory: 'Memory',
  compute: 'Compute',
  most: 'At most',
  computeOf: (slices: number, all: number) => `${slices} of ${all}`,
  suits: 'Suits, of models up to 8B',
  suitsNone: 'no model of the list up to 8B',
  suitsMore: (first: string, more: number) => (more === 0 ? first : `${first} and ${more} more`),
  suitsUnknown: 'not known',
  suitsNote:
    'A model counts where 2 bytes for each parameter, a fifth more for context and framework, fit the slice. One NIM uses one slice, and NVIDIA advises slices for models up to 8 billion parameters; its pages disagree from which NIM version on they are supported. Whether a real one fits is checked before it runs.',
  plannerTitle: 'Plan slices',
  plannerHint: 'Say how many of each you want.',
  add: (profile: string) => `One more ${profile}`,
  remove: (profile: string) => `One fewer ${profile}`,
  clear: 'Clear',
  wanted: 'Wanted',
  wantedNothing: 'nothing yet',
  layouts: 'Possible layouts',
  layoutsFound: (count: number) => counted(count, 'layout is possible', 'layouts are possible'),
  layout: (number: number) => `Layout ${number}`,
  roomFor: (profiles: string) => `Room is left for ${profiles}`,
  roomForNothing: 'Nothing more fits beside them',
  moreLayouts: (count: number) => counted(count, 'more layout', 'more layouts'),
  doNotFit: 'They do not fit together on this card. Take one away, or choose smaller ones.',
  commands: 'Commands for this layout',
  commandsHint: 'Type them as root on the machine of the card, one after the other. Each says what it does.',
  undo: 'To undo it',
  command: 'Command',
  copy: 'Copy the command',
  copyAll: 'Copy all commands',
  before: 'Before you begin',
  inTheWay: (nims: number) =>
    plural(nims, {
      one: 'This NIM was given the card or a slice of it, and must be stopped first:',
      other: 'These # NIMs were given the card or slices of it, and must be stopped first:',
    }),
  indexToFill: 'INDEX stands for the number of the card, as nvidia-smi lists it.',
};

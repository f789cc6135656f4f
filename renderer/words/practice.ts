import type { PracticeFault, PracticeMachine } from '../../shared/contract/practice.ts';
import { counted } from './counted.ts';
import { listed } from './intl.ts';

interface Named {
  title: string;
  hint: string;
}

export const practice = {
  title: 'Practice mode',
  nothingIsReal: 'Nothing here is real: engine, GPUs, models and answers are stand-ins.',
  pageTitle: (title: string) => `Practice: ${title}`,
  strip: 'Practice',
  try: 'Try it in practice mode',
  tryHint: 'Practice mode is the whole app on pretend machines and models: no engine, GPU, key or network is needed.',
  entry: 'Practice mode',
  entryHint: 'Learn or rehearse without an engine, a GPU, a key or the network. Nothing of it touches the real thing.',
  enter: 'Go to practice mode',
  leave: 'Back to the real thing',
  more: 'More of practice mode',
  controls: (faults: number) => (faults === 0 ? 'Controls' : `Controls · ${counted(faults, 'fault', 'faults')}`),
  about: 'What is practice mode?',
  ended: 'The stand-ins of practice mode have ended, so nothing answers.',
  unreachable: 'Practice mode cannot be reached. The real thing is one click away.',
  intro: {
    title: 'This is practice mode',
    sentences: [
      'Everything works as it does on a machine with NVIDIA GPUs: pull, run, chat, read logs, stop and remove.',
      'Nothing of it is real: no image is downloaded, no GPU is used, and the answers are made up by a stand-in.',
      'What you do here never touches your own engine, keys, chats or settings, and it is gone when Nimdeck ends.',
    ],
    stepsTitle: 'Worth trying',
    signIn: 'Sign in with the practice key',
    pull: 'Pull a model and run it',
    second: 'Run a second one, and see on its page why it does not start',
    wrong: 'Make something go wrong, from the bar at the top',
    done: 'Got it',
  },
  machine: {
    label: 'Machine',
    titles: {
      'rtx-4090': { title: 'GeForce RTX 4090', hint: '24 GiB' },
      'two-rtx-6000-ada': { title: 'Two RTX 6000 Ada', hint: '2 × 48 GiB' },
      'h100-mig-7': { title: 'H100 in seven slices', hint: '7 × 10 GiB' },
      'a100-mig-mixed': { title: 'A100 in mixed slices', hint: '80 GiB' },
      'eight-h100-mig-7': { title: 'Eight H100 in 56 slices', hint: '56 × 10 GiB' },
      gb10: { title: 'GB10 (DGX Spark)', hint: 'shared memory' },
      none: { title: 'No GPU', hint: 'no driver' },
      'driver-broken': { title: 'Driver is broken', hint: 'no answer' },
    } satisfies Record<PracticeMachine, Named>,
    changeTitle: (machine: string) => `Change the machine to ${machine}?`,
    changeCosts: (names: readonly string[]) =>
      `The present GPUs are pulled out at once. What runs on them ends as it would then: ${listed(names)}.`,
    change: 'Pull them out',
    keep: 'Keep this machine',
  },
  speed: {
    label: 'Speed',
    times: (speed: number) => (speed === 1 ? 'as measured' : `${speed} times as fast`),
  },
  faults: {
    trigger: 'Make something go wrong',
    waits: 'Waits for its occasion.',
    on: (count: number) => `Going wrong: ${count}`,
    titles: {
      'pull-stalls': { title: 'The next pull stalls', hint: 'Nothing arrives until this is taken back.' },
      'pulls-are-slow': { title: 'Pulls are slow', hint: 'As over a bad line.' },
      'pull-breaks': { title: 'The next pull is cut', hint: 'The engine tries again and goes on.' },
      'pull-dies': { title: 'The next pull fails', hint: 'Half-way, with the engine’s own words.' },
      'disk-full': { title: 'The next pull fills the disk', hint: 'There is no space left for its layers.' },
      'disk-nearly-full': {
        title: 'The disk is nearly full',
        hint: 'The checks say so, and every pull ends for want of space.',
      },
      'nim-stays-loading': { title: 'The next NIM never gets ready', hint: 'It starts, and answers 502 for ever.' },
      'nim-dies': { title: 'A NIM dies now', hint: 'The one that was started last ends with an error.' },
      'log-flood': { title: 'A NIM floods its log', hint: 'As fast as lines can be written, until taken back.' },
      'gpu-lost': {
        title: 'A GPU falls off the bus',
        hint: 'What runs on it loses its memory, and ends when it is used. Take it back to bring it back.',
      },
      'engine-hangs': { title: 'The engine hangs', hint: 'It takes calls and answers none.' },
      'engine-gone': { title: 'The engine is gone', hint: 'Nothing listens. Take it back to start it again.' },
      'key-refused': { title: 'NGC refuses the key', hint: 'As if it had been revoked.' },
    } satisfies Record<PracticeFault, Named>,
    happened: (title: string) => `Done: ${title}`,
  },
  key: {
    label: 'Practice key',
    hint: 'It signs in here and nowhere else. Every other key is refused.',
    copy: 'Copy the practice key',
    use: 'Fill it in',
  },
  reset: {
    action: 'Reset …',
    title: 'Reset practice mode?',
    costs:
      'Its images, containers, chats, jobs, settings and the sign-in are thrown away, and it begins anew. The real thing is not touched.',
    confirm: 'Reset',
    keep: 'Go on practising',
    done: 'Practice mode begins anew',
  },
};

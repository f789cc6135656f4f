import type { PullPhase, StartPhase } from './contract/jobs.ts';
import type { Nim, NimStatus } from './contract/nims.ts';
import { formatDuration } from './format.ts';

/** What a NIM can be, for its reader: its image is being pulled before there is a container that has a status. */
export type ShownStatus = NimStatus | 'pulling';

/** The words of a status, the same in pages and terminal. */
export const statusWords: Record<ShownStatus, string> = {
  pulling: 'Pulling',
  starting: 'Starting',
  ready: 'Ready',
  'not-answering': 'Not answering',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  exited: 'Exited',
  unknown: 'Unknown',
};

/** Why a paused NIM says nothing, and what to do. */
export const pausedHint = 'Frozen with another tool: it keeps its memory and answers nothing until it is resumed.';

export const pullPhaseWords: Record<PullPhase, string> = {
  RESOLVING: 'Looking up the image',
  DOWNLOADING: 'Pulling',
  EXTRACTING: 'Unpacking',
  VERIFYING: 'Verifying',
  RETRYING: 'Trying again',
  STALLED: 'Stalled',
  DONE: 'Pulled',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

export const startPhaseWords: Record<StartPhase, string> = {
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
};

/** `Starting, Loading weights, 2 min 14 s`; `Exited (1), 40 min: ValueError: No available memory …`: for one line. */
export function nimStatusLine(nim: Nim, nowMs: number): string {
  const code = nim.exit === null ? '' : ` (${nim.exit.code})`;
  const phase = nim.status === 'starting' && nim.phase !== null ? `, ${startPhaseWords[nim.phase]}` : '';
  const since = formatDuration((nowMs - Date.parse(nim.statusSince)) / 1000);
  const firstError = nim.exit?.firstErrorLine ?? null;
  return `${statusWords[nim.status]}${code}${phase}, ${since}${firstError === null ? '' : `: ${firstError}`}`;
}

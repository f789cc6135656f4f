import type { Nim, NimStatus } from '../../shared/contract/nims.ts';
import { formatDuration } from '../../shared/format.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { knownNims } from '../lookup.ts';

const words: Record<NimStatus, string> = {
  starting: 'Starting',
  ready: 'Ready',
  'not-answering': 'Not answering',
  stopping: 'Stopping',
  stopped: 'Stopped',
  exited: 'Exited',
  unknown: 'Unknown',
};

function statusText(nim: Nim, nowMs: number): string {
  const since = formatDuration((nowMs - Date.parse(nim.statusSince)) / 1000);
  const code = nim.exit === null ? '' : ` (${nim.exit.code})`;
  return `${words[nim.status]}${code}, ${since}`;
}

export const psCommand: Command = {
  name: 'ps',
  usage: 'ps',
  summary: 'List the NIMs, running or not.',
  positionals: { min: 0, max: 0 },
  async run({ print, interrupt, api }) {
    const nims = await knownNims(await api(), interrupt.signal);
    print.json(nims);
    print.table(
      ['NAME', 'STATUS', 'IMAGE', 'GPUS', 'ADDRESS'],
      nims.map((nim) => [
        nim.name,
        statusText(nim, Date.now()),
        nim.reference,
        nim.gpus.kind === 'devices' ? nim.gpus.ids.join(',') : nim.gpus.kind,
        nim.address ?? '–',
      ]),
    );
    return exitCodes.done;
  },
};

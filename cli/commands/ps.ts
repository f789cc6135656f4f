import { nimStatusLine } from '../../shared/status.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { knownNims } from '../lookup.ts';

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
        nimStatusLine(nim, Date.now()),
        nim.reference,
        nim.gpus.kind === 'devices' ? nim.gpus.ids.join(',') : nim.gpus.kind,
        nim.address ?? '–',
      ]),
    );
    return exitCodes.done;
  },
};

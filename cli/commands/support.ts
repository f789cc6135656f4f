import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { supportFileName, supportText } from '../../shared/support-text.ts';
import { type Command, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const supportCommand: Command = {
  name: 'support',
  usage: 'support [--save] [--out FILE]',
  summary: 'Show what whoever helps you needs to know, without secrets; --save writes a file.',
  options: { save: { type: 'boolean' }, out: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run({ options, print, interrupt, api }) {
    const bundle = await (await api()).support.collect({}, { signal: interrupt.signal });
    const chosen = textOption(options, 'out') ?? (options['save'] === true ? supportFileName(bundle) : null);
    print.json(bundle);
    if (chosen === null) {
      print.line(supportText(bundle));
      print.note('Nothing was written or sent. Read it, then: nimdeck support --save');
      return exitCodes.done;
    }
    const path = resolve(chosen);
    await write(path, supportText(bundle));
    print.line(`Written to ${path}. Read it before you hand it on: logs may hold what you asked a model.`);
    return exitCodes.done;
  },
};

async function write(path: string, text: string): Promise<void> {
  try {
    // Never over a file that is there, and for its user only.
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('BAD_INPUT', `The file cannot be written: ${why}`, { path }, { cause: error });
  }
}

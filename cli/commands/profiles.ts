import { parseProfiles } from '../../core/profiles/parse-profiles.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readSaved } from '../read-saved.ts';

export const profilesCommand: Command = {
  name: 'profiles',
  usage: 'profiles --from FILE',
  summary: 'Read what a NIM’s list-model-profiles printed.',
  options: { from: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run({ options, print }) {
    const file = textOption(options, 'from');
    if (file === null) throw new AppError('BAD_INPUT', 'usage: nimdeck profiles --from FILE');
    const list = parseProfiles(await readSaved(file));
    print.json(list);
    if (list.profiles.length === 0) print.line('This output lists no profile.');
    else {
      print.table(
        ['STATUS', 'PROFILE', 'ENGINE', 'PRECISION', 'TP', 'PP', 'LORA', 'NEEDS'],
        list.profiles.map((profile) => [
          profile.status,
          profile.id === profile.name ? profile.name : `${profile.name}  ${profile.id.slice(0, 12)}`,
          profile.engine ?? '–',
          profile.precision ?? '–',
          String(profile.tp ?? '–'),
          String(profile.pp ?? '–'),
          profile.lora ? 'yes' : 'no',
          profile.requiresGB === null ? '–' : `${profile.requiresGB} GB a GPU`,
        ]),
      );
    }
    return exitCodes.done;
  },
};

import type { GpuChoice } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, textOption, textOptions } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { fitLines } from '../fit-text.ts';

export const fitCommand: Command = {
  name: 'fit',
  usage: 'fit IMAGE [--gpu UUID|NUMBER]… [--profile NAME] [--context TOKENS]',
  summary: 'Say whether a model fits a GPU or a MIG slice, why, and what to stop so that it does.',
  options: {
    gpu: { type: 'string', multiple: true },
    profile: { type: 'string' },
    context: { type: 'string' },
  },
  positionals: { min: 1, max: 1 },
  async run({ positionals: [reference = ''], options, print, interrupt, api }) {
    const context = textOption(options, 'context');
    if (context !== null && !/^[1-9]\d{0,7}$/.test(context)) {
      throw new AppError('BAD_INPUT', `“${context}” is not a number of tokens. usage: nimdeck ${fitCommand.usage}`);
    }
    const answer = await (
      await api()
    ).fit.check(
      {
        subject: { kind: 'image', reference },
        profile: textOption(options, 'profile'),
        contextTokens: context === null ? null : Number(context),
        gpus: choiceOf(textOptions(options, 'gpu')),
      },
      { signal: interrupt.signal },
    );
    print.json(answer);
    for (const line of fitLines(answer)) print.line(line);
    return answer.verdict === 'fits' || answer.verdict === 'tight' ? exitCodes.done : exitCodes.failed;
  },
};

/** Null: wherever it fits best. Several GPUs stand one behind the other or with commas. */
function choiceOf(given: readonly string[]): GpuChoice | null {
  const ids = given.flatMap((each) => each.split(',')).filter(Boolean);
  if (ids.length === 0) return null;
  return ids.length === 1 && (ids[0] === 'all' || ids[0] === 'none') ? { kind: ids[0] } : { kind: 'devices', ids };
}

import { readRecordedPull } from '../../core/images/recorded-pull.ts';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, type CommandContext, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { pullLine } from '../job-lines.ts';
import { requireEngine } from '../lookup.ts';
import { readSaved } from '../read-saved.ts';
import { showJob } from '../show-job.ts';

async function showSaved(file: string, { print }: CommandContext): Promise<number> {
  let exitCode: number = exitCodes.failed;
  let last: PullProgress | null = null;
  for (const state of readRecordedPull(await readSaved(file))) {
    print.json(state);
    if (!('outcome' in state)) {
      last = state;
      continue;
    }
    // Stalls are told by the recorded times, so "now" is not asked for.
    if (last !== null) print.line(pullLine({ ...last, stalledSince: null }, 0));
    print.line(state.error === null ? state.outcome : `${state.outcome}: ${state.error.message} (${state.error.code})`);
    if (state.outcome === 'done') exitCode = exitCodes.done;
  }
  return exitCode;
}

export const pullCommand: Command = {
  name: 'pull',
  usage: 'pull IMAGE | pull --from FILE',
  summary: 'Pull an image, or read a recorded pull.',
  options: { from: { type: 'string' } },
  positionals: { min: 0, max: 1 },
  async run(context) {
    const file = textOption(context.options, 'from');
    if (file !== null) return await showSaved(file, context);
    const reference = context.positionals[0];
    if (reference === undefined) throw new AppError('BAD_INPUT', 'usage: nimdeck pull IMAGE');
    const { interrupt, print } = context;
    const api = await context.api();
    await requireEngine(api, interrupt.signal);
    const { jobId } = await api.images.pull({ reference }, { signal: interrupt.signal });
    return await showJob(api, jobId, print, interrupt);
  },
};

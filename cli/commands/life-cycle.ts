import type { Api } from '../../shared/contract/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findNim } from '../lookup.ts';
import { showJob } from '../show-job.ts';

const anyNumber = { min: 1, max: 100 };

/** A command on NIMs by name: each in turn, the first failure ends it. */
function onEach(
  name: string,
  summary: string,
  work: (api: Api, nimId: string, context: CommandContext) => Promise<number>,
): Command {
  return {
    name,
    usage: `${name} NAME…`,
    summary,
    positionals: anyNumber,
    async run(context) {
      const api = await context.api();
      for (const wanted of context.positionals) {
        const nim = await findNim(api, wanted, context.interrupt.signal);
        const exitCode = await work(api, nim.id, context);
        if (exitCode !== exitCodes.done) return exitCode;
        context.print.json({ name: nim.name, id: nim.id, done: name });
        context.print.line(nim.name);
      }
      return exitCodes.done;
    },
  };
}

export const stopCommand = onEach('stop', 'Stop NIMs; they can be started again.', async (api, nimId, context) => {
  await api.nims.stop({ nimId }, { signal: context.interrupt.signal });
  return exitCodes.done;
});

export const resumeCommand = onEach('resume', 'Let paused NIMs go on.', async (api, nimId, context) => {
  await api.nims.resume({ nimId }, { signal: context.interrupt.signal });
  return exitCodes.done;
});

export const startCommand = onEach('start', 'Start stopped NIMs and wait until ready.', async (api, nimId, context) => {
  const { jobId } = await api.nims.start({ nimId }, { signal: context.interrupt.signal });
  return await showJob(api, jobId, context.print, context.interrupt);
});

export const restartCommand = onEach('restart', 'Restart NIMs and wait until ready.', async (api, nimId, context) => {
  const { jobId } = await api.nims.restart({ nimId }, { signal: context.interrupt.signal });
  return await showJob(api, jobId, context.print, context.interrupt);
});

export const rmCommand = onEach(
  'rm',
  'Remove NIMs, running or not; downloaded models stay.',
  async (api, nimId, context) => {
    await api.nims.remove({ nimId }, { signal: context.interrupt.signal });
    return exitCodes.done;
  },
);

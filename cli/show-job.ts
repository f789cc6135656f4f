import { describeLosses } from '../core/host/losses.ts';
import type { Api } from '../shared/contract/index.ts';
import type { CancelKeeps, Job } from '../shared/contract/jobs.ts';
import { exitCodes } from './exit-codes.ts';
import type { Interrupt } from './interrupt.ts';
import { jobLine, stepOf } from './job-lines.ts';
import { followJob, requireDone } from './lookup.ts';
import { plain, type Printer } from './print.ts';

const keepsAfter: Record<CancelKeeps, string> = {
  nothing: 'Nothing of it was kept.',
  layers:
    'The layers and parts of layers that had arrived are kept for some hours; until then a pull fetches only the rest.',
  unknown: 'What the engine keeps of it is not known.',
};

/** Shows a job until it ends and answers the exit code; Ctrl-C cancels it, after saying what would be lost. */
export async function showJob(
  api: Api,
  jobId: string,
  print: Printer,
  interrupt: Interrupt,
  onState: (job: Job) => void = () => {},
): Promise<number> {
  let shown: Job | null = null;
  let step = '';

  function show(job: Job): void {
    shown = job;
    onState(job);
    print.json(job);
    if (print.isLive) {
      print.live(jobLine(job, Date.now()));
      return;
    }
    const next = stepOf(job);
    if (next === step) return;
    step = next;
    print.line(jobLine(job, Date.now()));
  }

  // A stalled pull sends nothing, but the time that it has been stalled for goes on.
  const clock = setInterval(() => {
    if (shown !== null) print.live(jobLine(shown, Date.now()));
  }, 1000);
  interrupt.warn(() => (shown === null ? null : describeLosses([shown])));
  const cancel = () => void api.jobs.cancel({ jobId }).catch(() => undefined); // its end is seen below
  interrupt.signal.addEventListener('abort', cancel, { once: true });
  try {
    if (interrupt.signal.aborted) cancel();
    const ended = await followJob(api, jobId, undefined, show);
    print.live(null);
    if (ended.state === 'cancelled') {
      print.note(
        `Cancelled. ${ended.pull === null || ended.start !== null ? '' : keepsAfter[ended.cancelKeeps ?? 'unknown']}`,
      );
      return exitCodes.cancelled;
    }
    for (const line of ended.logTail ?? []) print.note(`  | ${plain(line)}`);
    requireDone(ended);
    return exitCodes.done;
  } finally {
    clearInterval(clock);
    print.live(null);
    interrupt.warn(null);
    interrupt.signal.removeEventListener('abort', cancel);
  }
}

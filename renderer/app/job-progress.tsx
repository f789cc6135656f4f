import type { Job, PullProgress } from '../../shared/contract/jobs.ts';
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../shared/format.ts';
import { useNow } from '../hooks/use-now.ts';
import { Progress } from '../ui/progress.tsx';
import { words } from '../words.ts';
import { Elapsed } from './when.tsx';

/** 0 to 1; null while the size of every layer is not known. */
export function pulledPart(pull: PullProgress): number | null {
  if (pull.phase === 'DONE') return 1;
  if (pull.bytesTotal === null || pull.bytesTotal === 0) return null;
  return Math.min(1, pull.bytesDone / pull.bytesTotal);
}

/** What is being done, in a few words: `Pulling 42 %`, `Loading weights`. */
export function jobPhase(job: Job): string {
  if (job.start !== null) return words.jobs.startPhases[job.start.phase];
  if (job.pull === null) return words.jobs.states[job.state];
  const { bytesDone, bytesTotal, phase } = job.pull;
  const part = bytesTotal === null || phase !== 'DOWNLOADING' ? '' : ` ${formatPercent(bytesDone, bytesTotal)}`;
  return words.jobs.pullPhases[phase] + part;
}

/** Bytes, layers, speed, time left; only what is known. */
export function pullFacts(pull: PullProgress, now: number): string[] {
  const { bytesDone, bytesTotal, layers, bytesPerSecond, etaSeconds, stalledSince } = pull;
  const facts: string[] = [];
  if (bytesDone > 0 || bytesTotal !== null)
    facts.push(words.jobs.bytes(formatBytes(bytesDone), bytesTotal === null ? null : formatBytes(bytesTotal)));
  if (bytesTotal === null && bytesDone > 0) facts.push(words.jobs.sizeUnknown);
  if (pull.phase === 'RETRYING' && bytesDone === 0) return [words.jobs.beginsAgain];
  if (layers.total > 0) facts.push(words.jobs.layers(layers.done, layers.total));
  if (stalledSince !== null)
    facts.push(words.jobs.stalledFor(formatDuration((now - new Date(stalledSince).getTime()) / 1000)));
  else {
    if (bytesPerSecond !== null) facts.push(formatRate(bytesPerSecond));
    if (etaSeconds !== null) facts.push(words.jobs.left(formatDuration(etaSeconds)));
  }
  return facts;
}

/** A running job: its bar and what is known about it. */
export function JobProgress({ job, isThin = false }: { job: Job; isThin?: boolean }) {
  const now = useNow();
  const { pull, start } = job;
  const isPulling = start === null && pull !== null;
  const phase = jobPhase(job);
  return (
    <div className="flex flex-col gap-1.5">
      <Progress
        label={words.jobs.progressOf(job.title)}
        value={isPulling ? pulledPart(pull) : null}
        valueText={phase}
        isStalled={isPulling && pull.stalledSince !== null}
        isThin={isThin}
      />
      <p className="flex flex-wrap gap-x-3 text-xs text-ink-soft tabular-nums">
        <span className="font-medium text-ink">{phase}</span>
        {isPulling && pullFacts(pull, now).map((fact) => <span key={fact}>{fact}</span>)}
        {start !== null && <Elapsed since={start.phaseSince} />}
      </p>
      {start?.lastLine !== null && start !== null && (
        <p className="truncate font-mono text-xs text-ink-soft" title={start.lastLine}>
          {start.lastLine}
        </p>
      )}
    </div>
  );
}

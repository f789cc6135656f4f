import type { Job, PullProgress } from '../shared/contract/jobs.ts';
import { formatBytes, formatDuration, formatPercent, formatRate } from '../shared/format.ts';
import { pullPhaseWords, startPhaseWords } from '../shared/status.ts';

/** `Pulling  3.1 of 10.4 GB  29 %  84.2 MB/s  1 min 27 s left  5 of 12 layers` */
export function pullLine(progress: PullProgress, nowMs: number): string {
  const { phase, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, layers, stalledSince } = progress;
  const parts = [pullPhaseWords[phase]];
  if (bytesTotal !== null) {
    parts.push(`${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`, formatPercent(bytesDone, bytesTotal));
  } else if (bytesDone > 0) {
    parts.push(formatBytes(bytesDone));
  }
  if (stalledSince !== null) parts.push(`nothing for ${formatDuration((nowMs - Date.parse(stalledSince)) / 1000)}`);
  else if (phase === 'DOWNLOADING' && bytesPerSecond !== null) parts.push(formatRate(bytesPerSecond));
  if (phase === 'DOWNLOADING' && etaSeconds !== null) parts.push(`${formatDuration(etaSeconds)} left`);
  if (layers.total > 0) parts.push(`${layers.done} of ${layers.total} layers`);
  return parts.join('  ');
}

export function jobLine(job: Job, nowMs: number): string {
  if (job.start !== null) {
    const since = (nowMs - Date.parse(job.start.phaseSince)) / 1000;
    return `${job.title}: ${startPhaseWords[job.start.phase]}  ${formatDuration(since)}`;
  }
  return job.pull === null ? job.title : `${job.title}: ${pullLine(job.pull, nowMs)}`;
}

/** What changed enough to be worth a line where a bar cannot be shown: the phase, or a tenth of the whole. */
export function stepOf(job: Job): string {
  if (job.start !== null) return `start ${job.start.phase}`;
  if (job.pull === null) return '';
  const { phase, bytesDone, bytesTotal } = job.pull;
  return `${phase} ${bytesTotal === null || bytesTotal === 0 ? '' : Math.floor((bytesDone / bytesTotal) * 10)}`;
}

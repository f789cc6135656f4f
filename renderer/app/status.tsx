import CircleCheck from 'lucide-react/icons/circle-check';
import CircleDashed from 'lucide-react/icons/circle-dashed';
import CirclePause from 'lucide-react/icons/circle-pause';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CircleX from 'lucide-react/icons/circle-x';
import Download from 'lucide-react/icons/download';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import Square from 'lucide-react/icons/square';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { ComponentType } from 'react';
import type { Nim } from '../../shared/contract/nims.ts';
import type { ShownStatus } from '../../shared/status.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { cx } from '../ui/cx.ts';
import { words } from '../words.ts';
import { Elapsed, When } from './when.tsx';

interface StatusLook {
  tone: Tone;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
  isMoving?: boolean;
}

/** Shape and colour say the same as the word: whoever sees one of them knows. */
const looks: Record<ShownStatus, StatusLook> = {
  ready: { tone: 'good', icon: CircleCheck },
  pulling: { tone: 'busy', icon: Download },
  starting: { tone: 'busy', icon: LoaderCircle, isMoving: true },
  stopping: { tone: 'busy', icon: CircleDashed, isMoving: true },
  'not-answering': { tone: 'warn', icon: TriangleAlert },
  paused: { tone: 'warn', icon: CirclePause },
  exited: { tone: 'bad', icon: CircleX },
  stopped: { tone: 'idle', icon: Square },
  unknown: { tone: 'idle', icon: CircleHelp },
};

/** The word and icon of a status, the same on every page. */
export function StatusBadge({ status, isLarge = false }: { status: ShownStatus; isLarge?: boolean }) {
  const { tone, icon: Icon, isMoving = false } = looks[status];
  return (
    <Badge
      tone={tone}
      isLarge={isLarge}
      icon={<Icon aria-hidden className={cx(isLarge ? 'size-icon' : 'size-icon-small', isMoving && 'animate-spin')} />}
    >
      {words.running.statuses[status]}
    </Badge>
  );
}

/** Behind the badge: the phase of a start and its time; the code of an exit and when it was; else since when. */
export function NimStatusDetail({ nim }: { nim: Nim }) {
  const { status, phase, exit, statusSince } = nim;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5 text-xs text-ink-soft tabular-nums">
      {status === 'starting' && phase !== null && <Fact>{words.jobs.startPhases[phase]}</Fact>}
      {exit !== null && <Fact>{words.running.exitCode(exit.code)}</Fact>}
      {exit?.isOutOfMemory === true && <Fact>{words.running.outOfMemory}</Fact>}
      {exit === null ? (
        <Elapsed since={statusSince} isCoarse={status !== 'starting'} />
      ) : (
        <When at={exit.at ?? statusSince} />
      )}
    </span>
  );
}

function Fact({ children }: { children: string }) {
  return (
    <>
      <span>{children}</span>
      <span aria-hidden>·</span>
    </>
  );
}

/** The first line of its log that looks like an error: what one would look for first. Null where nothing was found. */
export function FirstError({ nim, isWhole = false }: { nim: Nim; isWhole?: boolean }) {
  const line = nim.exit?.firstErrorLine ?? null;
  if (line === null) return null;
  return (
    <p
      className={cx('font-mono text-xs text-bad', isWhole ? 'wrap-anywhere' : 'line-clamp-2 wrap-anywhere')}
      title={isWhole ? undefined : line}
    >
      {line}
    </p>
  );
}

import CircleCheck from 'lucide-react/icons/circle-check';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CirclePause from 'lucide-react/icons/circle-pause';
import CircleX from 'lucide-react/icons/circle-x';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { ComponentType } from 'react';
import type { Nim, NimStatus } from '../../shared/contract/nims.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { words } from '../words.ts';
import { Elapsed } from './when.tsx';

interface StatusLook {
  tone: Tone;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
  isMoving?: boolean;
}

const looks: Record<NimStatus, StatusLook> = {
  ready: { tone: 'good', icon: CircleCheck },
  starting: { tone: 'busy', icon: LoaderCircle, isMoving: true },
  stopping: { tone: 'busy', icon: LoaderCircle, isMoving: true },
  'not-answering': { tone: 'warn', icon: TriangleAlert },
  exited: { tone: 'bad', icon: CircleX },
  stopped: { tone: 'idle', icon: CirclePause },
  unknown: { tone: 'idle', icon: CircleHelp },
};

/** The word and icon of a NIM's status, the same on every page. */
export function NimStatusBadge({ status }: { status: NimStatus }) {
  const { tone, icon: Icon, isMoving = false } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className={isMoving ? 'size-3.5 animate-spin' : 'size-3.5'} />}>
      {words.running.statuses[status]}
    </Badge>
  );
}

/** Behind the badge: the phase of a start, how an exit ended, and since when. */
export function NimStatusDetail({ nim }: { nim: Nim }) {
  return (
    <span className="text-xs text-ink-soft">
      {nim.status === 'starting' && nim.phase !== null && `${words.jobs.startPhases[nim.phase]} · `}
      {nim.exit !== null && `${words.running.exitCode(nim.exit.code)} · `}
      {nim.exit?.isOutOfMemory === true && `${words.running.outOfMemory} · `}
      <Elapsed since={nim.statusSince} />
    </span>
  );
}

import CircleCheck from 'lucide-react/icons/circle-check';
import CircleDashed from 'lucide-react/icons/circle-dashed';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import MessageCircleMore from 'lucide-react/icons/message-circle-more';
import type { ComponentType, ReactNode } from 'react';
import type { AnswerTiming } from '../../../shared/contract/answers.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import type { ShownTurn } from './present-messages.tsx';

export interface LiveProps {
  turnId: string;
  /** Null: nothing has come yet. */
  children: (turn: Pick<ShownTurn, 'text' | 'reasoning' | 'timing'> | null) => ReactNode;
}

type RoomState = keyof typeof words.present.room;

const looks: Record<RoomState, { icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>; tone: string }> =
  {
    ready: { icon: CircleCheck, tone: 'text-good' },
    moment: { icon: LoaderCircle, tone: 'animate-spin text-busy' },
    thinking: { icon: LoaderCircle, tone: 'animate-spin text-busy' },
    answering: { icon: MessageCircleMore, tone: 'text-busy' },
    starting: { icon: LoaderCircle, tone: 'animate-spin text-busy' },
    none: { icon: CircleDashed, tone: 'text-ink-soft' },
  };

/** Fewer pieces than this say nothing about a rate. */
const fewestPieces = 5;

interface RoomStatusProps {
  isConnected: boolean;
  /** Undefined: not known yet. */
  targets: readonly TargetInfo[] | undefined;
  target: TargetInfo | null;
  isBusy: boolean;
  openTurnId: string | null;
  /** Of the answer before. */
  lastRate: number | null;
  Live: ComponentType<LiveProps>;
}

/** In a word and a shape, to be read from the last row; why something is not ready is nobody's business there. */
export function RoomStatus(props: RoomStatusProps) {
  const { isConnected, targets, target, isBusy, openTurnId, lastRate, Live } = props;
  const { present } = words;
  if (!isConnected) return <Said state="moment" />;
  if (openTurnId !== null) {
    return (
      <Live turnId={openTurnId}>
        {(turn) => {
          if (turn === null || (turn.text === '' && turn.reasoning === '')) return <Said state="moment" />;
          const rate = liveRate(turn.timing);
          return (
            <Said state={turn.text === '' ? 'thinking' : 'answering'}>
              {rate === null ? null : present.aboutSpeed(rate)}
            </Said>
          );
        }}
      </Live>
    );
  }
  if (isBusy) return <Said state="moment" />;
  if (target !== null) return <Said state="ready">{lastRate === null ? null : present.lastSpeed(lastRate)}</Said>;
  // Its height, so that nothing moves when it is known.
  if (targets === undefined) return <p className="min-h-8" />;
  const starts = targets.some(({ state, capabilities }) => state === 'starting' && capabilities.chat !== false);
  return <Said state={starts ? 'starting' : 'none'} />;
}

/** While it is written no server says its tokens: pieces are counted, which carry one each nearly always. */
function liveRate({ pieces, piecesMs }: AnswerTiming): number | null {
  return pieces < fewestPieces || piecesMs <= 0 ? null : ((pieces - 1) * 1000) / piecesMs;
}

function Said({ state, children = null }: { state: RoomState; children?: ReactNode }) {
  const { icon: Icon, tone } = looks[state];
  return (
    <p className="flex min-h-8 min-w-0 items-center gap-2 text-xl font-semibold">
      <Icon aria-hidden className={cx('size-icon-large shrink-0', tone)} />
      {/* One line, however wide the figure: nothing below may jump when an answer begins. */}
      <span className="min-w-0 truncate tabular-nums">
        {words.present.room[state]}
        {children !== null && <span className="font-normal text-ink-soft"> · {children}</span>}
      </span>
    </p>
  );
}

import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal';
import Wrench from 'lucide-react/icons/wrench';
import { memo } from 'react';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ChatTargets } from '../../../shared/contract/targets.ts';
import { StatusBadge } from '../../app/status.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { CapabilityMarks } from '../targets/capability-marks.tsx';
import type { Picked } from '../targets/target.ts';
import { TargetPicker } from '../targets/target-picker.tsx';

interface ChatBarProps {
  targets: ChatTargets | undefined;
  picked: Picked;
  toolCount: number;
  format: 'json' | 'schema' | null;
  onTarget: (target: ChatTarget) => void;
  onParameters: () => void;
  onTools: () => void;
}

/** Beside an icon where there is room; elsewhere the button's name alone. */
const beside = 'max-md:sr-only';

/** Who is asked, in which state that is, and what is sent along. */
export const ChatBar = memo(function ChatBar(props: ChatBarProps) {
  const { targets, picked, toolCount, format, onTarget, onParameters, onTools } = props;
  const { info } = picked;
  return (
    <div className="flex min-w-0 shrink-0 flex-wrap items-center gap-2 border-b border-line px-gutter pb-3 low:pb-2">
      <TargetPicker targets={targets} chosen={info} onChoose={onTarget} />
      {info !== null && info.status !== null && <StatusBadge status={info.status} />}
      {info !== null && info.status === null && info.state !== 'ready' && (
        <Badge tone="warn">{words.asking.states[info.state]}</Badge>
      )}
      {info !== null && <CapabilityMarks {...info} />}
      <span className="ml-auto flex items-center gap-1">
        {format !== null && <Badge tone="accent">{words.asking.formats[format]}</Badge>}
        <Button
          variant="quiet"
          title={words.asking.tools}
          icon={<Wrench aria-hidden className="size-icon" />}
          onClick={onTools}
        >
          <span className={beside}>{toolCount === 0 ? words.asking.tools : words.asking.toolsCount(toolCount)}</span>
        </Button>
        <Button
          variant="quiet"
          title={words.chat.parameters}
          icon={<SlidersHorizontal aria-hidden className="size-icon" />}
          onClick={onParameters}
        >
          <span className={beside}>{words.chat.parameters}</span>
        </Button>
      </span>
    </div>
  );
});

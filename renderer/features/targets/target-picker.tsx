import ChevronDown from 'lucide-react/icons/chevron-down';
import Cloud from 'lucide-react/icons/cloud';
import Cpu from 'lucide-react/icons/cpu';
import Globe from 'lucide-react/icons/globe';
import { useState } from 'react';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ChatTargets, TargetInfo } from '../../../shared/contract/targets.ts';
import { buttonClass } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { TargetDialog } from './target-dialog.tsx';

const targetIcons = { nim: Cpu, hosted: Cloud, address: Globe } as const;

interface TargetPickerProps {
  /** Undefined: not known yet. */
  targets: ChatTargets | undefined;
  chosen: TargetInfo | null;
  onChoose: (target: ChatTarget) => void;
}

/** Says who is asked, and opens the list of all who could be. */
export function TargetPicker({ targets, chosen, onChoose }: TargetPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const Icon = chosen === null ? Cpu : targetIcons[chosen.target.kind];
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={chosen === null ? words.asking.chooseTarget : words.asking.target(chosen.name)}
        disabled={targets === undefined}
        onClick={() => setOpen(true)}
        className={`${buttonClass('secondary', 'medium')} min-w-0 shrink`}
      >
        <Icon aria-hidden className="size-icon shrink-0 text-ink-soft" />
        <span className="min-w-0 truncate">{chosen?.name ?? words.asking.chooseTarget}</span>
        <ChevronDown aria-hidden className="size-icon shrink-0 text-ink-soft" />
      </button>
      {isOpen && targets !== undefined && (
        <TargetDialog
          targets={targets}
          chosen={chosen?.target ?? null}
          onChoose={onChoose}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

import BrainCircuit from 'lucide-react/icons/brain-circuit';
import Eye from 'lucide-react/icons/eye';
import ListOrdered from 'lucide-react/icons/list-ordered';
import Waypoints from 'lucide-react/icons/waypoints';
import Wrench from 'lucide-react/icons/wrench';
import type { TargetCapability, TargetInfo } from '../../../shared/contract/targets.ts';
import { words } from '../../words.ts';

/** Chat is what nearly all do; it has no mark. */
const icons = [
  ['vision', Eye],
  ['tools', Wrench],
  ['reasoning', BrainCircuit],
  ['embedding', Waypoints],
  ['rerank', ListOrdered],
] as const satisfies readonly (readonly [TargetCapability, typeof Eye])[];

/** What a model can do, as far as it is known; nothing for what is not. */
export function CapabilityMarks({ capabilities, corrected }: Pick<TargetInfo, 'capabilities' | 'corrected'>) {
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-ink-soft empty:hidden">
      {icons.map(([name, Icon]) => {
        if (capabilities[name] !== true) return null;
        const label = words.asking.capabilities[name];
        const text = corrected.includes(name) ? words.asking.corrected(label) : label;
        return (
          <span key={name} title={text}>
            <Icon aria-hidden className="size-icon-small" />
            <span className="sr-only">{text}</span>
          </span>
        );
      })}
    </span>
  );
}

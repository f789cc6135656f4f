import Zap from 'lucide-react/icons/zap';
import {
  type PracticeFault,
  practiceFault,
  practiceFaults,
  type ProvokedFault,
} from '../../../shared/contract/practice.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { SwitchMenu } from '../../ui/switch-menu.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

/** Everything that the stand-ins can do badly, on request. */
export function FaultMenu({ faults }: { faults: readonly ProvokedFault[] }) {
  const api = useApi();
  const provoke = useAction(
    ({ fault, isOn }: { fault: PracticeFault; isOn: boolean }) => api.practice.provoke({ fault, isOn }),
    {
      onDone: (_output, { fault }) => {
        const { title } = words.practice.faults.titles[fault];
        if (practiceFaults[fault] === 'now') showToast({ title: words.practice.faults.happened(title), tone: 'good' });
      },
    },
  );
  const items = practiceFault.options.map((id) => {
    const { title, hint } = words.practice.faults.titles[id];
    const provoked = faults.find(({ fault }) => fault === id);
    return {
      id,
      label: title,
      hint: provoked?.isHappening === false ? words.practice.faults.waits : hint,
      isOn: practiceFaults[id] === 'now' ? null : provoked !== undefined,
    };
  });
  return (
    <SwitchMenu
      label={faults.length === 0 ? words.practice.faults.trigger : words.practice.faults.on(faults.length)}
      icon={<Zap aria-hidden className="size-icon" />}
      items={items}
      onSelect={(fault, isOn) => provoke.run({ fault, isOn })}
    />
  );
}

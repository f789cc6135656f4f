import Cloud from 'lucide-react/icons/cloud';
import Globe from 'lucide-react/icons/globe';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ChatTargets, TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useLostGpu } from '../../app/use-lost-gpu.ts';
import { useAction } from '../../hooks/use-action.ts';
import { toHash } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { linkClass } from '../../ui/link.ts';
import { words } from '../../words.ts';
import { hostOf, type Picked } from '../targets/target.ts';
import { TargetPicker } from '../targets/target-picker.tsx';

/** Why nothing can be sent now; null when it can. */
export function problemOf({ info, goneName }: Picked): string | null {
  if (info === null) {
    if (goneName === null) return words.chat.noNim;
    return goneName === '' ? words.asking.goneUnnamed : words.asking.gone(goneName);
  }
  const { name, state, status, capabilities } = info;
  if (capabilities.chat === false) return words.asking.cannotChat(name);
  if (state === 'ready') return null;
  if (status !== null) return words.chat.nimNotReady(name, words.running.statuses[status]);
  return words.asking.notReady(name, words.asking.states[state]);
}

/** Only where it is known that it cannot: what nobody knows may be tried. */
export const pictureProblemOf = ({ name, capabilities }: TargetInfo): string | null =>
  capabilities.vision === false ? words.asking.cannotSee(name) : null;

interface TargetRemedyProps {
  picked: Picked;
  targets: ChatTargets | undefined;
  onTarget: (target: ChatTarget) => void;
}

/** What can be done where nobody can answer, and where what is written goes when it leaves this machine. */
export function TargetRemedy({ picked, targets, onTarget }: TargetRemedyProps) {
  const api = useApi();
  const start = useAction((nimId: string) => api.nims.start({ nimId }));
  const { info, goneName } = picked;
  if (info === null) {
    if (goneName === null) return null;
    return (
      <Callout
        tone="warn"
        title={goneName === '' ? words.asking.goneUnnamed : words.asking.gone(goneName)}
        actions={<TargetPicker targets={targets} chosen={null} onChoose={onTarget} />}
      />
    );
  }
  const { target, state } = info;
  if (target.kind === 'nim') {
    if (state !== 'startable') return null;
    return (
      <div className="flex flex-wrap items-center justify-end gap-2">
        <LostGpu nimId={target.nimId} name={info.name} />
        <Button size="small" isBusy={start.isRunning} onClick={() => start.run(target.nimId)}>
          {words.asking.startNamed(info.name)}
        </Button>
      </div>
    );
  }
  const Icon = target.kind === 'hosted' ? Cloud : Globe;
  return (
    <p className="flex items-center gap-2 text-xs text-warn">
      <Icon aria-hidden className="size-icon-small shrink-0" />
      {target.kind === 'hosted' ? words.asking.hostedNote : words.asking.addressNote(hostOf(target) ?? info.name)}
    </p>
  );
}

/** Without it the start that is offered beside this would be a guess. */
function LostGpu({ nimId, name }: { nimId: string; name: string }) {
  const lost = useLostGpu(nimId, name);
  if (lost === null) return null;
  return (
    <p className="mr-auto text-sm text-ink-soft">
      {lost}{' '}
      <a href={toHash({ page: 'nim', nimId, tab: 'overview' })} className={linkClass}>
        {words.home.seeNim}
      </a>
    </p>
  );
}

import MessageSquare from 'lucide-react/icons/message-square';
import Play from 'lucide-react/icons/play';
import RotateCw from 'lucide-react/icons/rotate-cw';
import ScrollText from 'lucide-react/icons/scroll-text';
import Square from 'lucide-react/icons/square';
import SquareArrowOutUpRight from 'lucide-react/icons/square-arrow-out-up-right';
import Trash2 from 'lucide-react/icons/trash-2';
import Waypoints from 'lucide-react/icons/waypoints';
import type { Api } from '../../../shared/contract/index.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { ChatTargets } from '../../../shared/contract/targets.ts';
import type { Nim, NimList } from '../../../shared/contract/nims.ts';
import { upStatuses } from '../../../shared/nim-up.ts';
import { navigate } from '../../router.ts';
import { words } from '../../words.ts';
import { givesNumbers } from '../gives-numbers.ts';
import { attempt } from '../attempt.ts';
import { cancelCost } from '../cancel-job.tsx';
import { useDialogs } from '../dialogs.ts';
import type { Command } from './command.ts';

export function nimCommands({ nims, isKnown }: NimList, targets: ChatTargets | undefined, api: Api): Command[] {
  return nims.flatMap((nim) => commandsOf(nim, isKnown, givesNumbers(targets, nim.id), api));
}

function commandsOf(nim: Nim, canAct: boolean, isNumbers: boolean, api: Api): Command[] {
  const { id, name, status } = nim;
  const { commands } = words.palette;
  const detail = `${words.running.statuses[status]} · ${nim.reference}`;
  const about = { kind: 'nim', detail } as const;
  const byId = { nimId: id };
  const list: Command[] = [
    {
      ...about,
      id: `nim-open ${name}`,
      label: commands.openNim(name),
      icon: SquareArrowOutUpRight,
      isOffered: true,
      run: () => navigate({ page: 'nim', nimId: id, tab: 'overview' }),
    },
    {
      ...about,
      id: `nim-log ${name}`,
      label: commands.openLog(name),
      icon: ScrollText,
      run: () => navigate({ page: 'nim', nimId: id, tab: 'log' }),
    },
  ];
  if (status === 'ready' && isNumbers) {
    list.unshift({
      ...about,
      id: `nim-vectors ${name}`,
      label: commands.tryNumbers(name),
      also: `${words.palette.also.vectors} ${nim.models.join(' ')}`,
      icon: Waypoints,
      isOffered: true,
      run: () => navigate({ page: 'vectors', nimId: id }),
    });
  } else if (status === 'ready') {
    list.unshift({
      ...about,
      id: `nim-chat ${name}`,
      label: commands.chatWith(name),
      also: nim.models.join(' '),
      icon: MessageSquare,
      isOffered: true,
      run: () => navigate({ page: 'chat', conversationId: null, nimId: id }),
    });
  }
  if (!canAct) return list;
  list.push({
    ...about,
    id: `nim-remove ${name}`,
    label: commands.removeNim(name),
    icon: Trash2,
    run: () => useDialogs.getState().openRemoveNim(id),
  });
  if (status === 'stopping') return list;
  if (status === 'paused') {
    list.push({
      ...about,
      id: `nim-resume ${name}`,
      label: commands.resume(name),
      icon: Play,
      isOffered: true,
      run: () => attempt(api.nims.resume(byId)),
    });
  }
  if (upStatuses.has(status)) {
    list.push(
      {
        ...about,
        id: `nim-stop ${name}`,
        label: commands.stop(name),
        icon: Square,
        run: () => attempt(api.nims.stop(byId)),
      },
      {
        ...about,
        id: `nim-restart ${name}`,
        label: commands.restart(name),
        icon: RotateCw,
        run: () => attempt(api.nims.restart(byId)),
      },
    );
  } else {
    list.push({
      ...about,
      id: `nim-start ${name}`,
      label: commands.start(name),
      icon: Play,
      isOffered: true,
      run: () => attempt(api.nims.start(byId)),
    });
  }
  return list;
}

export function jobCommands(jobs: readonly Job[], api: Api): Command[] {
  return jobs
    .filter((job) => job.state === 'running')
    .map((job) => ({
      id: `job-cancel ${job.id}`,
      kind: 'job' as const,
      label: words.palette.commands.cancelJob(job.title),
      detail: words.jobs.kinds[job.kind],
      icon: Square,
      isOffered: true,
      run: () =>
        cancelCost(job) === null
          ? attempt(api.jobs.cancel({ jobId: job.id }))
          : useDialogs.getState().openCancelJob(job.id),
    }));
}

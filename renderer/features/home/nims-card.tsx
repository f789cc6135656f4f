import type { ComponentType } from 'react';
import type { Nim, NimList } from '../../../shared/contract/nims.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { NimStatusDetail, StatusBadge } from '../../app/status.tsx';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';

const shown = 6;
const order: Record<Nim['status'], number> = {
  ready: 0,
  starting: 1,
  'not-answering': 2,
  paused: 2,
  stopping: 3,
  exited: 4,
  unknown: 5,
  stopped: 6,
};

export type NimActionsComponent = ComponentType<{ nim: Nim; canAct: boolean }>;

interface NimsCardProps {
  list: NimList | undefined;
  failure: AppError | null;
  /** Drawn by another feature: the same buttons as in its list. */
  Actions: NimActionsComponent;
}

/** What runs and what could, with what is done most: open, chat, stop. */
export function NimsCard({ list, failure, Actions }: NimsCardProps) {
  const nims = (list?.nims ?? []).toSorted((a, b) => order[a.status] - order[b.status]);
  return (
    <Card
      title={words.home.running}
      actions={
        <a href={toHash({ page: 'running' })} className={buttonClass('quiet', 'small')}>
          {words.home.allRunning}
        </a>
      }
    >
      {failure !== null && <ErrorCard failure={failure} />}
      {list === undefined && failure === null && <SkeletonText lines={4} />}
      {list !== undefined && nims.length === 0 && (
        <p className="text-sm text-ink-soft">{list.isKnown ? words.home.none : words.home.evidence.engineAway}</p>
      )}
      <ul className="divide-y divide-line empty:hidden">
        {nims.slice(0, shown).map((nim) => (
          <li key={nim.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
            <div className="min-w-0 flex-1 basis-56">
              <h3 className="truncate text-sm font-medium">
                <a
                  href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
                  className="rounded-sm hover:text-accent hover:underline"
                >
                  {nim.name}
                </a>
              </h3>
              <NimStatusDetail nim={nim} />
            </div>
            <StatusBadge status={nim.status} />
            <div className="flex items-center gap-2">
              <Actions nim={nim} canAct={list?.isKnown ?? false} />
            </div>
          </li>
        ))}
      </ul>
      {nims.length > shown && <p className="text-sm text-ink-soft">{words.home.moreNims(nims.length - shown)}</p>}
    </Card>
  );
}

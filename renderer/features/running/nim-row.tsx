import ScrollText from 'lucide-react/icons/scroll-text';
import type { Nim } from '../../../shared/contract/nims.ts';
import { GpuProofChip } from '../../app/gpu-proof.tsx';
import { FirstError, NimStatusDetail, StatusBadge } from '../../app/status.tsx';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ListRow } from '../../ui/list.tsx';
import { words } from '../../words.ts';
import { FailedStartTitle } from './failed-start.tsx';
import { NimActions } from './nim-actions.tsx';

export function NimRow({ nim, canAct }: { nim: Nim; canAct: boolean }) {
  return (
    <ListRow
      title={
        <a
          href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
          className="rounded-sm break-words hover:text-accent hover:underline"
        >
          {nim.name}
        </a>
      }
      sub={<span className="font-mono wrap-anywhere">{nim.reference}</span>}
      status={
        <div className="flex flex-col items-start gap-0.5">
          <StatusBadge status={nim.status} />
          <NimStatusDetail nim={nim} />
          <GpuProofChip nim={nim} />
        </div>
      }
      extra={
        nim.address !== null && (
          <span className="flex min-w-0 items-center gap-1 font-mono text-xs">
            <span className="wrap-anywhere">{nim.address}</span>
            <CopyButton text={nim.address} label={words.running.copyAddress} />
          </span>
        )
      }
      actions={
        <>
          <a
            href={toHash({ page: 'nim', nimId: nim.id, tab: 'log' })}
            aria-label={words.log.label(nim.name)}
            className={buttonClass('secondary', 'small')}
          >
            <ScrollText aria-hidden className="size-icon-small" />
            {words.running.log}
          </a>
          <NimActions nim={nim} canAct={canAct} />
        </>
      }
    >
      {nim.status === 'paused' && <p className="text-xs text-ink-soft">{words.running.pausedHint}</p>}
      {nim.exit !== null && (
        <>
          <FailedStartTitle nim={nim} />
          <FirstError nim={nim} />
        </>
      )}
    </ListRow>
  );
}

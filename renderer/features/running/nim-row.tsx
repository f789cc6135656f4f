import ScrollText from 'lucide-react/icons/scroll-text';
import type { Nim } from '../../../shared/contract/nims.ts';
import { StatusBadge, NimStatusDetail } from '../../app/status.tsx';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { words } from '../../words.ts';
import { NimActions } from './nim-actions.tsx';

export function NimRow({ nim, canAct }: { nim: Nim; canAct: boolean }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_12rem] items-center gap-x-5 gap-y-2 px-4 py-3 hover:bg-hover/50 xl:grid-cols-[minmax(0,1fr)_14rem_13rem_18rem]">
      <div className="min-w-0">
        <h2 className="font-medium">
          <a
            href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
            className="rounded-sm break-words hover:text-accent hover:underline"
          >
            {nim.name}
          </a>
        </h2>
        <p className="font-mono text-xs wrap-anywhere text-ink-soft">{nim.reference}</p>
      </div>
      <div className="flex min-w-0 flex-col items-start gap-0.5">
        <StatusBadge status={nim.status} />
        <NimStatusDetail nim={nim} />
      </div>
      <div className="flex min-w-0 items-center gap-1 font-mono text-xs max-xl:order-last">
        {nim.address !== null && (
          <>
            <span className="wrap-anywhere">{nim.address}</span>
            <CopyButton text={nim.address} label={words.running.copyAddress} />
          </>
        )}
      </div>
      <div className="flex items-center gap-2 xl:justify-end">
        <a
          href={toHash({ page: 'nim', nimId: nim.id, tab: 'log' })}
          aria-label={words.log.label(nim.name)}
          className={buttonClass('secondary', 'small')}
        >
          <ScrollText aria-hidden className="size-3.5" />
          {words.running.log}
        </a>
        <NimActions nim={nim} canAct={canAct} />
      </div>
    </li>
  );
}

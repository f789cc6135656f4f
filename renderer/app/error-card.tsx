import { Collapsible } from '@base-ui/react/collapsible';
import ChevronRight from 'lucide-react/icons/chevron-right';
import CircleAlert from 'lucide-react/icons/circle-alert';
import RotateCw from 'lucide-react/icons/rotate-cw';
import type { ReactNode } from 'react';
import type { Failure } from '../../shared/contract/common.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { needsKey } from './notices.ts';

interface ErrorCardProps {
  /** An `AppError`, or a failure as it lies in a job or a message. */
  failure: Pick<Failure, 'code' | 'message'> & { detail?: Failure['detail'] | undefined };
  /** Offered where trying again may help, and after a sign-in. */
  onRetry?: (() => void) | undefined;
  isRetrying?: boolean;
  /** False where a key is being typed already. */
  offersSignIn?: boolean;
  actions?: ReactNode;
  children?: ReactNode;
}

/** Every failure looks like this: what it is, what can be done, what exactly was said. */
export function ErrorCard({
  failure,
  onRetry,
  isRetrying = false,
  offersSignIn = true,
  actions,
  children,
}: ErrorCardProps) {
  const { title, remedy, retry } = errorCatalog[failure.code];
  const openSignIn = useDialogs((dialogs) => dialogs.openSignIn);
  const detail = failure.detail === undefined ? '' : JSON.stringify(failure.detail, null, 2);
  const report = [failure.code, title, failure.message, detail].filter((part) => part !== '').join('\n');
  const asksForKey = offersSignIn && needsKey(failure.code);

  return (
    <div role="alert" className="flex gap-3 rounded-xl border border-l-4 border-line border-l-bad bg-surface p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <div>
          <p className="font-semibold">{title}</p>
          <p className="text-sm break-words">{remedy}</p>
          {failure.message !== '' && <p className="mt-1 text-sm break-words text-ink-soft">{failure.message}</p>}
        </div>
        {children}
        <div className="flex flex-wrap items-center gap-2 empty:hidden">
          {asksForKey && (
            <Button variant="primary" size="small" onClick={() => openSignIn(onRetry)}>
              {words.common.signIn}
            </Button>
          )}
          {onRetry !== undefined && (retry || asksForKey) && (
            <Button
              size="small"
              icon={<RotateCw aria-hidden className="size-3.5" />}
              isBusy={isRetrying}
              onClick={onRetry}
            >
              {words.common.retry}
            </Button>
          )}
          {actions}
        </div>
        <Collapsible.Root>
          <div className="flex items-center gap-1">
            <Collapsible.Trigger className="group flex items-center gap-1 rounded-sm text-xs text-ink-soft hover:text-ink">
              <ChevronRight aria-hidden className="size-3.5 transition-transform group-data-panel-open:rotate-90" />
              {words.common.details}
            </Collapsible.Trigger>
            <CopyButton text={report} label={words.common.copyDetails} />
          </div>
          <Collapsible.Panel>
            <p className="text-xs text-ink-soft">{words.common.code(failure.code)}</p>
            {detail !== '' && (
              <pre className="mt-1 rounded-md bg-sunken p-2 font-mono text-xs break-words whitespace-pre-wrap">
                {detail}
              </pre>
            )}
          </Collapsible.Panel>
        </Collapsible.Root>
      </div>
    </div>
  );
}

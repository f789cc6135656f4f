import RotateCw from 'lucide-react/icons/rotate-cw';
import type { ReactNode } from 'react';
import type { Failure } from '../../shared/contract/common.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { Button } from '../ui/button.tsx';
import { Callout } from '../ui/callout.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
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
export function ErrorCard(props: ErrorCardProps) {
  const { failure, onRetry, isRetrying = false, offersSignIn = true, actions, children } = props;
  const { title, remedy, retry } = errorCatalog[failure.code];
  const openSignIn = useDialogs((dialogs) => dialogs.openSignIn);
  const detail = failure.detail === undefined ? '' : JSON.stringify(failure.detail, null, 2);
  const report = [failure.code, title, failure.message, detail].filter((part) => part !== '').join('\n');
  const asksForKey = offersSignIn && needsKey(failure.code);

  return (
    <Callout
      isAlert
      tone="bad"
      title={title}
      actions={
        <>
          {asksForKey && (
            <Button variant="primary" size="small" onClick={() => openSignIn(onRetry)}>
              {words.common.signIn}
            </Button>
          )}
          {onRetry !== undefined && (retry || asksForKey) && (
            <Button
              size="small"
              icon={<RotateCw aria-hidden className="size-icon-small" />}
              isBusy={isRetrying}
              onClick={onRetry}
            >
              {words.common.retry}
            </Button>
          )}
          {actions}
        </>
      }
      footer={
        <Disclosure label={words.common.details} aside={<CopyButton text={report} label={words.common.copyDetails} />}>
          <p className="text-xs text-ink-soft">{words.common.code(failure.code)}</p>
          {detail !== '' && (
            <pre className="mt-1 rounded-md bg-sunken p-2 font-mono text-xs break-words whitespace-pre-wrap">
              {detail}
            </pre>
          )}
        </Disclosure>
      }
    >
      <p className="text-ink">{remedy}</p>
      {failure.message !== '' && <p className="mt-1 wrap-anywhere">{failure.message}</p>}
      {children !== undefined && <div className="mt-2">{children}</div>}
    </Callout>
  );
}

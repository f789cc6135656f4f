import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import X from 'lucide-react/icons/x';
import { type ReactNode, type RefObject, useRef } from 'react';
import { useLeaving } from '../hooks/use-leaving.ts';
import { words } from '../words.ts';
import { Button, buttonClass } from './button.tsx';
import { cx } from './cx.ts';

/** Its first name is how others know that something lies over the page (renderer/ui/toast.tsx). */
export const backdropClass =
  'dialog-backdrop fixed inset-0 z-40 bg-veil transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0';
const popupClass = cx(
  'popup-motion fixed top-1/2 left-1/2 z-40 flex max-h-[92dvh] max-w-[94dvw] -translate-x-1/2 -translate-y-1/2',
  'flex-col rounded-xl border border-line bg-raised text-ink shadow-popup outline-none',
);

/** What is to be filled in has the focus when a form opens, not the button that closes it. */
const fieldSelector = 'input:not(:disabled), textarea:not(:disabled)';

interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons at the foot, the main one last. */
  actions: ReactNode;
  /** Makes it a form: by Enter in a field, and by the button of type `submit` among the actions. */
  onSubmit?: () => void;
  isWide?: boolean;
  /** Always as tall, for lists that grow and shrink while one types. */
  isTall?: boolean;
  finalFocus?: FinalFocus;
}

/** Where the focus goes when what was asked about is gone with its button; else back to where it came from. */
type FinalFocus = RefObject<HTMLElement | null> | (() => HTMLElement | boolean) | undefined;

export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, description, children, actions, onSubmit, finalFocus } = props;
  const { isWide = false, isTall = false } = props;
  const form = useRef<HTMLFormElement>(null);
  useLeaving(isOpen, onClose);
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClass} />
        <BaseDialog.Popup
          initialFocus={() => form.current?.querySelector<HTMLElement>(fieldSelector) ?? true}
          finalFocus={finalFocus}
          className={cx(popupClass, isWide ? 'w-2xl' : 'w-md', isTall && 'h-176')}
        >
          <header className="flex items-start gap-3 px-6 pt-5 pb-3">
            <div className="min-w-0 flex-1">
              <BaseDialog.Title className="text-lg font-semibold break-words">{title}</BaseDialog.Title>
              {description !== undefined && (
                <BaseDialog.Description className="text-sm break-words text-ink-soft" render={<div />}>
                  {description}
                </BaseDialog.Description>
              )}
            </div>
            <BaseDialog.Close aria-label={words.common.close} className={buttonClass('quiet', 'small', true)}>
              <X aria-hidden className="size-icon" />
            </BaseDialog.Close>
          </header>
          <Body form={form} onSubmit={onSubmit}>
            <Content isForm={onSubmit !== undefined}>{children}</Content>
            <footer className="flex flex-wrap justify-end gap-2 px-6 pt-3 pb-5">{actions}</footer>
          </Body>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** A form has fields to go to; a text that scrolls must be reachable itself. */
const scrollClass = 'relative flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-6 py-2';

function Content({ isForm, children }: { isForm: boolean; children: ReactNode }) {
  if (isForm) return <div className={scrollClass}>{children}</div>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
    <div tabIndex={0} className={cx(scrollClass, 'focus-visible:-outline-offset-2')}>
      {children}
    </div>
  );
}

interface BodyProps {
  form: RefObject<HTMLFormElement | null>;
  onSubmit: (() => void) | undefined;
  children: ReactNode;
}

function Body({ form, onSubmit, children }: BodyProps) {
  const className = 'flex min-h-0 flex-1 flex-col';
  if (onSubmit === undefined) return <div className={className}>{children}</div>;
  return (
    <form
      ref={form}
      noValidate
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  /** Names the object: “Remove llama-3.1-8b?” */
  title: string;
  /** What it costs to get it back. */
  children: ReactNode;
  confirmLabel: string;
  keepLabel: string;
  onConfirm: () => void;
  /** The children say why not. */
  cannotConfirm?: boolean;
  isBusy?: boolean;
  finalFocus?: FinalFocus;
}

/** Asks before something is lost. Opens with the harmless button focused. */
export function ConfirmDialog(props: ConfirmProps) {
  const { isOpen, onClose, title, children, confirmLabel, keepLabel, onConfirm, finalFocus } = props;
  const { cannotConfirm = false, isBusy = false } = props;
  useLeaving(isOpen, onClose);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClass} />
        <AlertDialog.Popup finalFocus={finalFocus} className={cx(popupClass, 'w-md gap-3 p-6')}>
          <AlertDialog.Title className="text-lg font-semibold break-words">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-sm break-words text-ink-soft" render={<div />}>
            {children}
          </AlertDialog.Description>
          <div className="mt-2 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close className={buttonClass()}>{keepLabel}</AlertDialog.Close>
            <Button variant="danger" disabled={cannotConfirm} isBusy={isBusy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { useLeaving } from '../hooks/use-leaving.ts';
import { words } from '../words.ts';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';
import { backdropClass } from './dialog.tsx';

interface DrawerProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons at the foot, the main one last. */
  actions?: ReactNode;
  isWide?: boolean;
}

/** Details beside the page: comes from the right, over the whole height, and gives the focus back when it goes. */
export function Drawer({ isOpen, onClose, title, description, children, actions, isWide = false }: DrawerProps) {
  useLeaving(isOpen, onClose);
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={backdropClass} />
        <BaseDialog.Popup
          className={cx(
            'drawer-motion fixed inset-y-0 right-0 z-40 flex max-w-full flex-col border-l border-line bg-raised text-ink shadow-popup outline-none',
            isWide ? 'w-2xl' : 'w-md',
          )}
        >
          <header className="flex items-start gap-3 border-b border-line px-5 py-4">
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
          <div className="relative flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-5">{children}</div>
          {actions !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{actions}</footer>
          )}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

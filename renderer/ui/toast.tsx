import { Toast } from '@base-ui/react/toast';
import X from 'lucide-react/icons/x';
import { useEffect } from 'react';
import { words } from '../words.ts';
import { buttonClass } from './button.tsx';
import { cx } from './cx.ts';

export interface ToastContent {
  title: string;
  description?: string;
  tone?: 'good' | 'bad' | 'info';
  action?: { label: string; onSelect: () => void };
  /** What it is about, where that may go while it is shown. */
  about?: string;
}

const manager = Toast.createToastManager();

/** At once on the screen; of more, what happened is found where it happened. */
const most = 4;
/** What was said while nothing shows toasts, as before an audience; null: they are shown. */
let held: ToastContent[] | null = [];
/** Of those that are shown, by their ids. */
const abouts = new Map<string, string>();

const bars = { good: 'before:bg-good', bad: 'before:bg-bad', info: 'before:bg-busy' };

/**
 * May be called from anywhere, also outside of React; where no `Toaster` is on the page it waits for one. A toast waits while
 * the pointer or the focus is on it, and in a window out of sight. A failure stays twice as long, since it has more to read,
 * and so does what can be undone.
 */
export function showToast(content: ToastContent): void {
  if (held === null) add(content);
  else held = [...held, content].slice(-most);
}

/** What they offer cannot be done any more. */
export function closeToasts(isGone: (about: string) => boolean): void {
  for (const [id, about] of abouts) if (isGone(about)) manager.close(id);
  held = held?.filter(({ about }) => about === undefined || !isGone(about)) ?? null;
}

function add({ title, description, tone = 'info', action, about }: ToastContent): void {
  const id = manager.add({
    title,
    description,
    type: tone,
    timeout: tone === 'bad' || action !== undefined ? 12_000 : 6_000,
    priority: tone === 'bad' ? 'high' : 'low',
    onClose: () => void abouts.delete(id),
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.onSelect();
            },
          },
        }),
  });
  if (about !== undefined) abouts.set(id, about);
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      swipeDirection="up"
      className={cx(
        'relative overflow-clip rounded-md border border-line bg-raised text-ink shadow-popup transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0',
        'before:absolute before:inset-y-0 before:left-0 before:w-1',
        bars[toast.type === 'good' || toast.type === 'bad' ? toast.type : 'info'],
      )}
    >
      <Toast.Content className="flex items-start gap-3 py-3 pr-3 pl-4">
        <div className="min-w-0 flex-1">
          <Toast.Title className="text-sm font-semibold break-words" render={<p />} />
          <Toast.Description className="text-sm break-words text-ink-soft" />
          <Toast.Action className={cx(buttonClass('secondary', 'small'), 'mt-2 empty:hidden')} />
        </div>
        <Toast.Close aria-label={words.common.dismiss} className={buttonClass('quiet', 'small', true)}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

/** Once, around everything. */
export function Toaster() {
  // After the provider's own effect, which listens from then on.
  useEffect(() => {
    const waiting = held ?? [];
    held = null;
    waiting.forEach(add);
    return () => {
      held = [];
    };
  }, []);
  return (
    <Toast.Provider toastManager={manager} limit={most}>
      <Toast.Portal>
        {/* At the bottom right it would lie on the jobs tray and on the button that sends or stops, at the very top on what a
            bar above the page offers. Over a dialog that place is where its title is, or what is typed into the palette: then
            it stands at the bottom left, beside a dialog in a wide window, and never on its buttons. */}
        <Toast.Viewport
          className={cx(
            'fixed inset-x-0 top-16 z-50 max-lg:top-28 mx-auto flex w-96 max-w-[94dvw] flex-col gap-2 over-dialog:w-72',
            'over-dialog:top-auto over-dialog:right-auto over-dialog:bottom-14 over-dialog:left-2',
          )}
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

import Eraser from 'lucide-react/icons/eraser';
import ListOrdered from 'lucide-react/icons/list-ordered';
import Maximize from 'lucide-react/icons/maximize';
import Minimize from 'lucide-react/icons/minimize';
import X from 'lucide-react/icons/x';
import { type ComponentProps, type ReactNode, useSyncExternalStore } from 'react';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useShortcutKeys } from '../../app/use-shortcut-keys.ts';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { words } from '../../words.ts';
import { typeSizes, usePresent } from './present-store.ts';
import { whereOf } from './set-up-drawer.tsx';

interface BarProps {
  target: TargetInfo | null;
  isPractice: boolean;
  onSetUp: () => void;
  onNewAudience: () => void;
  onLeave: () => void;
  /** How it stands, for the room. */
  children: ReactNode;
}

/** Who answers and how it stands, for the room; beside it what is the speaker's. */
export function Bar({ target, isPractice, onSetUp, onNewAudience, onLeave, children }: BarProps) {
  const { present, shell, keyboard } = words;
  const { size, setSize } = usePresent();
  const newKeys = useShortcutKeys('new-chat');
  return (
    <header className="@container shrink-0 px-gutter py-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-64 flex-col">
          <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
            <h1 tabIndex={-1} className="min-w-0 text-md font-semibold wrap-anywhere outline-none">
              {target?.name ?? present.title}
            </h1>
            {(target !== null || isPractice) && (
              // Together, so that they take one line below the name at most.
              <span className="flex flex-wrap gap-x-3 text-sm">
                {target !== null && <span className="text-ink-soft">{whereOf(target)}</span>}
                {isPractice && <span className="font-medium text-practice">{present.practice}</span>}
              </span>
            )}
          </div>
          {children}
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <Segmented
            label={present.size}
            value={size}
            onChange={setSize}
            segments={typeSizes.map((each) => ({
              value: each,
              label: <SizeLabel name={present.sizes[each]} className={sizeClasses[each]} />,
            }))}
          />
          <BarButton
            label={present.setUp}
            word={present.setUp}
            icon={<ListOrdered aria-hidden className="size-icon" />}
            onClick={onSetUp}
          />
          <FullScreenButton />
          <BarButton
            label={shell.withKeys(present.newAudience, newKeys.spelled)}
            word={present.newAudience}
            aria-keyshortcuts={newKeys.aria}
            icon={<Eraser aria-hidden className="size-icon" />}
            onClick={onNewAudience}
          />
          <BarButton
            label={shell.withKeys(present.leave, keyboard.names.escape)}
            word={present.leave}
            isPlain
            icon={<X aria-hidden className="size-icon" />}
            onClick={onLeave}
          />
        </div>
      </div>
    </header>
  );
}

interface BarButtonProps extends Pick<ComponentProps<typeof Button>, 'icon' | 'onClick' | 'aria-keyshortcuts'> {
  /** Its whole name, also shown on hover. */
  label: string;
  /** Beside the icon, where there is room. */
  word: string;
  /** The icon says it almost as well, so that its word gives way first. */
  isPlain?: boolean;
}

function BarButton({ label, word, isPlain = false, ...rest }: BarButtonProps) {
  return (
    <Tooltip text={label}>
      <Button variant="quiet" size="small" aria-label={label} {...rest}>
        <span className={isPlain ? 'hidden @4xl:inline' : 'hidden @2xl:inline'}>{word}</span>
      </Button>
    </Tooltip>
  );
}

const sizeClasses = { normal: 'text-xs', large: 'text-sm', huge: 'text-lg' };

function SizeLabel({ name, className }: { name: string; className: string }) {
  return (
    <>
      <span aria-hidden className={className}>
        {words.present.letter}
      </span>
      <span className="sr-only">{name}</span>
    </>
  );
}

function watchFullScreen(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** Not where the window cannot: a phone, a frame. */
function FullScreenButton() {
  const isFull = useSyncExternalStore(watchFullScreen, () => Boolean(document.fullscreenElement));
  if (!document.fullscreenEnabled) return null;
  const Icon = isFull ? Minimize : Maximize;
  const word = isFull ? words.present.endFullScreen : words.present.fullScreen;
  return (
    <BarButton
      label={word}
      word={word}
      isPlain
      icon={<Icon aria-hidden className="size-icon" />}
      onClick={() => {
        const change = isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen();
        // Where the system does not want it, the window stays as it is.
        change.catch(() => {});
      }}
    />
  );
}

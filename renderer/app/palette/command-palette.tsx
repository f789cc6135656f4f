import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import Search from 'lucide-react/icons/search';
import { useMemo, useRef, useState } from 'react';
import { useLeaving } from '../../hooks/use-leaving.ts';
import { backdropClass } from '../../ui/dialog.tsx';
import { Keys } from '../../ui/kbd.tsx';
import { words } from '../../words.ts';
import { useDialogs, type PaletteScope } from '../dialogs.ts';
import { CommandRow } from './command-row.tsx';
import type { Command } from './command.ts';
import { rank, type RankedGroup } from './rank.ts';
import { useRecentCommands } from './recent.ts';
import { useCommands } from './use-commands.ts';

/** Everything by its name: models, NIMs, chats, settings, and what can be done with them. */
export function CommandPalette() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  if (dialog?.kind !== 'palette') return null;
  return <OpenPalette scope={dialog.scope} onClose={close} />;
}

function OpenPalette({ scope, onClose }: { scope: PaletteScope; onClose: () => void }) {
  const commands = useCommands(scope);
  // As it was when the palette opened: what was just done must not jump under the eyes.
  const [recent] = useState(() => useRecentCommands.getState().ids);
  const [query, setQuery] = useState('');
  const use = useRecentCommands((store) => store.use);
  // With the key, not after it: Enter must do what the words say that stand there.
  const { groups, count } = useMemo(() => rank(commands, query, recent), [commands, query, recent]);
  const shown = groups.reduce((sum, group) => sum + group.items.length, 0);
  const hashBefore = useRef(window.location.hash);
  useLeaving(true, onClose);

  function run(command: Command) {
    use(command.id);
    onClose();
    command.run();
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          // Back to where one was, but for a new page, which takes the focus itself.
          finalFocus={() => window.location.hash === hashBefore.current}
          className="popup-motion fixed top-[8dvh] left-1/2 z-40 flex max-h-[80dvh] w-2xl max-w-[94dvw] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-raised text-ink shadow-popup outline-none"
        >
          <Dialog.Title className="sr-only">
            {scope === 'models' ? words.palette.titleModels : words.palette.title}
          </Dialog.Title>
          <Autocomplete.Root
            open
            inline
            mode="none"
            items={groups}
            value={query}
            onValueChange={setQuery}
            itemToStringValue={({ command }: RankedGroup['items'][number]) => command.label}
            autoHighlight="always"
            keepHighlight
          >
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-5 shrink-0 text-ink-soft" />
              <Autocomplete.Input
                aria-label={scope === 'models' ? words.palette.inputModels : words.palette.input}
                aria-description={words.palette.hint}
                placeholder={scope === 'models' ? words.palette.inputModels : words.palette.input}
                className="h-12 w-full min-w-0 bg-transparent text-base outline-none placeholder:text-ink-soft"
              />
            </div>
            <Autocomplete.Status className="sr-only">{words.palette.found(count)}</Autocomplete.Status>
            <Autocomplete.Empty className="px-4 py-10 text-center text-sm text-ink-soft empty:hidden">
              {query.trim() === '' ? words.common.loading : words.palette.nothingHint(query.trim())}
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 flex-1 scroll-py-2 overflow-y-auto p-2 empty:hidden">
              {(group: RankedGroup) => (
                <Autocomplete.Group key={group.value} items={group.items} className="pb-1">
                  <Autocomplete.GroupLabel className="px-2 pt-1.5 pb-1 text-xs font-semibold text-ink-soft">
                    {groupName(group.value)}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(item: RankedGroup['items'][number]) => (
                      <CommandRow
                        key={item.command.id}
                        ranked={item}
                        hasKind={group.value === 'recent' || group.value === 'results'}
                        onRun={run}
                      />
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
          <footer className="flex items-center gap-4 border-t border-line px-4 py-2 text-xs text-ink-soft">
            <span aria-hidden className="flex items-center gap-1.5 max-sm:hidden">
              <Keys keys={['↑', '↓']} /> {words.palette.choose}
            </span>
            <span aria-hidden className="flex items-center gap-1.5 max-sm:hidden">
              <Keys keys={['↵']} /> {words.palette.do}
            </span>
            <Dialog.Close className="flex items-center gap-1.5 rounded-sm hover:text-ink pointer-coarse:min-h-control">
              <Keys keys={[words.keyboard.names.escape]} /> {words.palette.leave}
            </Dialog.Close>
            <span className="ml-auto tabular-nums">
              {count > shown ? words.palette.more(count - shown) : words.palette.found(count)}
            </span>
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function groupName(group: RankedGroup['value']): string {
  return group === 'recent' || group === 'results' ? words.palette[group] : words.palette.kinds[group];
}

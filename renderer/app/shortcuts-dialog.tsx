import { useConnection } from '../api.tsx';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';
import { keyboardOf } from './chord.ts';
import { useDialogs } from './dialogs.ts';
import { useOwnKeys } from './own-keys.ts';
import { chordOf, isCharacterKey, shortcutIds, shortcuts, type ShortcutGroup, type ShortcutId } from './shortcuts.ts';
import { useShortcutKeys } from './use-shortcut-keys.ts';

const groups: readonly ShortcutGroup[] = ['everywhere', 'pages', 'here', 'presenting'];

/** All shortcuts, from their table: as this keyboard and this shell have them. */
export function ShortcutsDialog() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  if (dialog?.kind !== 'shortcuts') return null;
  return <OpenShortcuts onClose={close} />;
}

function OpenShortcuts({ onClose }: { onClose: () => void }) {
  const { shell } = useConnection();
  const { data: settings } = useStream(streams.settings);
  const own = useOwnKeys((store) => store.keys);
  const { isMac } = keyboardOf(navigator);
  const hasCharacterKeys = settings?.hasCharacterKeys ?? true;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={words.keyboard.title}
      description={words.keyboard.description}
      actions={<Button onClick={onClose}>{words.common.close}</Button>}
    >
      {shell === 'browser' && (
        <p className="text-sm text-ink-soft">{isMac ? words.keyboard.inBrowserMac : words.keyboard.inBrowser}</p>
      )}
      {!hasCharacterKeys && <p className="text-sm text-ink-soft">{words.keyboard.charactersOff}</p>}
      {groups.map((group) => (
        <table key={group} className="w-full text-sm">
          <caption className="pb-1 text-left font-semibold">{words.keyboard.groups[group]}</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">{words.keyboard.action}</th>
              <th scope="col">{words.keyboard.keys}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {shortcutIds
              .filter((id) => shortcuts[id].group === group)
              .filter((id) => hasCharacterKeys || !isCharacterKey(chordOf(id, shell, own)))
              .map((id) => (
                <ShortcutRow key={id} id={id} />
              ))}
          </tbody>
        </table>
      ))}
    </Dialog>
  );
}

function ShortcutRow({ id }: { id: ShortcutId }) {
  const { names } = useShortcutKeys(id);
  return (
    <tr>
      <td className="py-1.5 pr-4">{words.keyboard.actions[id]}</td>
      <td className="py-1.5 text-right whitespace-nowrap">
        {names.map((name) => (
          <kbd
            key={name}
            className="ml-1 inline-block min-w-7 rounded-sm border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-xs"
          >
            {name}
          </kbd>
        ))}
      </td>
    </tr>
  );
}

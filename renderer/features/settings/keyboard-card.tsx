import { useState } from 'react';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import { useApi, useConnection } from '../../api.tsx';
import { keyboardOf, spellChord, type Chord } from '../../app/chord.ts';
import { useDialogs } from '../../app/dialogs.ts';
import {
  chordOf,
  conflictOf,
  defaultChordOf,
  shortcutIds,
  shortcuts,
  type ShortcutGroup,
  type ShortcutId,
} from '../../app/shortcuts.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Switch } from '../../ui/switch.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { withKeys } from './own-keys.ts';

const groups: readonly ShortcutGroup[] = ['everywhere', 'pages', 'here', 'presenting'];

interface Change {
  id: ShortcutId;
  /** What is proposed from the start: the keys it came with. */
  proposed: Chord | null;
}

export function KeyboardCard({ settings }: { settings: SettingValues }) {
  const { keyboard } = words;
  const api = useApi();
  const { shell } = useConnection();
  const openShortcuts = useDialogs((dialogs) => dialogs.openShortcuts);
  const update = useAction((hasCharacterKeys: boolean) => api.settings.update({ hasCharacterKeys }));
  const [change, setChange] = useState<Change | null>(null);
  const own = settings.shortcutKeys;
  const save = useAction((shortcutKeys: SettingValues['shortcutKeys']) => api.settings.update({ shortcutKeys }));
  const isChanged = Object.keys(own).length > 0;

  /** Keys that another one has meanwhile are asked about, as when they were pressed. */
  function reset(id: ShortcutId) {
    const chord = defaultChordOf(id, shell);
    if (conflictOf(id, chord, shell, own) === null) save.run(withKeys(own, [[id, chord]], shell));
    else setChange({ id, proposed: chord });
  }

  return (
    <Card title={words.settings.sections.keyboard}>
      <Switch
        label={keyboard.characterKeys}
        hint={keyboard.characterKeysHint}
        checked={settings.hasCharacterKeys}
        onChange={update.run}
      />
      <div className="flex flex-wrap gap-2">
        <Button onClick={openShortcuts}>{keyboard.show}</Button>
        {isChanged && (
          <Button
            isBusy={save.isRunning}
            onClick={() => {
              save.run({});
              showToast({
                title: keyboard.resetDone,
                action: { label: words.common.undo, onSelect: () => save.run(own) },
              });
            }}
          >
            {keyboard.resetAll}
          </Button>
        )}
      </div>
      <Disclosure label={keyboard.customise}>
        {groups.map((group) => (
          <table key={group} className="w-full text-sm">
            <caption className="pt-3 pb-1 text-left font-semibold">{keyboard.groups[group]}</caption>
            <thead className="sr-only">
              <tr>
                <th scope="col">{keyboard.action}</th>
                <th scope="col">{keyboard.keys}</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {shortcutIds
                .filter((id) => shortcuts[id].group === group)
                .map((id) => (
                  <KeysRow
                    key={id}
                    id={id}
                    own={own}
                    onChange={() => setChange({ id, proposed: null })}
                    onReset={() => reset(id)}
                  />
                ))}
            </tbody>
          </table>
        ))}
      </Disclosure>
      {change !== null && (
        <KeysDialog
          id={change.id}
          own={own}
          proposed={change.proposed}
          onClose={() => setChange(null)}
          onSave={(next) => {
            save.run(next);
            setChange(null);
          }}
        />
      )}
    </Card>
  );
}

interface KeysRowProps {
  id: ShortcutId;
  own: SettingValues['shortcutKeys'];
  onChange: () => void;
  onReset: () => void;
}

function KeysRow({ id, own, onChange, onReset }: KeysRowProps) {
  const { keyboard } = words;
  const { shell } = useConnection();
  const chord = chordOf(id, shell, own);
  const spelled = spellChord(chord, keyboardOf(navigator));
  const action = keyboard.actions[id];
  const clash = conflictOf(id, chord, shell, own);
  return (
    <tr>
      <td className="py-1.5 pr-4">
        {action}
        {clash !== null && <p className="text-xs text-bad">{keyboard.clash(keyboard.actions[clash])}</p>}
      </td>
      <td className="w-px py-1 text-right whitespace-nowrap">
        {own[id] !== undefined && (
          <Button variant="quiet" size="small" aria-label={keyboard.reset(action)} onClick={onReset}>
            {keyboard.resetOne}
          </Button>
        )}
        <Button size="small" aria-label={keyboard.change(action, spelled)} onClick={onChange}>
          {spelled}
        </Button>
      </td>
    </tr>
  );
}

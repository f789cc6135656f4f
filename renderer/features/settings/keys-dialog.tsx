import { useState } from 'react';
import type { SettingValues } from '../../../shared/contract/settings.ts';
import { useConnection } from '../../api.tsx';
import { isSameChord, keyboardOf, readChord, spellChord, type Chord } from '../../app/chord.ts';
import { chordOf, conflictOf, isCharacterKey, type ShortcutId } from '../../app/shortcuts.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { words } from '../../words.ts';
import { isKeptByBrowser, withKeys } from './own-keys.ts';

interface KeysDialogProps {
  id: ShortcutId;
  own: SettingValues['shortcutKeys'];
  /** Null: to be pressed. */
  proposed: Chord | null;
  onClose: () => void;
  onSave: (next: SettingValues['shortcutKeys']) => void;
}

/** Asks for the keys of one shortcut, says whose they are, and swaps the two rather than leave one without any. */
export function KeysDialog({ id, own, proposed, onClose, onSave }: KeysDialogProps) {
  const { keyboard } = words;
  const { shell } = useConnection();
  const [chord, setChord] = useState<Chord | null>(proposed);
  const [isRefused, setRefused] = useState(false);
  const layout = keyboardOf(navigator);
  const now = chordOf(id, shell, own);
  const spell = (keys: Chord) => spellChord(keys, layout);
  const other = chord === null ? null : conflictOf(id, chord, shell, own);
  const isSame = chord !== null && isSameChord(chord, now);

  function save() {
    if (chord === null || isSame) return;
    onSave(withKeys(own, [[id, chord], ...(other === null ? [] : ([[other, now]] as const))], shell));
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={keyboard.changeTitle(keyboard.actions[id])}
      description={keyboard.pressHint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" disabled={chord === null || isSame} onClick={save}>
            {other === null ? keyboard.use : keyboard.swap}
          </Button>
        </>
      }
    >
      {/* A text field that nothing is typed into: it has the focus, and screen readers hand its keys on. */}
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is for nothing else than pressing keys here
        autoFocus
        readOnly
        aria-label={keyboard.press}
        placeholder={keyboard.press}
        value={chord === null ? '' : spell(chord)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.key === 'Tab' || event.key === 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          const read = readChord(event.nativeEvent, layout);
          const isHeldOnly = ['Control', 'Meta', 'Alt', 'Shift', 'AltGraph'].includes(event.key);
          if (read !== null) setChord(read);
          if (!isHeldOnly) setRefused(read === null);
        }}
        className="h-control w-full rounded-md border border-line-strong bg-sunken px-3 text-center text-md placeholder:text-ink-soft"
      />
      <output className="flex flex-col gap-2 text-sm">
        {isRefused && <Callout tone="warn" title={keyboard.notHere} />}
        {!isRefused && chord !== null && isSame && <p>{keyboard.unchanged}</p>}
        {!isRefused && chord !== null && other !== null && (
          <Callout tone="warn" title={keyboard.conflict(spell(chord), keyboard.actions[other])}>
            {keyboard.conflictHint(keyboard.actions[other], spell(now))}
          </Callout>
        )}
        {chord !== null && isKeptByBrowser(chord) && <p className="text-ink-soft">{keyboard.keptByBrowser}</p>}
        {chord !== null && isCharacterKey(chord) && <p className="text-ink-soft">{keyboard.bareKey}</p>}
      </output>
    </Dialog>
  );
}

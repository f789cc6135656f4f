import { useConnection } from '../api.tsx';
import { ariaChord, keyboardOf, keyNames, spellChord } from './chord.ts';
import { useOwnKeys } from './own-keys.ts';
import { chordOf, type ShortcutId } from './shortcuts.ts';

export interface ShortcutKeys {
  names: string[];
  spelled: string;
  aria: string;
}

/** What is pressed for a shortcut on this keyboard and in this shell. */
export function useShortcutKeys(id: ShortcutId): ShortcutKeys {
  const { shell } = useConnection();
  const own = useOwnKeys((store) => store.keys);
  const chord = chordOf(id, shell, own);
  const keyboard = keyboardOf(navigator);
  return { names: keyNames(chord, keyboard), spelled: spellChord(chord, keyboard), aria: ariaChord(chord, keyboard) };
}

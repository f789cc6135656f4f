import { useConnection } from '../api.tsx';
import { ariaChord, keyboardOf, keyNames, spellChord } from './chord.ts';
import { useOwnKeys } from './own-keys.ts';
import { chordOf, type ShortcutId } from './shortcuts.ts';

export interface ShortcutKeys {
  names: string[];
  spelled: string;
  aria: string;
}

/** What is pressed for each shortcut on this keyboard and in this shell. */
export function useKeysOf(): (id: ShortcutId) => ShortcutKeys {
  const { shell } = useConnection();
  const own = useOwnKeys((store) => store.keys);
  const keyboard = keyboardOf(navigator);
  return (id) => {
    const chord = chordOf(id, shell, own);
    return { names: keyNames(chord, keyboard), spelled: spellChord(chord, keyboard), aria: ariaChord(chord, keyboard) };
  };
}

/** What is pressed for one of them. */
export function useShortcutKeys(id: ShortcutId): ShortcutKeys {
  return useKeysOf()(id);
}

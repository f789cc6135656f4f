import type { SettingValues } from '../../../shared/contract/settings.ts';
import { isSameChord, type Chord } from '../../app/chord.ts';
import { defaultChordOf, type Shell, type ShortcutId } from '../../app/shortcuts.ts';

/** With these keys; what a shortcut comes with anyway is not kept, so that it changes with a later Nimdeck. */
export function withKeys(
  own: SettingValues['shortcutKeys'],
  changes: readonly (readonly [ShortcutId, Chord])[],
  shell: Shell,
): SettingValues['shortcutKeys'] {
  const next = new Map(Object.entries(own));
  for (const [id, { key, mod = false, shift = false, alt = false }] of changes) {
    if (isSameChord({ key, mod, shift, alt }, defaultChordOf(id, shell))) next.delete(id);
    else next.set(id, { key, mod, shift, alt });
  }
  return Object.fromEntries(next);
}

/** Browsers open windows and tabs by these and ask no page (Chromium and Firefox); a page cannot have them there. */
export function isKeptByBrowser({ key, mod = false, alt = false }: Chord): boolean {
  return mod && !alt && (/^[ntwq\d]$/.test(key) || key === 'l');
}

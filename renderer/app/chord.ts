import { words } from '../words.ts';

/** Keys pressed together. `mod` is Ctrl, on a Mac Cmd: there Ctrl moves in texts. */
export interface Chord {
  /** As `KeyboardEvent.key` says it: `n`, `1`, `,`, `/`, `Escape`. */
  key: string;
  mod?: boolean;
  shift?: boolean;
  alt?: boolean;
}

export interface Keyboard {
  isMac: boolean;
}

export function keyboardOf(page: Pick<Navigator, 'platform'>): Keyboard {
  return { isMac: /^(mac|iphone|ipad)/i.test(page.platform) };
}

type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'
>;

const isLetter = (key: string) => /^[a-z]$/.test(key);
const isDigit = (key: string) => /^\d$/.test(key);

/**
 * Whether these keys mean the chord, on whatever keyboard. A letter is the one that is printed on the key; where the
 * layout has none of ours (Cyrillic, Greek) or Option has changed it, the place of the key decides. Digits count by
 * their key, too: on a French keyboard they need Shift. Punctuation counts as the character, with Shift or AltGr or
 * without: `/` is Shift+7 on a German keyboard.
 */
export function isChord(event: KeyPress, chord: Chord, { isMac }: Keyboard): boolean {
  const key = event.key.toLowerCase();
  const { mod = false, shift = false, alt = false } = chord;
  const isCharacter = chord.key.length === 1 && !isLetter(chord.key) && !isDigit(chord.key);
  // Windows reports AltGr as Ctrl and Alt, which then are no modifiers of ours.
  const hasAltGraph = isCharacter && event.getModifierState('AltGraph');
  const hasMod = isMac ? event.metaKey : event.ctrlKey && !hasAltGraph;
  const hasOther = isMac ? event.ctrlKey : event.metaKey;
  if (hasMod !== mod || hasOther) return false;
  if (!hasAltGraph && !(isMac && isCharacter) && event.altKey !== alt) return false;
  if (!isCharacter && event.shiftKey !== shift) return false;
  if (isLetter(chord.key)) return isLetter(key) ? key === chord.key : event.code.toLowerCase() === `key${chord.key}`;
  if (isDigit(chord.key))
    return key === chord.key || event.code === `Digit${chord.key}` || event.code === `Numpad${chord.key}`;
  return key === chord.key.toLowerCase();
}

/** The names of the keys, in the order in which they are pressed. */
export function keyNames(chord: Chord, { isMac }: Keyboard): string[] {
  const { names, macNames } = words.keyboard;
  const modifiers = isMac ? macNames : names;
  return [
    chord.mod === true ? modifiers.mod : '',
    chord.alt === true ? modifiers.alt : '',
    chord.shift === true ? modifiers.shift : '',
    chord.key === 'Escape' ? names.escape : chord.key === 'Backspace' ? names.backspace : chord.key.toUpperCase(),
  ].filter((name) => name !== '');
}

/** `Ctrl+Shift+N`; for titles. */
export function spellChord(chord: Chord, keyboard: Keyboard): string {
  return keyNames(chord, keyboard).join(keyboard.isMac ? '' : '+');
}

/** For `aria-keyshortcuts`, whose names of keys are fixed (WAI-ARIA 1.2). */
export function ariaChord(chord: Chord, { isMac }: Keyboard): string {
  return [
    chord.mod === true ? (isMac ? 'Meta' : 'Control') : '',
    chord.alt === true ? 'Alt' : '',
    chord.shift === true ? 'Shift' : '',
    chord.key,
  ]
    .filter((name) => name !== '')
    .join('+');
}

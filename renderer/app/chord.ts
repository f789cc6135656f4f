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

function keyName(key: string): string {
  const { names } = words.keyboard;
  if (key === 'Escape') return names.escape;
  if (key === 'Backspace') return names.backspace;
  return key.length === 1 ? key.toUpperCase() : key;
}

const isModifier = (key: string) =>
  ['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'].includes(key);
/** They move the focus, press what has it, and close: nobody could work without them. */
const isTaken = (key: string) => ['Tab', 'Enter', ' ', 'Escape'].includes(key) || key.startsWith('Arrow');

/**
 * What was pressed, as a chord that `isChord` finds again on this keyboard.
 * @returns null: not yet a whole chord, or keys that every page needs for itself
 */
export function readChord(event: KeyPress, { isMac }: Keyboard): Required<Chord> | null {
  if (isModifier(event.key) || isTaken(event.key)) return null;
  const typed = event.key.toLowerCase();
  const byPlace = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(event.code);
  const place = byPlace?.[1]?.toLowerCase() ?? byPlace?.[2];
  const isOurs = isLetter(typed) || isDigit(typed);
  // A letter of another alphabet, or what Option and Shift have made of a digit, counts by its place.
  const key = isOurs ? typed : (place ?? (event.key.length === 1 ? typed : event.key));
  const isCharacter = key.length === 1 && !isLetter(key) && !isDigit(key);
  const hasAltGraph = isCharacter && event.getModifierState('AltGraph');
  return {
    key,
    mod: isMac ? event.metaKey : event.ctrlKey && !hasAltGraph,
    shift: event.shiftKey && !isCharacter,
    alt: event.altKey && !hasAltGraph && !(isMac && isCharacter),
  };
}

/** Whether two chords are pressed alike. */
export function isSameChord(one: Chord, other: Chord): boolean {
  const is = (flag: boolean | undefined) => flag === true;
  return (
    one.key.toLowerCase() === other.key.toLowerCase() &&
    is(one.mod) === is(other.mod) &&
    is(one.shift) === is(other.shift) &&
    is(one.alt) === is(other.alt)
  );
}

/** The names of the keys, in the order in which they are pressed. */
export function keyNames(chord: Chord, { isMac }: Keyboard): string[] {
  const { names, macNames } = words.keyboard;
  const modifiers = isMac ? macNames : names;
  return [
    chord.mod === true ? modifiers.mod : '',
    chord.alt === true ? modifiers.alt : '',
    chord.shift === true ? modifiers.shift : '',
    keyName(chord.key),
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

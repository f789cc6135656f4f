import { describe, expect, test } from 'vitest';
import { ariaChord, isChord, keyboardOf, spellChord, type Chord } from './chord.ts';

const linux = { isMac: false };
const mac = { isMac: true };

function press(key: string, held: string, code = '') {
  const has = (name: string) => held.split('+').includes(name);
  return {
    key,
    code,
    ctrlKey: has('ctrl'),
    metaKey: has('meta'),
    altKey: has('alt'),
    shiftKey: has('shift'),
    getModifierState: (name: string) => name === 'AltGraph' && has('altgr'),
  };
}

const newChat: Chord = { key: 'n', mod: true };
const inBrowser: Chord = { key: 'n', alt: true, shift: true };
const third: Chord = { key: '3', mod: true };
const slash: Chord = { key: '/' };
const question: Chord = { key: '?' };
const comma: Chord = { key: ',', mod: true };
const remove: Chord = { key: 'Backspace', mod: true, shift: true };

test.each([
  ['Ctrl+N', press('n', 'ctrl', 'KeyN'), newChat, linux, true],
  ['with Caps Lock', press('N', 'ctrl', 'KeyN'), newChat, linux, true],
  ['Ctrl+Shift+N is another one', press('N', 'ctrl+shift', 'KeyN'), newChat, linux, false],
  ['N alone is typing', press('n', '', 'KeyN'), newChat, linux, false],
  ['Cmd+N on a Mac', press('n', 'meta', 'KeyN'), newChat, mac, true],
  ['Ctrl+N on a Mac moves in texts', press('n', 'ctrl', 'KeyN'), newChat, mac, false],
  ['the Windows key is not Ctrl', press('n', 'meta', 'KeyN'), newChat, linux, false],
  ['a Russian keyboard: by the place of the key', press('т', 'ctrl', 'KeyN'), newChat, linux, true],
  ['Dvorak: by what is printed on it', press('n', 'ctrl', 'KeyL'), newChat, linux, true],
  ['Dvorak: not by its place', press('b', 'ctrl', 'KeyN'), newChat, linux, false],
  ['Alt+Shift+N', press('N', 'alt+shift', 'KeyN'), inBrowser, linux, true],
  ['Option+Shift+N types something else on a Mac', press('˜', 'alt+shift', 'KeyN'), inBrowser, mac, true],
  ['Ctrl+3', press('3', 'ctrl', 'Digit3'), third, linux, true],
  ['a French keyboard: digits need Shift there', press('"', 'ctrl', 'Digit3'), third, linux, true],
  ['digits at the right of the keyboard', press('3', 'ctrl', 'Numpad3'), third, linux, true],
  ['/', press('/', '', 'Slash'), slash, linux, true],
  ['a German keyboard: / is Shift+7', press('/', 'shift', 'Digit7'), slash, linux, true],
  ['/ by AltGr, which Windows calls Ctrl+Alt', press('/', 'altgr+ctrl+alt', 'KeyQ'), slash, linux, true],
  ['Ctrl+/ is another one', press('/', 'ctrl', 'Slash'), slash, linux, false],
  ['the key of / on a German keyboard types -', press('-', '', 'Slash'), slash, linux, false],
  ['?', press('?', 'shift', 'Slash'), question, linux, true],
  ['/ by Option on a Mac', press('/', 'alt+shift', 'Digit7'), slash, mac, true],
  ['Ctrl+,', press(',', 'ctrl', 'Comma'), comma, linux, true],
  ['Ctrl+Shift+Backspace', press('Backspace', 'ctrl+shift', 'Backspace'), remove, linux, true],
  ['Ctrl+Backspace deletes a word', press('Backspace', 'ctrl', 'Backspace'), remove, linux, false],
])('%s', (_name, event, chord, keyboard, isPressed) => expect(isChord(event, chord, keyboard)).toBe(isPressed));

describe('spelled', () => {
  test.each([
    [newChat, 'Ctrl+N', '⌘N', 'Control+n', 'Meta+n'],
    [inBrowser, 'Alt+Shift+N', '⌥⇧N', 'Alt+Shift+n', 'Alt+Shift+n'],
    [remove, 'Ctrl+Shift+Backspace', '⌘⇧Backspace', 'Control+Shift+Backspace', 'Meta+Shift+Backspace'],
  ])('%o', (chord, here, onMac, aria, ariaOnMac) => {
    expect(spellChord(chord, linux)).toBe(here);
    expect(spellChord(chord, mac)).toBe(onMac);
    expect(ariaChord(chord, linux)).toBe(aria);
    expect(ariaChord(chord, mac)).toBe(ariaOnMac);
  });

  test('by the keyboard in front of the reader', () => {
    expect(keyboardOf({ platform: 'MacIntel' })).toEqual(mac);
    expect(keyboardOf({ platform: 'Linux x86_64' })).toEqual(linux);
    expect(keyboardOf({ platform: 'Win32' })).toEqual(linux);
  });
});

import { navigate, type Route } from '../router.ts';
import { isChord, isSameChord, type Chord, type Keyboard } from './chord.ts';
import { useDialogs } from './dialogs.ts';
import { useOwnKeys, type OwnKeys } from './own-keys.ts';
import { usePageActions, type PageAction, type PromptKey } from './page-actions.ts';
import { useSideBar } from './side-bar-state.ts';

export type ShortcutGroup = 'everywhere' | 'pages' | 'here' | 'presenting';

interface ShortcutEntry {
  group: ShortcutGroup;
  chord: Chord;
  /** Where the browser has `chord` for itself. Alt+Shift: taken by no browser, and reachable with one hand on either side. */
  browserChord?: Chord;
  /** False: there is nothing to do here, so the key goes on to whoever else wants it. */
  run: (target: Element | null) => boolean;
}

const done = (act: () => void) => () => {
  act();
  return true;
};
const go = (route: Route) => done(() => navigate(route));
const newChat: Route = { page: 'chat', conversationId: null, nimId: null };

/** Numbers of pages are for good: no number that a hand has learnt moves. */
const toPage = (digit: string, route: Route): ShortcutEntry => ({
  group: 'pages',
  chord: { key: digit, mod: true },
  browserChord: { key: digit, alt: true, shift: true },
  run: go(route),
});

/** Goes to the search field of the page; a second time in it the key is the browser's own. */
function focusSearch(target: Element | null): boolean {
  const search = document.querySelector<HTMLInputElement>('input[data-page-search]');
  if (search === null || search === target) return false;
  search.focus();
  search.select();
  return true;
}

function runPageAction(name: PageAction): boolean {
  const action = usePageActions.getState().actions[name];
  action?.();
  return action !== undefined;
}

/** Before an audience: one key, one question. A character, so it never sends while somebody types. */
const toPrompt = (digit: PromptKey): ShortcutEntry => ({
  group: 'presenting',
  chord: { key: digit },
  run: () => runPageAction(`prompt-${digit}`),
});

const dialogs = () => useDialogs.getState();

/** Every shortcut there is: the listener, the list (`?`), titles and the command palette read this one table. */
export const shortcuts = {
  palette: { group: 'everywhere', chord: { key: 'k', mod: true }, run: done(() => dialogs().openPalette('all')) },
  'new-chat': {
    group: 'everywhere',
    chord: { key: 'n', mod: true },
    browserChord: { key: 'n', alt: true, shift: true },
    // Before an audience the page begins a clean one itself, and stays.
    run: () => runPageAction('newAudience') || go(newChat)(),
  },
  model: {
    group: 'everywhere',
    chord: { key: 'l', mod: true },
    browserChord: { key: 'l', alt: true, shift: true },
    run: done(() => dialogs().openPalette('models')),
  },
  settings: { group: 'everywhere', chord: { key: ',', mod: true }, run: go({ page: 'settings' }) },
  'side-bar': { group: 'everywhere', chord: { key: 'b', mod: true }, run: done(() => useSideBar.getState().toggle()) },
  jobs: {
    group: 'everywhere',
    chord: { key: 'j', mod: true },
    run: done(() => dialogs().setTrayOpen(!dialogs().isTrayOpen)),
  },
  list: { group: 'everywhere', chord: { key: '?' }, run: done(() => dialogs().openShortcuts()) },
  'page-home': toPage('1', { page: 'home' }),
  'page-models': toPage('2', { page: 'models' }),
  'page-running': toPage('3', { page: 'running' }),
  'page-hardware': toPage('4', { page: 'hardware', tab: 'board' }),
  'page-chat': toPage('5', newChat),
  'page-compare': toPage('6', { page: 'compare', comparisonId: null }),
  'page-settings': toPage('7', { page: 'settings' }),
  find: { group: 'here', chord: { key: 'f', mod: true }, run: focusSearch },
  search: { group: 'here', chord: { key: '/' }, run: focusSearch },
  stop: { group: 'here', chord: { key: 'Escape' }, run: (target) => !isInPopup(target) && runPageAction('stop') },
  remove: { group: 'here', chord: { key: 'Backspace', mod: true, shift: true }, run: () => runPageAction('remove') },
  'prompt-1': toPrompt('1'),
  'prompt-2': toPrompt('2'),
  'prompt-3': toPrompt('3'),
  'prompt-4': toPrompt('4'),
  'prompt-5': toPrompt('5'),
  'prompt-6': toPrompt('6'),
  'prompt-7': toPrompt('7'),
  'prompt-8': toPrompt('8'),
  'prompt-9': toPrompt('9'),
} satisfies Record<string, ShortcutEntry>;

export type ShortcutId = keyof typeof shortcuts;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the keys' type
export const shortcutIds = Object.keys(shortcuts) as ShortcutId[];

export type Shell = 'desktop' | 'browser';

/** What it comes with in this shell. */
export function defaultChordOf(id: ShortcutId, shell: Shell): Chord {
  const entry: ShortcutEntry = shortcuts[id];
  return shell === 'browser' ? (entry.browserChord ?? entry.chord) : entry.chord;
}

/** What is pressed for it in this shell. */
export function chordOf(id: ShortcutId, shell: Shell, own: OwnKeys = useOwnKeys.getState().keys): Chord {
  return own[id] ?? defaultChordOf(id, shell);
}

/** Those that do something before an audience: nothing else may come up there. */
const worksPresenting = (id: ShortcutId) => shortcuts[id].group === 'presenting' || id === 'stop' || id === 'new-chat';
const worksElsewhere = (id: ShortcutId) => shortcuts[id].group !== 'presenting';

/** Another shortcut that these keys are already for, at a place where both work; null: none. */
export function conflictOf(id: ShortcutId, chord: Chord, shell: Shell, own: OwnKeys): ShortcutId | null {
  const meets = (other: ShortcutId) =>
    (worksPresenting(id) && worksPresenting(other)) || (worksElsewhere(id) && worksElsewhere(other));
  return (
    shortcutIds.find((other) => other !== id && meets(other) && isSameChord(chord, chordOf(other, shell, own))) ?? null
  );
}

/** A single character without Ctrl: typed by dictation and by mistake, so it can be switched off (WCAG 2.1.4). */
export function isCharacterKey({ key, mod, alt }: Chord): boolean {
  return key.length === 1 && mod !== true && alt !== true;
}

const textFields = 'textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio])';

/** Typing there must stay typing. */
function isTextField(target: Element | null): boolean {
  return target !== null && target.closest(textFields) !== null;
}

const popups = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=combobox]';

/** There a character chooses an item, and Esc closes. */
function isInPopup(target: Element | null): boolean {
  return target !== null && target.closest(popups) !== null;
}

/**
 * A question that must be answered first: the page behind it is out of reach, for keys as well. Told by the side bar,
 * which has no live region that a dialog would leave open to screen readers.
 */
function isModalOpen(): boolean {
  return document.querySelector('[aria-hidden=true] nav, nav[aria-hidden=true]') !== null;
}

export interface ShortcutSettings {
  keyboard: Keyboard;
  shell: Shell;
  hasCharacterKeys: boolean;
  /** Missing: none is changed. */
  ownKeys?: OwnKeys;
  /** Before an audience only a few work. */
  isPresenting?: boolean;
}

/** Which shortcut these keys are; null: none, or not here. */
export function findShortcut(event: KeyboardEvent, settings: ShortcutSettings): ShortcutId | null {
  const target = event.target instanceof Element ? event.target : null;
  const { shell, ownKeys = {}, isPresenting = false } = settings;
  const works = isPresenting ? worksPresenting : worksElsewhere;
  const found = shortcutIds.find((id) => works(id) && isChord(event, chordOf(id, shell, ownKeys), settings.keyboard));
  if (found === undefined) return null;
  if (!isCharacterKey(chordOf(found, shell, ownKeys))) return found;
  return !settings.hasCharacterKeys || isTextField(target) || isInPopup(target) ? null : found;
}

/** Listens until the returned function is called. What has been handled already is left alone. */
export function listenForShortcuts(page: Window, settings: ShortcutSettings): () => void {
  const onKey = (event: KeyboardEvent) => {
    // Enter and letters also end the composition of a character (Japanese, Chinese).
    if (event.defaultPrevented || event.isComposing || event.repeat || isModalOpen()) return;
    const id = findShortcut(event, settings);
    if (id === null) return;
    const isHandled = shortcuts[id].run(event.target instanceof Element ? event.target : null);
    if (isHandled) event.preventDefault();
  };
  page.addEventListener('keydown', onKey);
  return () => page.removeEventListener('keydown', onKey);
}

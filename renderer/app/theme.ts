import type { SettingValues } from '../../shared/contract/settings.ts';

type Theme = SettingValues['theme'];

const storageKey = 'nimdeck.theme';

/** The settings come a moment after the page: what was chosen last is shown until then, so that nothing flashes. */
export function applyRememberedTheme(): void {
  const remembered = localStorage.getItem(storageKey);
  if (remembered === 'light' || remembered === 'dark') applyTheme(remembered);
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  localStorage.setItem(storageKey, theme);
}

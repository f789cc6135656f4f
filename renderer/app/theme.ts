import type { SettingValues } from '../../shared/contract/settings.ts';

type Look = Pick<SettingValues, 'theme' | 'contrast'>;

const storageKeys = { theme: 'nimdeck.theme', contrast: 'nimdeck.contrast' } satisfies Record<keyof Look, string>;

/** The settings come a moment after the page: what was chosen last is shown until then, so that nothing flashes. */
export function applyRememberedLook(): void {
  const theme = localStorage.getItem(storageKeys.theme);
  const contrast = localStorage.getItem(storageKeys.contrast);
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;
  if (contrast === 'more') document.documentElement.dataset['contrast'] = contrast;
}

/** The tokens follow these attributes; without one they follow the system. */
export function applyLook({ theme, contrast }: Look): void {
  for (const [name, value] of Object.entries({ theme, contrast })) {
    if (value === 'system') delete document.documentElement.dataset[name];
    else document.documentElement.dataset[name] = value;
  }
  localStorage.setItem(storageKeys.theme, theme);
  localStorage.setItem(storageKeys.contrast, contrast);
}

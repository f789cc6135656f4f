import { type SettingValues, settingValues } from '../../shared/contract/settings.ts';
import type { FileContent } from '../lib/json-file.ts';

export const defaultSettings: SettingValues = {
  theme: 'system',
  contrast: 'system',
  // Lines of recorded start logs have about 140 bytes: nearly two million of them, and bearable on a laptop's disk.
  logCapMiB: 256,
  cacheFolder: null,
  hasCharacterKeys: true,
  shortcutKeys: {},
  preparedPrompts: [],
  hasTray: true,
  closesToTray: false,
  hasNotifications: true,
  startsAtLogin: false,
  chatPresets: [],
  chatTools: [],
};

export interface SettingsFound {
  values: SettingValues;
  /** Fields whose value cannot be used: they take their default, the others stay as they are. */
  unusable: string[];
  /** Fields of another version of Nimdeck, to be written back as they are. */
  unknown: FileContent;
}

export function readSettings(content: FileContent): SettingsFound {
  const isKnown = (field: string) => Object.hasOwn(settingValues.shape, field);
  const entries = Object.entries(content);
  const known = Object.fromEntries(entries.filter(([field]) => isKnown(field)));
  const unknown = Object.fromEntries(entries.filter(([field]) => !isKnown(field)));
  const issues = settingValues.partial().safeParse(known).error?.issues ?? [];
  const unusable = [...new Set(issues.map((issue) => String(issue.path[0])))];
  for (const field of unusable) delete known[field];
  return { values: settingValues.parse({ ...defaultSettings, ...known }), unusable, unknown };
}

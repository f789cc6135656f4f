import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

export const settingValues = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** `more`: high contrast, whatever the system says. */
  contrast: z.enum(['system', 'more']),
  /** Of one run's spool; the oldest lines go first. */
  logCapMiB: z.number().int().min(1).max(100_000),
  /** Where models are kept on this machine; null: `~/.cache/nim`, which the documented command lines use, too. */
  cacheFolder: z.string().min(1).max(4096).nullable(),
  /** Shortcuts of one character (`/`, `?`); who dictates or strays over keys must be able to switch them off (WCAG 2.1.4). */
  hasCharacterKeys: z.boolean(),
  /** The four of the desktop, which the other shells keep and do nothing with. */
  hasTray: z.boolean(),
  /** Closing the window leaves Nimdeck in the tray, where jobs go on. */
  closesToTray: z.boolean(),
  hasNotifications: z.boolean(),
  startsAtLogin: z.boolean(),
});
export type SettingValues = z.infer<typeof settingValues>;

export const settings = {
  watch: stream(nothing, settingValues),
  update: request(settingValues.partial().strict(), settingValues),
};

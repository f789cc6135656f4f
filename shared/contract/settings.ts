import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { chatParameters, toolDefinition } from './answers.ts';
import { nothing } from './common.ts';

/** Keys pressed together, as `KeyboardEvent.key` says the last of them; `mod` is Ctrl, on a Mac Cmd. */
export const keyChord = z.strictObject({
  key: z.string().min(1).max(32),
  mod: z.boolean(),
  shift: z.boolean(),
  alt: z.boolean(),
});
export type KeyChord = z.infer<typeof keyChord>;

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
  /** By the name of a shortcut, where its keys are others than those it comes with; names that nobody knows do nothing. */
  shortcutKeys: z.record(z.string().min(1).max(64), keyChord),
  /** Questions for presenting, in the order of the keys 1 to 9. */
  preparedPrompts: z.array(z.string().min(1).max(20_000)).max(9),
  /** The four of the desktop, which the other shells keep and do nothing with. */
  hasTray: z.boolean(),
  /** Closing the window leaves Nimdeck in the tray, where jobs go on. */
  closesToTray: z.boolean(),
  hasNotifications: z.boolean(),
  startsAtLogin: z.boolean(),
  /** Parameters of a chat under a name, for any other chat. */
  chatPresets: z.array(z.strictObject({ name: z.string().trim().min(1).max(100), parameters: chatParameters })).max(50),
  /** Tools of the user's own, which chats can offer to a model beside the small built-in ones. */
  chatTools: z.array(toolDefinition).max(32),
});
export type SettingValues = z.infer<typeof settingValues>;

export const settings = {
  watch: stream(nothing, settingValues),
  update: request(settingValues.partial().strict(), settingValues),
};

import type { ComponentType } from 'react';
import type { ShortcutId } from '../shortcuts.ts';

/** In the order in which they are listed while nothing is typed. */
export const commandKinds = ['here', 'nim', 'job', 'go', 'action', 'chat', 'compare', 'setting', 'model'] as const;
export type CommandKind = (typeof commandKinds)[number];

/** Something that can be chosen in the palette. */
export interface Command {
  /** Of no other command that is offered beside it; the same in every session, so that it is found among what was used last. */
  id: string;
  kind: CommandKind;
  label: string;
  /** Shown smaller, and searched. */
  detail?: string;
  /** Searched, never shown. */
  also?: string;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
  shortcut?: ShortcutId;
  /** Offered before anything is typed. */
  isOffered?: boolean;
  run: () => void;
}

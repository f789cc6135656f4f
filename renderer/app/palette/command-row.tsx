import { Autocomplete } from '@base-ui/react/autocomplete';
import type { ReactNode } from 'react';
import { Keys } from '../../ui/kbd.tsx';
import { words } from '../../words.ts';
import type { ShortcutId } from '../shortcuts.ts';
import { useShortcutKeys } from '../use-shortcut-keys.ts';
import type { Command } from './command.ts';
import type { MatchedRange } from './fuzzy.ts';
import type { RankedCommand } from './rank.ts';

interface CommandRowProps {
  ranked: RankedCommand;
  /** Says what it is, where no heading does. */
  hasKind: boolean;
  onRun: (command: Command) => void;
}

export function CommandRow({ ranked, hasKind, onRun }: CommandRowProps) {
  const { command, label, detail } = ranked;
  const { icon: Icon, shortcut } = command;
  return (
    <Autocomplete.Item
      value={ranked}
      onClick={() => onRun(command)}
      className="flex min-h-10 cursor-default items-center gap-3 rounded-md px-2 py-1.5 outline-none select-none data-highlighted:bg-hover"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">
          <Highlighted text={command.label} ranges={label} />
        </span>
        {command.detail !== undefined && (
          <span className="block truncate text-xs text-ink-soft">
            <Highlighted text={command.detail} ranges={detail} />
          </span>
        )}
      </span>
      {hasKind && <span className="shrink-0 text-xs text-ink-soft">{words.palette.kind[command.kind]}</span>}
      {shortcut !== undefined && <ShortcutHint id={shortcut} />}
    </Autocomplete.Item>
  );
}

function ShortcutHint({ id }: { id: ShortcutId }) {
  const { names } = useShortcutKeys(id);
  return (
    <span aria-hidden className="shrink-0 max-sm:hidden">
      <Keys keys={names} />
    </span>
  );
}

/** What was found in bold; read out it stays one text. */
function Highlighted({ text, ranges }: { text: string; ranges: readonly MatchedRange[] }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(at, from));
    parts.push(
      <mark key={from} className="bg-transparent font-bold text-accent">
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  parts.push(text.slice(at));
  return parts;
}

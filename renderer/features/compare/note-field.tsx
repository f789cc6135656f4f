import { useEffect, useRef, useState } from 'react';
import type { CompareRound } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { inputClass } from '../../ui/field.tsx';
import { words } from '../../words.ts';

/** Long enough not to write at every key, short enough to lose nothing that one would miss. */
const saveAfterMs = 600;

/** Kept as it is typed. One for each round: give it the round's id as its key. */
export function NoteField({ round }: { round: Pick<CompareRound, 'id' | 'note'> }) {
  const api = useApi();
  const [text, setText] = useState(round.note);
  const { run } = useAction((note: string) => api.compare.note({ roundId: round.id, note }));
  const unsaved = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  function save() {
    if (unsaved.current !== null) run(unsaved.current);
    unsaved.current = null;
    clearTimeout(timer.current);
  }
  const saveLatest = useRef(save);
  useEffect(() => {
    saveLatest.current = save;
  });
  // Whoever goes on to another round by key has not left the field before it is gone.
  useEffect(() => () => saveLatest.current(), []);

  return (
    <input
      type="text"
      aria-label={words.compare.note.label}
      placeholder={words.compare.note.label}
      maxLength={20_000}
      value={text}
      onChange={(event) => {
        unsaved.current = event.currentTarget.value;
        setText(event.currentTarget.value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => saveLatest.current(), saveAfterMs);
      }}
      onBlur={save}
      className={inputClass}
    />
  );
}

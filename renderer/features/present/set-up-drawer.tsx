import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import Plus from 'lucide-react/icons/plus';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { Field, FieldTextArea } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';
import { keyOf } from './pick-target.ts';

const mostPrompts = 9;

interface SetUpDrawerProps {
  prompts: readonly string[];
  targets: readonly TargetInfo[];
  target: TargetInfo | null;
  hasKeys: boolean;
  onTarget: (targetKey: string) => void;
  onClose: () => void;
}

interface Row {
  /** Stays with the row as it moves. */
  id: number;
  text: string;
}

/** What is prepared before an audience comes. */
export function SetUpDrawer({ prompts, targets, target, hasKeys, onTarget, onClose }: SetUpDrawerProps) {
  const { present } = words;
  const api = useApi();
  const [rows, setRows] = useState<readonly Row[]>(() => prompts.map((text, id) => ({ id, text })));
  const [nextId, setNextId] = useState(prompts.length);
  const save = useAction((preparedPrompts: string[]) => api.settings.update({ preparedPrompts }), {
    isFailureShown: true,
    onDone: onClose,
  });
  function add(texts: readonly string[]) {
    setRows((held) => [...held, ...texts.map((text, index) => ({ id: nextId + index, text }))]);
    setNextId(nextId + texts.length);
  }
  const swap = (from: number, to: number) =>
    setRows((held) => held.map((row, place) => held[place === from ? to : place === to ? from : place] ?? row));

  return (
    <Drawer
      isOpen
      onClose={onClose}
      title={present.setUp}
      description={present.setUpHint}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button
            variant="primary"
            isBusy={save.isRunning}
            onClick={() => save.run(rows.map(({ text }) => text.trim()).filter((text) => text !== ''))}
          >
            {words.common.save}
          </Button>
        </>
      }
    >
      <Field label={present.answersFrom}>
        <Select
          label={present.answersFrom}
          isWide
          placeholder={present.noTarget}
          value={target === null ? null : keyOf(target.target)}
          onChange={onTarget}
          disabled={targets.length === 0}
          options={targets.map((each) => ({
            value: keyOf(each.target),
            label: each.name,
            hint: whereOf(each),
          }))}
        />
      </Field>
      {!hasKeys && <p className="text-sm text-ink-soft">{present.keysOff}</p>}
      {rows.length === 0 && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="text-sm text-ink-soft">{present.none}</p>
          <Button size="small" onClick={() => add(present.examples)}>
            {present.addExamples}
          </Button>
        </div>
      )}
      {rows.map(({ id, text }, place) => (
        <div key={id} className="flex flex-col gap-1">
          <Field label={present.prompt(place + 1)}>
            <FieldTextArea
              rows={3}
              maxLength={20_000}
              value={text}
              onChange={(event) => {
                const changed = event.currentTarget.value;
                setRows((held) => held.map((row) => (row.id === id ? { id, text: changed } : row)));
              }}
            />
          </Field>
          <div className="flex justify-end gap-1">
            <IconButton
              size="small"
              label={present.up(place + 1)}
              disabled={place === 0}
              icon={<ArrowUp aria-hidden className="size-icon-small" />}
              onClick={() => swap(place, place - 1)}
            />
            <IconButton
              size="small"
              label={present.down(place + 1)}
              disabled={place === rows.length - 1}
              icon={<ArrowDown aria-hidden className="size-icon-small" />}
              onClick={() => swap(place, place + 1)}
            />
            <IconButton
              size="small"
              label={present.removePrompt(place + 1)}
              icon={<Trash2 aria-hidden className="size-icon-small" />}
              onClick={() => setRows((held) => held.filter((row) => row.id !== id))}
            />
          </div>
        </div>
      ))}
      {rows.length < mostPrompts ? (
        <div>
          <Button icon={<Plus aria-hidden className="size-icon" />} onClick={() => add([''])}>
            {present.add}
          </Button>
        </div>
      ) : (
        <p className="text-sm text-ink-soft">{present.full}</p>
      )}
      {/* Without the details: the drawer may be on the projector, too. */}
      {save.failure !== null && <Callout tone="bad" isAlert title={present.notSaved} />}
    </Drawer>
  );
}

/** Where answers come from is never left open: an audience may ask. */
export function whereOf({ target }: TargetInfo): string {
  if (target.kind === 'nim') return words.present.local;
  return target.kind === 'hosted' ? words.present.hosted : words.present.address;
}

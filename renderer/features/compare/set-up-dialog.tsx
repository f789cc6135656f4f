import ArrowUp from 'lucide-react/icons/arrow-up';
import Plus from 'lucide-react/icons/plus';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { ChatTarget } from '../../../shared/contract/answers.ts';
import { mostColumns, type CompareColumn, type CompareSetup } from '../../../shared/contract/compare.ts';
import type { ChatTargets } from '../../../shared/contract/targets.ts';
import type { AppError } from '../../../shared/errors.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { RadioGroup } from '../../ui/radio.tsx';
import { words } from '../../words.ts';
import { findTarget } from '../targets/target.ts';
import { TargetPicker } from '../targets/target-picker.tsx';
import {
  noParameters,
  ParameterFields,
  parametersOf,
  textsOf,
  wrongNumbers,
  type ParameterTexts,
} from './parameter-fields.tsx';

interface Draft {
  id: string;
  name: string;
  target: ChatTarget | null;
  /** Null: those of all columns. */
  own: ParameterTexts | null;
}

const emptyDraft = (): Draft => ({ id: crypto.randomUUID(), name: '', target: null, own: null });

const draftOf = ({ id, name, target, parameters }: CompareColumn): Draft => ({
  id,
  name,
  target,
  own: parameters === null ? null : textsOf(parameters),
});

/** Names in the order of the columns, each once with a number where it stands twice: votes are counted by them. */
function distinctNames(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((each) => each === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

interface SetUpDialogProps {
  /** Null: a new one. */
  setup: CompareSetup | null;
  isBusy: boolean;
  failure: AppError | null;
  onSave: (setup: CompareSetup) => void;
  onClose: () => void;
}

export function SetUpDialog({ setup, isBusy, failure, onSave, onClose }: SetUpDialogProps) {
  const text = words.compare.setUp;
  const { data: targets } = useStream(streams.targets);
  const [title, setTitle] = useState(setup?.title ?? '');
  const [columns, setColumns] = useState<readonly Draft[]>(
    () => setup?.columns.map(draftOf) ?? [emptyDraft(), emptyDraft()],
  );
  const [shared, setShared] = useState(() => textsOf(setup?.parameters ?? noParameters));
  const [order, setOrder] = useState(setup?.order ?? 'together');
  const [isBlind, setBlind] = useState(setup?.isBlind ?? false);
  const [showsErrors, setShowsErrors] = useState(false);
  const [isOpen, setOpen] = useState(false);

  const change = (id: string, to: Partial<Draft>) =>
    setColumns(columns.map((column) => (column.id === id ? { ...column, ...to } : column)));

  function save() {
    setShowsErrors(true);
    if (wrongNumbers(shared).length > 0) setOpen(true);
    const all = [shared, ...columns.flatMap(({ own }) => own ?? [])];
    const chosen = columns.flatMap(({ target, ...column }) => (target === null ? [] : [{ ...column, target }]));
    if (chosen.length < columns.length || all.some((texts) => wrongNumbers(texts).length > 0)) return;
    const names = distinctNames(chosen.map(({ name }) => name.replace(/ \(\d\)$/, '')));
    onSave({
      title: title.trim() === '' ? names.join(', ').slice(0, 200) : title.trim(),
      columns: chosen.map(({ id, target, own }, index) => ({
        id,
        name: names[index] ?? '',
        target,
        parameters: own === null ? null : parametersOf(own),
      })),
      parameters: parametersOf(shared),
      order,
      isBlind,
    });
  }

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      onSubmit={save}
      title={setup === null ? text.newTitle : text.changeTitle}
      {...(setup === null ? {} : { description: text.keeps })}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" isBusy={isBusy}>
            {setup === null ? text.create : text.save}
          </Button>
        </>
      }
    >
      <Field label={text.title}>
        <FieldInput
          maxLength={200}
          placeholder={
            columns
              .map(({ name }) => name)
              .filter((name) => name !== '')
              .join(', ') || text.untitled
          }
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </Field>
      <ol className="flex flex-col gap-3" aria-label={text.columns}>
        {columns.map((column, index) => (
          <ColumnDraft
            key={column.id}
            letter={words.compare.letters[index] ?? ''}
            column={column}
            targets={targets}
            shared={shared}
            showsErrors={showsErrors}
            onChange={(to) => change(column.id, to)}
            onLeft={
              index === 0
                ? null
                : () => setColumns(columns.toSpliced(index - 1, 2, column, ...columns.slice(index - 1, index)))
            }
            onRemove={columns.length === 1 ? null : () => setColumns(columns.filter(({ id }) => id !== column.id))}
          />
        ))}
      </ol>
      {columns.length < mostColumns && (
        <div>
          <Button
            size="small"
            icon={<Plus aria-hidden className="size-icon-small" />}
            onClick={() => setColumns([...columns, emptyDraft()])}
          >
            {text.add}
          </Button>
        </div>
      )}
      <RadioGroup
        label={text.order}
        value={order}
        onChange={setOrder}
        options={(['together', 'in-turn'] as const).map((value) => ({ value, ...words.compare.orders[value] }))}
      />
      <Checkbox label={text.blind} hint={text.blindHint} checked={isBlind} onChange={setBlind} />
      <Disclosure label={text.shared} isOpen={isOpen} onToggle={setOpen}>
        <div className="pt-2">
          <ParameterFields texts={shared} onChange={setShared} showsErrors={showsErrors} />
        </div>
      </Disclosure>
      {failure !== null && <ErrorCard failure={failure} />}
    </Dialog>
  );
}

const modelOf = (target: ChatTarget) => (target.kind === 'nim' ? target.nimId.slice(0, 12) : target.model);

interface ColumnDraftProps {
  /** Undefined: not known yet. */
  targets: ChatTargets | undefined;
  letter: string;
  column: Draft;
  shared: ParameterTexts;
  showsErrors: boolean;
  onChange: (to: Partial<Draft>) => void;
  onLeft: (() => void) | null;
  onRemove: (() => void) | null;
}

function ColumnDraft(props: ColumnDraftProps) {
  const { letter, column, targets, shared, showsErrors, onChange, onLeft, onRemove } = props;
  const text = words.compare.setUp;
  const info = column.target === null ? null : findTarget(targets?.targets ?? [], column.target);
  const isGone = targets !== undefined && column.target !== null && info === null;
  return (
    <li className="rounded-xl border border-line p-3">
      <fieldset aria-label={text.column(letter)} className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <h3 className="mr-1 text-sm font-medium">{text.column(letter)}</h3>
          {/* What is opened by it is no part of this form, though React lets its events come by here. */}
          <div className="flex min-w-0 flex-1" onSubmit={(event) => event.stopPropagation()}>
            <TargetPicker
              targets={targets}
              chosen={info}
              onChoose={(target) => {
                const name = findTarget(targets?.targets ?? [], target)?.name;
                onChange({ target, name: name ?? modelOf(target) });
              }}
            />
          </div>
          {onLeft !== null && (
            <IconButton
              label={text.moveLeft(letter)}
              icon={<ArrowUp aria-hidden className="size-icon" />}
              onClick={onLeft}
            />
          )}
          {onRemove !== null && (
            <IconButton
              label={text.removeColumn(letter)}
              icon={<Trash2 aria-hidden className="size-icon" />}
              onClick={onRemove}
            />
          )}
        </div>
        {showsErrors && column.target === null && <p className="text-xs text-bad">{text.needsTarget}</p>}
        {info?.capabilities.chat === false && <p className="text-xs text-warn">{words.asking.cannotChat(info.name)}</p>}
        {isGone && <p className="text-xs text-warn">{text.isGone(column.name)}</p>}
        <Checkbox
          label={text.own}
          hint={text.ownHint}
          checked={column.own !== null}
          onChange={(isOwn) => onChange({ own: isOwn ? shared : null })}
        />
        {column.own !== null && (
          <ParameterFields texts={column.own} onChange={(own) => onChange({ own })} showsErrors={showsErrors} />
        )}
      </fieldset>
    </li>
  );
}

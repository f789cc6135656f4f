import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type FootprintItem, footprintKind, type FootprintKind } from '../../../shared/contract/footprint.ts';
import { type Failure } from '../../../shared/contract/common.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { listed } from '../../words/intl.ts';

/** Everything of ours on this machine, each to be chosen; what could not be removed stays in the list with the reason. */
export function FootprintDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const { footprint: text } = words;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setIsAsking] = useState(false);
  const [failures, setFailures] = useState<ReadonlyMap<string, Failure>>(new Map());
  const [isQuitNeeded, setIsQuitNeeded] = useState(false);
  const found = useQuery({
    queryKey: keys.footprint(),
    queryFn: ({ signal }) => api.footprint.read({}, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const items = found.data?.items ?? [];
  const wanted = items.filter(({ id }) => chosen.has(id));
  const remove = useAction((ids: string[]) => api.footprint.remove({ ids }), {
    onDone: (results) => {
      setIsAsking(false);
      setChosen(new Set());
      setFailures(new Map(results.flatMap(({ id, failure }) => (failure === null ? [] : [[id, failure]]))));
      const gone = results.filter(({ failure }) => failure === null);
      setIsQuitNeeded(gone.some(({ id }) => id.startsWith('data:')));
      if (gone.length > 0) showToast({ title: text.done(gone.length) });
      void found.refetch();
    },
  });
  const choose = (ids: readonly string[], isChosen: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (isChosen) next.add(id);
        else next.delete(id);
      return next;
    });
  return (
    <>
      <Dialog
        isOpen
        isWide
        onClose={onClose}
        title={text.title}
        description={text.hint}
        actions={
          <Button
            variant="danger"
            disabled={wanted.length === 0}
            isBusy={remove.isRunning}
            onClick={() => setIsAsking(true)}
          >
            {wanted.length === 0 ? text.none : text.remove(wanted.length)}
          </Button>
        }
      >
        {found.isPending && <SkeletonText lines={6} />}
        {found.isError && <ErrorCard failure={toAppError(found.error)} onRetry={() => void found.refetch()} />}
        {found.data?.isEngineKnown === false && <Callout tone="warn" title={text.engineUnknown} />}
        {isQuitNeeded && <Callout tone="warn" title={text.quit} />}
        {footprintKind.options.map((kind) => (
          <Kind
            key={kind}
            kind={kind}
            items={items.filter((item) => item.kind === kind)}
            chosen={chosen}
            failures={failures}
            onChoose={choose}
          />
        ))}
      </Dialog>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={text.confirmTitle(wanted.length)}
        confirmLabel={text.remove(wanted.length)}
        keepLabel={text.keep}
        isBusy={remove.isRunning}
        onConfirm={() => remove.run(wanted.map(({ id }) => id))}
      >
        {text.confirm}
      </ConfirmDialog>
    </>
  );
}

interface KindProps {
  kind: FootprintKind;
  items: readonly FootprintItem[];
  chosen: ReadonlySet<string>;
  failures: ReadonlyMap<string, Failure>;
  onChoose: (ids: readonly string[], isChosen: boolean) => void;
}

function Kind({ kind, items, chosen, failures, onChoose }: KindProps) {
  const { footprint: text } = words;
  if (items.length === 0) return null;
  const ids = items.map(({ id }) => id);
  const areAll = ids.every((id) => chosen.has(id));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-semibold">{text.kinds[kind]}</legend>
      {items.length > 1 && (
        <Checkbox label={text.all} checked={areAll} onChange={(isChosen) => onChoose(ids, isChosen)} />
      )}
      {items.map((item) => {
        const failure = failures.get(item.id);
        return (
          <div key={item.id} className="flex flex-col gap-1">
            <Checkbox
              label={<span className="wrap-anywhere">{nameOf(item)}</span>}
              hint={factsOf(item)}
              checked={chosen.has(item.id)}
              onChange={(isChosen) => onChoose([item.id], isChosen)}
            />
            {failure !== undefined && <ErrorCard failure={failure} />}
          </div>
        );
      })}
    </fieldset>
  );
}

function nameOf({ kind, name }: FootprintItem): string {
  if (kind === 'data') return words.footprint.data;
  return kind === 'key' ? words.footprint.key(name) : name;
}

function factsOf({ sizeBytes, path, usedBy, notes }: FootprintItem) {
  const facts = [
    ...(sizeBytes === null ? [] : [formatBytes(sizeBytes)]),
    ...(usedBy.length === 0 ? [] : [words.footprint.usedBy(listed(usedBy))]),
    ...notes.map((note) => words.footprint.notes[note]),
    ...(path === null ? [] : [path]),
  ];
  return facts.length === 0 ? undefined : <span className="wrap-anywhere">{facts.join(' · ')}</span>;
}

import Plus from 'lucide-react/icons/plus';
import RotateCw from 'lucide-react/icons/rotate-cw';
import Search from 'lucide-react/icons/search';
import Trash2 from 'lucide-react/icons/trash-2';
import { type ReactNode, useState } from 'react';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ChatTargets, TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { words } from '../../words.ts';
import { useFitMarks } from '../models/use-fit-marks.ts';
import { AddressDialog } from './address-dialog.tsx';
import { HostedKey } from './hosted-key.tsx';
import { moveByArrows } from './move-by-arrows.ts';
import { canAnswer, findTarget, targetKey } from './target.ts';
import { TargetRow } from './target-row.tsx';

interface TargetDialogProps {
  title?: string;
  targets: ChatTargets;
  chosen: ChatTarget | null;
  onChoose: (target: ChatTarget) => void;
  onClose: () => void;
}

const fits = ({ name, model }: TargetInfo, parts: readonly string[]) =>
  parts.every((part) => `${name} ${model ?? ''}`.toLowerCase().includes(part));

/** In the order in which their groups stand. */
const kinds = ['nim', 'address', 'hosted'] as const satisfies readonly ChatTarget['kind'][];
const ofKind = (targets: readonly TargetInfo[], kind: ChatTarget['kind']) =>
  targets.filter(({ target }) => target.kind === kind);

const rank = (info: TargetInfo) => (canAnswer(info) ? 0 : 1);

/** Everybody who can be asked, or could be: NIMs of this machine, added addresses, hosted models. */
export function TargetDialog({ title, targets: all, chosen, onChoose, onClose }: TargetDialogProps) {
  const api = useApi();
  const [query, setQuery] = useState('');
  const [isAdding, setAdding] = useState(false);
  const { data: list } = useStream(streams.nims);
  const marks = useFitMarks();
  const start = useAction((nimId: string) => api.nims.start({ nimId }));
  const remove = useAction((id: string) => api.chat.removeAddress({ id }));
  const refresh = useAction(() => api.chat.refreshTargets({}));
  const text = words.asking;
  const parts = query.toLowerCase().split(/\s+/);
  // Those that only explain why they cannot be chosen come last.
  const found = all.targets.filter((info) => fits(info, parts)).toSorted((a, b) => rank(a) - rank(b));
  const isSearching = query.trim() !== '';
  // The one that Enter takes.
  const first = isSearching ? kinds.flatMap((kind) => ofKind(found, kind)).find(canAnswer) : undefined;
  const chosenInfo = chosen === null ? null : findTarget(all.targets, chosen);
  const chosenKey = chosenInfo === null ? null : targetKey(chosenInfo.target);

  const choose = ({ target }: TargetInfo) => {
    onChoose(target);
    onClose();
  };
  const rowsOf = (kind: ChatTarget['kind']) =>
    ofKind(found, kind).map((info) => {
      const { target } = info;
      const nim = target.kind === 'nim' ? list?.nims.find(({ id }) => id === target.nimId) : undefined;
      const repository = nim?.reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
      return (
        <TargetRow
          key={targetKey(target)}
          info={info}
          isChosen={targetKey(target) === chosenKey}
          isMarked={info === first}
          mark={repository === undefined ? undefined : marks.get(repository)}
          isStarting={start.isRunning}
          onChoose={() => choose(info)}
          onStart={() => {
            if (target.kind !== 'nim') return;
            start.run(target.nimId);
            onChoose(target);
          }}
        />
      );
    });

  return (
    <>
      <Dialog
        isOpen={!isAdding}
        isWide
        isTall
        onClose={onClose}
        onSubmit={() => undefined}
        title={title ?? text.targetTitle}
        description={text.targetHint}
        actions={<Button onClick={onClose}>{words.common.close}</Button>}
      >
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the arrows move between the buttons in it */}
        <div onKeyDown={moveByArrows} className="flex flex-col gap-4">
          <div className="flex items-center gap-2">
            <SearchInput
              label={text.findTarget}
              value={query}
              onChange={setQuery}
              onKeyDown={(event) => {
                // Enter also ends the composition of a character (Japanese, Chinese): then it must not choose.
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
                event.preventDefault();
                if (first !== undefined) choose(first);
              }}
              icon={<Search aria-hidden className="size-icon" />}
            />
            <IconButton
              label={text.refresh}
              icon={<RotateCw aria-hidden className="size-icon" />}
              disabled={refresh.isRunning}
              onClick={() => refresh.run(undefined)}
            />
          </div>
          {found.length === 0 && isSearching && <p className="text-sm text-ink-soft">{text.noMatch}</p>}
          <Group title={text.groups.nim} rows={rowsOf('nim')} empty={isSearching ? null : text.noneHere} />
          <Group title={text.groups.address} rows={rowsOf('address')} empty={isSearching ? null : text.noAddress}>
            {!isSearching && (
              <div className="flex flex-wrap items-center gap-2">
                {all.addresses.map(({ id, name, url, failure }) => (
                  <span key={id} className="flex min-w-0 items-center gap-1 text-xs text-ink-soft">
                    <span className="truncate">
                      {failure === null ? `${name}: ${url}` : `${name}: ${failure.message}`}
                    </span>
                    <IconButton
                      size="small"
                      label={text.removeAddress(name)}
                      icon={<Trash2 aria-hidden className="size-icon-small" />}
                      disabled={remove.isRunning}
                      onClick={() => remove.run(id)}
                    />
                  </span>
                ))}
                <Button
                  size="small"
                  icon={<Plus aria-hidden className="size-icon-small" />}
                  onClick={() => setAdding(true)}
                >
                  {text.addAddress}
                </Button>
              </div>
            )}
          </Group>
          <Group
            title={text.groups.hosted}
            rows={rowsOf('hosted')}
            empty={null}
            before={<HostedKey hosted={all.hosted} />}
          />
        </div>
      </Dialog>
      {isAdding && <AddressDialog onClose={() => setAdding(false)} />}
    </>
  );
}

interface GroupProps {
  title: string;
  rows: readonly ReactNode[];
  empty: string | null;
  before?: ReactNode;
  children?: ReactNode;
}

function Group({ title, rows, empty, before, children }: GroupProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold text-ink-soft">{title}</h3>
      {before}
      {rows.length === 0 ? empty !== null && <p className="text-sm text-ink-soft">{empty}</p> : <ul>{rows}</ul>}
      {children}
    </section>
  );
}

import ArrowLeft from 'lucide-react/icons/arrow-left';
import Columns2 from 'lucide-react/icons/columns-2';
import EyeOff from 'lucide-react/icons/eye-off';
import FileUp from 'lucide-react/icons/file-up';
import SearchX from 'lucide-react/icons/search-x';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { Comparison, CompareSetup } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { Page } from '../../app/page.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { warmUp } from '../../markdown/warm-up.ts';
import { streams } from '../../query.ts';
import { navigate, toHash } from '../../router.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonCard } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { ComparisonMenu } from './comparison-menu.tsx';
import { ComparisonView } from './comparison-view.tsx';
import { ResultsTable } from './results-table.tsx';
import { SetDialog } from './set-dialog.tsx';
import { SetProgress } from './set-progress.tsx';
import { SetUpDialog } from './set-up-dialog.tsx';
import { TallyDialog } from './tally-dialog.tsx';
import { useRemoveComparison } from './use-remove-comparison.ts';
import { useShownRound } from './use-shown-round.ts';

export type OpenDialog = 'set-up' | 'set' | 'tally' | 'diff';
type View = 'columns' | 'table';

const toList = () => navigate({ page: 'compare', comparisonId: null });

export function ComparisonPage({ comparisonId }: { comparisonId: string }) {
  useEffect(warmUp, []);
  const source = useMemo(() => streams.comparison(comparisonId), [comparisonId]);
  const { data: comparison, failure } = useStream(source);
  const [view, setView] = useState<View>('columns');
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  // One page from the first moment on: its heading has the focus when the comparison comes, and would take it along.
  return (
    <Page
      title={comparison?.title ?? words.compare.title}
      before={<BackLink />}
      {...(comparison === undefined
        ? {}
        : {
            isFixed: true,
            after: comparison.setup.isBlind && (
              <Badge tone="accent" icon={<EyeOff aria-hidden className="size-icon-small" />}>
                {words.compare.blind}
              </Badge>
            ),
            actions: <Actions comparison={comparison} view={view} onView={setView} onDialog={setDialog} />,
          })}
    >
      {comparison !== undefined && (
        <Loaded comparison={comparison} view={view} onView={setView} dialog={dialog} onDialog={setDialog} />
      )}
      {comparison === undefined && failure === null && <SkeletonCard />}
      {comparison === undefined && failure !== null && failure.code !== 'NOT_FOUND' && <ErrorCard failure={failure} />}
      {comparison === undefined && failure?.code === 'NOT_FOUND' && (
        <Empty
          icon={<SearchX aria-hidden className="size-6" />}
          title={words.compare.gone}
          actions={<Button onClick={toList}>{words.compare.all}</Button>}
        >
          {words.compare.goneHint}
        </Empty>
      )}
    </Page>
  );
}

function BackLink() {
  return (
    <a
      href={toHash({ page: 'compare', comparisonId: null })}
      aria-label={words.compare.all}
      title={words.compare.all}
      className={buttonClass('quiet', 'small', true)}
    >
      <ArrowLeft aria-hidden className="size-icon" />
    </a>
  );
}

interface ActionsProps {
  comparison: Comparison;
  view: View;
  onView: (view: View) => void;
  onDialog: (dialog: OpenDialog) => void;
}

function Actions({ comparison, view, onView, onDialog }: ActionsProps) {
  const remove = useRemoveComparison({ isOpen: true });
  const isRunning = comparison.isAsking;
  return (
    <>
      <Segmented
        label={words.compare.view.label}
        value={view}
        onChange={onView}
        segments={[
          { value: 'columns', label: words.compare.view.columns },
          { value: 'table', label: words.compare.view.table },
        ]}
      />
      <Button
        icon={<Columns2 aria-hidden className="size-icon" />}
        disabled={isRunning}
        title={isRunning ? words.compare.setUp.busy : undefined}
        onClick={() => onDialog('set-up')}
      >
        {words.compare.setUp.short}
      </Button>
      <Button icon={<FileUp aria-hidden className="size-icon" />} disabled={isRunning} onClick={() => onDialog('set')}>
        {words.compare.set.open}
      </Button>
      <ComparisonMenu
        comparison={comparison}
        showsAnswers={view === 'columns'}
        onOpen={onDialog}
        onRemove={() => remove(comparison)}
      />
    </>
  );
}

interface LoadedProps {
  comparison: Comparison;
  view: View;
  onView: (view: View) => void;
  dialog: OpenDialog | null;
  onDialog: (dialog: OpenDialog | null) => void;
}

function Loaded({ comparison, view, onView, dialog, onDialog }: LoadedProps) {
  const api = useApi();
  const { id: comparisonId, setup, rounds } = comparison;
  const shown = useShownRound(comparison);
  const composer = useRef<HTMLTextAreaElement>(null);
  const close = () => onDialog(null);
  const update = useAction((next: CompareSetup) => api.compare.update({ comparisonId, setup: next }), {
    isFailureShown: true,
    onDone: close,
  });
  const begin = useEffectEvent(() => {
    // Where there is something to vote on, single characters vote.
    if (rounds === 0) composer.current?.focus();
  });
  useEffect(() => begin(), []);
  return (
    <>
      <div className="relative flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto px-gutter pb-3 snug:gap-2 snug:pb-1">
        <SetProgress comparison={comparison} />
        {view === 'columns' ? (
          <ComparisonView
            comparison={comparison}
            shown={shown}
            composer={composer}
            isDiffOpen={dialog === 'diff'}
            onDialog={onDialog}
          />
        ) : (
          <ResultsTable
            comparison={comparison}
            onOpen={(number) => {
              shown.show(number);
              onView('columns');
            }}
          />
        )}
      </div>
      {dialog === 'set-up' && (
        <SetUpDialog
          setup={setup}
          isBusy={update.isRunning}
          failure={update.failure}
          onSave={update.run}
          onClose={close}
        />
      )}
      {dialog === 'set' && (
        <SetDialog
          comparisonId={comparisonId}
          columns={setup.columns.length}
          onClose={close}
          onStarted={() => shown.show(null)}
        />
      )}
      {dialog === 'tally' && <TallyDialog comparisonId={comparisonId} onClose={close} />}
    </>
  );
}

import Columns2 from 'lucide-react/icons/columns-2';
import Plus from 'lucide-react/icons/plus';
import Trash2 from 'lucide-react/icons/trash-2';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { Page } from '../../app/page.tsx';
import { When } from '../../app/when.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { navigate, toHash } from '../../router.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { linkClass } from '../../ui/link.ts';
import { List, ListRow } from '../../ui/list.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { ComparisonPage } from './comparison-page.tsx';
import { DeletedComparisons } from './deleted-comparisons.tsx';
import { SetUpDialog } from './set-up-dialog.tsx';
import { useRemoveComparison } from './use-remove-comparison.ts';

const newOne = 'new';

export function ComparePage({ comparisonId }: { comparisonId: string | null }) {
  if (comparisonId !== null && comparisonId !== newOne)
    return <ComparisonPage key={comparisonId} comparisonId={comparisonId} />;
  return <ComparisonList isNew={comparisonId === newOne} />;
}

function ComparisonList({ isNew }: { isNew: boolean }) {
  const api = useApi();
  const { data: comparisons, failure } = useStream(streams.comparisons);
  const remove = useRemoveComparison({ isOpen: false });
  const create = useAction(api.compare.create, {
    isFailureShown: true,
    onDone: ({ comparisonId }) => navigate({ page: 'compare', comparisonId }, { replace: true }),
  });
  const add = () => navigate({ page: 'compare', comparisonId: newOne });
  const addButton = (
    <Button variant="primary" icon={<Plus aria-hidden className="size-icon" />} onClick={add}>
      {words.compare.new}
    </Button>
  );
  return (
    <Page
      title={words.compare.title}
      description={words.compare.description}
      actions={comparisons !== undefined && comparisons.length > 0 && addButton}
    >
      {failure !== null && <ErrorCard failure={failure} />}
      {comparisons === undefined && failure === null && <SkeletonList />}
      {comparisons?.length === 0 && (
        <Empty icon={<Columns2 aria-hidden className="size-6" />} title={words.compare.emptyTitle} actions={addButton}>
          {words.compare.emptyHint}
        </Empty>
      )}
      {comparisons !== undefined && comparisons.length > 0 && (
        <List label={words.compare.all}>
          {comparisons.map((entry) => (
            <ListRow
              key={entry.id}
              lead={<Columns2 className="size-icon-large" />}
              title={
                <a href={toHash({ page: 'compare', comparisonId: entry.id })} className={linkClass}>
                  {entry.title}
                </a>
              }
              sub={
                <>
                  {words.compare.columns(entry.columns)} · {words.compare.rounds(entry.rounds)} ·{' '}
                  <When at={entry.updatedAt} />
                </>
              }
              actions={
                <IconButton
                  label={words.compare.removeOf(entry.title)}
                  icon={<Trash2 aria-hidden className="size-icon" />}
                  onClick={() => remove(entry)}
                />
              }
            />
          ))}
        </List>
      )}
      <DeletedComparisons />
      {isNew && (
        <SetUpDialog
          setup={null}
          isBusy={create.isRunning}
          failure={create.failure}
          onSave={create.run}
          onClose={() => navigate({ page: 'compare', comparisonId: null }, { replace: true })}
        />
      )}
    </Page>
  );
}

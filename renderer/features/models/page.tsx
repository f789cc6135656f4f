import { useQuery } from '@tanstack/react-query';
import PackageSearch from 'lucide-react/icons/package-search';
import Plus from 'lucide-react/icons/plus';
import { useMemo } from 'react';
import type { LocalImage } from '../../../shared/contract/images.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { NimList } from '../../../shared/contract/nims.ts';
import { upStatuses } from '../../../shared/nim-up.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { NoEngine } from '../../app/no-engine.tsx';
import { Page } from '../../app/page.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { List } from '../../ui/list.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { filterModels } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { useFilters } from './filter-store.ts';
import { lastPulls } from './last-pulls.ts';
import { tagsByRepository, type LocalTag } from './local-tags.ts';
import { ModelRow } from './model-row.tsx';
import { OtherImages } from './other-images.tsx';
import { useFitMarks } from './use-fit-marks.ts';

const noImages: readonly LocalImage[] = [];

const noJobs: readonly Job[] = [];

const noneUp: readonly string[] = [];

/** The images of which something runs, as they were typed. */
const referencesUp = ({ nims }: NimList): readonly string[] =>
  nims.filter(({ status }) => upStatuses.has(status)).map(({ reference }) => reference);

const failed = (job: Job | undefined): Job | null => (job?.state === 'failed' ? job : null);

export function ModelsPage() {
  const api = useApi();
  const catalog = useQuery({
    queryKey: keys.catalog(),
    queryFn: ({ signal }) => api.catalog.list({}, { signal }),
    staleTime: Infinity,
  });
  const { data: engine } = useStream(streams.engine);
  const { data: localImages } = useStream(streams.images);
  const { data: jobs } = useStream(streams.jobs);
  const filters = useFilters((store) => store.filters);
  const clear = useFilters((store) => store.clear);
  const openImage = useDialogs((dialogs) => dialogs.openImage);

  const images = localImages ?? noImages;
  const tags = useMemo(() => tagsByRepository(images), [images]);
  const marks = useFitMarks();
  const models = catalog.data?.models;
  const shown = useMemo(
    () => filterModels(models ?? [], filters, (repository) => tags.has(repository), marks),
    [models, filters, tags, marks],
  );
  const rows = shown.flatMap((model) => {
    const here: readonly (LocalTag | null)[] = tags.get(model.repository) ?? [null];
    return here.map((tag) => ({ model, tag, isOneOfSeveral: here.length > 1 }));
  });
  const up = useStream(streams.nims, referencesUp).data ?? noneUp;
  const pulls = useMemo(() => lastPulls(jobs ?? noJobs), [jobs]);

  const canUseEngine = engine?.status === 'connected';
  const search = filters.search.trim();
  return (
    <Page
      title={words.models.title}
      width="wide"
      actions={
        <Button icon={<Plus aria-hidden className="size-icon" />} onClick={() => openImage()}>
          {words.models.byHand}
        </Button>
      }
    >
      {engine?.status === 'unreachable' && <NoEngine state={engine} hint={words.engine.browseMeanwhile} />}
      {catalog.isPending && <SkeletonList rows={8} rowClassName="h-18" />}
      {catalog.isError && (
        <ErrorCard
          failure={toAppError(catalog.error)}
          onRetry={() => void catalog.refetch()}
          isRetrying={catalog.isFetching}
        />
      )}
      {catalog.data !== undefined && (
        <>
          <FilterBar
            models={catalog.data.models}
            shown={shown.length}
            images={filters.isInstalledOnly ? rows.length : 0}
            knowsFit={marks.size > 0}
          />
          {shown.length > 0 && (
            <List isColumned>
              {rows.map(({ model, tag, isOneOfSeveral }) => (
                <ModelRow
                  key={tag?.reference ?? model.repository}
                  model={model}
                  tag={tag}
                  isOneOfSeveral={isOneOfSeveral}
                  isUp={tag !== null && up.includes(tag.reference)}
                  mark={marks.get(model.repository) ?? null}
                  isPulling={pulls.get(model.repository)?.state === 'running'}
                  failedPull={tag === null ? failed(pulls.get(model.repository)) : null}
                  canUseEngine={canUseEngine}
                />
              ))}
            </List>
          )}
          {filters.isInstalledOnly && (
            <OtherImages images={images} models={catalog.data.models} canUseEngine={canUseEngine} />
          )}
          {shown.length === 0 && !(filters.isInstalledOnly && images.length > 0) && (
            <Empty
              icon={<PackageSearch aria-hidden className="size-icon-huge" />}
              title={filters.isInstalledOnly && search === '' ? words.models.noneInstalled : words.models.noMatch}
              actions={
                <>
                  <Button onClick={clear}>
                    {filters.isInstalledOnly ? words.models.showAll : words.models.clearFilters}
                  </Button>
                  {search !== '' && (
                    <Button variant="primary" onClick={() => openImage(search)}>
                      {words.models.asReference(search)}
                    </Button>
                  )}
                </>
              }
            >
              {filters.isInstalledOnly && search === '' ? words.models.noneInstalledHint : words.models.noMatchHint}
            </Empty>
          )}
          <p className="text-xs text-ink-soft">{words.models.credit(catalog.data.asOf, catalog.data.credit)}</p>
        </>
      )}
    </Page>
  );
}

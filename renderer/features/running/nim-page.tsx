import ArrowLeft from 'lucide-react/icons/arrow-left';
import SearchX from 'lucide-react/icons/search-x';
import type { ComponentType } from 'react';
import type { Nim } from '../../../shared/contract/nims.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { GpuProofBanner } from '../../app/gpu-proof.tsx';
import { NoEngine } from '../../app/no-engine.tsx';
import { Page } from '../../app/page.tsx';
import { StatusBadge, NimStatusDetail } from '../../app/status.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { navigate, type NimTab } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { words } from '../../words.ts';
import { NimActions } from './nim-actions.tsx';
import { Overview } from './overview.tsx';

interface NimPageProps {
  nimId: string;
  tab: NimTab;
  /** Of the log, to go to. */
  line: number | null;
  /** Drawn by other features. */
  views: {
    Log: ComponentType<{ nim: Nim; line: number | null }>;
    Metrics: ComponentType<{ nim: Nim }>;
    Configuration: ComponentType<{ nim: Nim }>;
    Events: ComponentType<{ nim: Nim }>;
  };
}

/** One NIM; each of its tabs has its own address. */
export function NimPage({ nimId, tab, line, views: { Log, Metrics, Configuration, Events } }: NimPageProps) {
  const { data: engine } = useStream(streams.engine);
  const { data: list, failure } = useStream(streams.nims);
  const nim = list?.nims.find((each) => each.id === nimId);

  // While the engine cannot be asked, a NIM that is not in the list may well be there.
  if (list === undefined || (nim === undefined && !list.isKnown)) {
    return (
      <Page title={words.running.title}>
        {engine?.status === 'unreachable' ? (
          <NoEngine state={engine} />
        ) : failure === null ? (
          <SkeletonList rows={4} />
        ) : (
          <ErrorCard failure={failure} />
        )}
      </Page>
    );
  }
  if (nim === undefined) {
    return (
      <Page title={words.running.title}>
        <Empty
          icon={<SearchX aria-hidden className="size-icon-large" />}
          title={words.running.notFound}
          actions={
            <a href="#/running" className={buttonClass()}>
              {words.running.backToList}
            </a>
          }
        >
          {words.running.notFoundHint}
        </Empty>
      </Page>
    );
  }
  const { tabs } = words.running;
  return (
    <Page
      isFixed
      title={nim.name}
      before={
        <a
          href="#/running"
          aria-label={words.running.backToList}
          title={words.running.backToList}
          className={buttonClass('quiet', 'small', true)}
        >
          <ArrowLeft aria-hidden className="size-icon" />
        </a>
      }
      after={
        <>
          <StatusBadge status={nim.status} />
          <NimStatusDetail nim={nim} />
        </>
      }
      actions={<NimActions isPage nim={nim} canAct={list.isKnown} />}
    >
      {engine?.status === 'unreachable' && (
        <div className="px-gutter pb-3">
          <NoEngine state={engine} hint={words.running.isOld} />
        </div>
      )}
      <div className="px-gutter pb-3 empty:hidden">
        <GpuProofBanner nim={nim} canAct={list.isKnown} />
      </div>
      <Tabs
        label={words.running.tabsLabel(nim.name)}
        value={tab}
        onChange={(next) => navigate({ page: 'nim', nimId, tab: next })}
        items={[
          { value: 'overview', label: tabs.overview, content: <Overview nim={nim} /> },
          { value: 'log', label: tabs.log, content: <Log nim={nim} line={line} /> },
          { value: 'metrics', label: tabs.metrics, content: <Metrics nim={nim} /> },
          { value: 'configuration', label: tabs.configuration, content: <Configuration nim={nim} /> },
          { value: 'events', label: tabs.events, content: <Events nim={nim} /> },
        ]}
      />
    </Page>
  );
}

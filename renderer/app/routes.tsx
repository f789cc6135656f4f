import MapPinOff from 'lucide-react/icons/map-pin-off';
import { Suspense } from 'react';
import { ConfigurationTab } from '../features/configuration/configuration-tab.tsx';
import { EventsTab } from '../features/events/events-tab.tsx';
import { HomePage } from '../features/home/page.tsx';
import { LogTab } from '../features/logs/log-tab.tsx';
import { MetricsTab } from '../features/metrics/metrics-tab.tsx';
import { ModelsPage } from '../features/models/page.tsx';
import { NimActions } from '../features/running/nim-actions.tsx';
import { NimPage } from '../features/running/nim-page.tsx';
import { RunningPage } from '../features/running/page.tsx';
import { SettingsPage } from '../features/settings/page.tsx';
import { lazyPart } from '../lazy-part.ts';
import type { Route } from '../router.ts';
import { Empty } from '../ui/empty.tsx';
import { SkeletonList } from '../ui/skeleton.tsx';
import { words } from '../words.ts';

// The Markdown parser is a third of all code, and only the chat needs it.
const ChatPage = lazyPart(() => import('../features/chat/page.tsx').then((part) => part.ChatPage));
const ComparePage = lazyPart(() => import('../features/compare/page.tsx').then((part) => part.ComparePage));
const Present = lazyPart(() => import('./present.tsx').then((part) => part.Present));
const VectorsPage = lazyPart(() => import('../features/vectors/page.tsx').then((part) => part.VectorsPage));

// Looked at now and then, and large: the first page does without.
const HardwarePage = lazyPart(() => import('../features/hardware/page.tsx').then((part) => part.HardwarePage));
const DoctorSection = lazyPart(() => import('../features/doctor/section.tsx').then((part) => part.DoctorSection));

// Every component in every state; the built app does not contain it.
const GalleryPage = import.meta.env.DEV
  ? lazyPart(() => import('../gallery/page.tsx').then((part) => part.GalleryPage))
  : null;

const nimViews = { Log: LogTab, Metrics: MetricsTab, Configuration: ConfigurationTab, Events: EventsTab };

/** The one place where pages of several features meet. */
export function Routes({ route }: { route: Route }) {
  switch (route.page) {
    case 'home':
      return <HomePage Actions={NimActions} />;
    case 'models':
      return <ModelsPage />;
    case 'running':
      return <RunningPage />;
    case 'nim':
      return (
        <NimPage key={route.nimId} nimId={route.nimId} tab={route.tab} line={route.line ?? null} views={nimViews} />
      );
    case 'hardware':
      return (
        <Suspense
          fallback={
            <div className="p-6">
              <SkeletonList />
            </div>
          }
        >
          <HardwarePage tab={route.tab} Checks={DoctorSection} />
        </Suspense>
      );
    case 'chat':
      return (
        <Suspense
          fallback={
            <div className="p-6">
              <SkeletonList />
            </div>
          }
        >
          <ChatPage conversationId={route.conversationId} nimId={route.nimId} />
        </Suspense>
      );
    case 'compare':
      return (
        <Suspense
          fallback={
            <div className="p-6">
              <SkeletonList />
            </div>
          }
        >
          <ComparePage comparisonId={route.comparisonId} />
        </Suspense>
      );
    case 'present':
      return (
        <Suspense>
          <Present conversationId={route.conversationId} nimId={route.nimId} />
        </Suspense>
      );
    case 'vectors':
      return (
        <Suspense
          fallback={
            <div className="p-6">
              <SkeletonList />
            </div>
          }
        >
          <VectorsPage key={route.nimId} nimId={route.nimId} />
        </Suspense>
      );
    case 'settings':
      return <SettingsPage section={route.section} />;
    case 'not-found':
      if (GalleryPage !== null && window.location.hash === '#/ui')
        return (
          <Suspense>
            <GalleryPage />
          </Suspense>
        );
      return (
        <Empty isPage icon={<MapPinOff aria-hidden className="size-6" />} title={words.common.unknownPage}>
          {words.common.unknownPageHint}
        </Empty>
      );
    default:
      return route satisfies never;
  }
}

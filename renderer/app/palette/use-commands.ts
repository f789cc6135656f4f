import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ConversationEntry } from '../../../shared/contract/chat-history.ts';
import type { ComparisonEntry } from '../../../shared/contract/compare.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { useApi } from '../../api.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { parseRoute } from '../../router.ts';
import type { PaletteScope } from '../dialogs.ts';
import { usePageActions } from '../page-actions.ts';
import { useSideBar } from '../side-bar-state.ts';
import {
  appCommands,
  chatCommands,
  compareCommands,
  hereCommands,
  pageCommands,
  settingCommands,
} from './app-commands.ts';
import type { Command } from './command.ts';
import { modelCommands } from './model-commands.ts';
import { jobCommands, nimCommands } from './nim-commands.ts';

const noImages: readonly LocalImage[] = [];
const noJobs: readonly Job[] = [];
const noChats: readonly ConversationEntry[] = [];
const noComparisons: readonly ComparisonEntry[] = [];
const noNims = { isKnown: false, nims: [] };

/** Everything that can be chosen now, from what the page watches anyway. */
export function useCommands(scope: PaletteScope): readonly Command[] {
  const api = useApi();
  const { data: engine } = useStream(streams.engine);
  const { data: images } = useStream(streams.images);
  const { data: list = noNims } = useStream(streams.nims);
  const { data: targets } = useStream(streams.targets);
  const { data: jobs = noJobs } = useStream(streams.jobs);
  const { data: chats } = useStream(streams.conversations);
  const newestChats = chats?.newest ?? noChats;
  const { data: comparisons = noComparisons } = useStream(streams.comparisons);
  const { data: settings } = useStream(streams.settings);
  const { data: ngc } = useStream(streams.ngc);
  const { data: catalog } = useQuery({
    queryKey: keys.catalog(),
    queryFn: ({ signal }) => api.catalog.list({}, { signal }),
    staleTime: Infinity,
  });
  const actions = usePageActions((store) => store.actions);
  const isSideBarWide = useSideBar((store) => store.isWide);

  const canUseEngine = engine?.status === 'connected';
  const isSignedIn = ngc?.state === 'signed-in';
  const theme = settings?.theme;
  const hasEndedJobs = jobs.some((job) => job.state !== 'running');
  const ofNims = useMemo(() => nimCommands(list, targets, api), [list, targets, api]);
  const ofModels = useMemo(
    () => modelCommands(catalog?.models ?? [], images ?? noImages, api, canUseEngine),
    [catalog, images, api, canUseEngine],
  );
  const ofJobs = useMemo(() => jobCommands(jobs, api), [jobs, api]);
  const ofChats = useMemo(() => chatCommands(newestChats), [newestChats]);
  const ofComparisons = useMemo(() => compareCommands(comparisons), [comparisons]);
  const ofApp = useMemo(
    () => appCommands(api, { theme, isSideBarWide, isSignedIn, hasEndedJobs }),
    [api, theme, isSideBarWide, isSignedIn, hasEndedJobs],
  );
  const ofHere = useMemo(
    () =>
      hereCommands(
        parseRoute(window.location.hash).page,
        actions,
        document.querySelector('input[data-page-search]') !== null,
      ),
    [actions],
  );
  return useMemo(
    () =>
      scope === 'models'
        ? [
            ...ofNims.filter(
              ({ id }) => id.startsWith('nim-chat ') || id.startsWith('nim-vectors ') || id.startsWith('nim-start '),
            ),
            ...ofModels,
          ]
        : [
            ...ofHere,
            ...ofNims,
            ...ofJobs,
            ...pageCommands(),
            ...ofApp,
            ...ofChats,
            ...ofComparisons,
            ...settingCommands(),
            ...ofModels,
          ],
    [scope, ofHere, ofNims, ofJobs, ofApp, ofChats, ofComparisons, ofModels],
  );
}

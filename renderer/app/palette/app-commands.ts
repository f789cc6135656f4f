import ArrowLeft from 'lucide-react/icons/arrow-left';
import Columns2 from 'lucide-react/icons/columns-2';
import Info from 'lucide-react/icons/info';
import Keyboard from 'lucide-react/icons/keyboard';
import KeyRound from 'lucide-react/icons/key-round';
import ListChecks from 'lucide-react/icons/list-checks';
import ListX from 'lucide-react/icons/list-x';
import MessageSquare from 'lucide-react/icons/message-square';
import MessageSquarePlus from 'lucide-react/icons/message-square-plus';
import Palette from 'lucide-react/icons/palette';
import PanelLeft from 'lucide-react/icons/panel-left';
import Presentation from 'lucide-react/icons/presentation';
import Plus from 'lucide-react/icons/plus';
import RefreshCw from 'lucide-react/icons/refresh-cw';
import Search from 'lucide-react/icons/search';
import HardDrive from 'lucide-react/icons/hard-drive';
import Square from 'lucide-react/icons/square';
import Trash2 from 'lucide-react/icons/trash-2';
import Waypoints from 'lucide-react/icons/waypoints';
import type { ConversationEntry } from '../../../shared/contract/chat-history.ts';
import type { ComparisonEntry } from '../../../shared/contract/compare.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { settingValues, type SettingValues } from '../../../shared/contract/settings.ts';
import { navigate, parseRoute, settingsSections, type Route, type SettingsSection } from '../../router.ts';
import { words } from '../../words.ts';
import { attempt } from '../attempt.ts';
import { useDialogs } from '../dialogs.ts';
import type { PageAction } from '../page-actions.ts';
import { shortcuts } from '../shortcuts.ts';
import { railPages } from '../rail.tsx';
import { useSideBar } from '../side-bar-state.ts';
import type { Command } from './command.ts';

const { commands, also } = words.palette;

export function pageCommands(): Command[] {
  return [
    ...railPages.map(({ page, icon }): Command => ({
      id: `go ${page}`,
      kind: 'go',
      label: commands.goTo(words.pages[page]),
      icon,
      shortcut: `page-${page}`,
      isOffered: true,
      run: () => shortcuts[`page-${page}`].run(null),
    })),
    { id: 'go back', kind: 'go', label: commands.back, icon: ArrowLeft, run: () => window.history.back() },
  ];
}

/** What the open page can do now; `find` where it has a search. */
export function hereCommands(
  page: Route['page'],
  actions: Readonly<Partial<Record<PageAction, () => void>>>,
  hasSearch: boolean,
): Command[] {
  const { stop, remove } = actions;
  const list: Command[] = [];
  const here = (command: Omit<Command, 'kind' | 'isOffered'>) =>
    list.push({ ...command, kind: 'here', isOffered: true });
  if (stop !== undefined)
    here({ id: 'here stop', label: commands.stopAnswer, icon: Square, shortcut: 'stop', run: stop });
  if (hasSearch)
    here({
      id: 'here find',
      label: commands.find,
      icon: Search,
      shortcut: 'find',
      run: () => shortcuts.find.run(null),
    });
  if (remove !== undefined && (page === 'chat' || page === 'nim'))
    here({ id: 'here remove', label: commands.removeThis[page], icon: Trash2, shortcut: 'remove', run: remove });
  return list;
}

/** The chat that is open before an audience, or a clean screen. */
function presentRoute(route: Route): Route {
  if (route.page !== 'chat') return { page: 'present', conversationId: null, nimId: null };
  return { page: 'present', conversationId: route.conversationId, nimId: route.nimId };
}

interface AppState {
  theme: SettingValues['theme'] | undefined;
  isSideBarWide: boolean;
  isSignedIn: boolean;
  hasEndedJobs: boolean;
}

export function appCommands(api: Api, state: AppState): Command[] {
  const dialogs = useDialogs.getState();
  const action = (command: Omit<Command, 'kind'>): Command => ({ ...command, kind: 'action' });
  const list = [
    action({
      id: 'new-chat',
      label: commands.newChat,
      also: also.newChat,
      icon: MessageSquarePlus,
      shortcut: 'new-chat',
      isOffered: true,
      run: () => shortcuts['new-chat'].run(),
    }),
    action({
      id: 'new-comparison',
      label: commands.newComparison,
      also: also.newComparison,
      icon: Columns2,
      isOffered: true,
      run: () => navigate({ page: 'compare', comparisonId: 'new' }),
    }),
    action({
      id: 'present',
      label: commands.present,
      also: also.present,
      icon: Presentation,
      run: () => navigate(presentRoute(parseRoute(window.location.hash))),
    }),
    action({
      id: 'vectors',
      label: commands.vectors,
      also: also.vectors,
      icon: Waypoints,
      run: () => navigate({ page: 'vectors', nimId: null }),
    }),
    action({
      id: 'pull-or-run',
      label: commands.pullOrRun,
      also: also.pullOrRun,
      icon: Plus,
      isOffered: true,
      run: () => dialogs.openImage(),
    }),
    action({
      id: 'show-jobs',
      label: commands.showJobs,
      also: also.jobs,
      icon: ListChecks,
      shortcut: 'jobs',
      isOffered: true,
      run: () => dialogs.setTrayOpen(true),
    }),
    action({
      id: 'recheck',
      label: commands.recheck,
      also: also.recheck,
      icon: RefreshCw,
      run: () => attempt(api.engine.recheck({})),
    }),
    action({
      id: 'side-bar',
      label: state.isSideBarWide ? commands.sideBarNarrow : commands.sideBarWide,
      icon: PanelLeft,
      shortcut: 'side-bar',
      run: () => useSideBar.getState().toggle(),
    }),
    action({
      id: 'shortcuts',
      label: commands.shortcuts,
      also: also.keyboard,
      icon: Keyboard,
      shortcut: 'list',
      isOffered: true,
      run: () => dialogs.openShortcuts(),
    }),
    ...settingValues.shape.theme.options
      .filter((theme) => theme !== state.theme)
      .map((theme) =>
        action({
          id: `theme ${theme}`,
          label: commands.theme(words.settings.themes[theme]),
          also: also.theme,
          icon: Palette,
          run: () => attempt(api.settings.update({ theme })),
        }),
      ),
  ];
  if (!state.isSignedIn)
    list.push(
      action({
        id: 'sign-in',
        label: commands.signIn,
        also: also.key,
        icon: KeyRound,
        isOffered: true,
        run: () => dialogs.openSignIn(),
      }),
    );
  if (state.hasEndedJobs)
    list.push(
      action({
        id: 'clear-jobs',
        label: commands.clearJobs,
        also: also.jobs,
        icon: ListX,
        run: () => attempt(api.jobs.dismiss({ jobId: null })),
      }),
    );
  return list;
}

const settingIcons: Record<SettingsSection, Command['icon']> = {
  key: KeyRound,
  appearance: Palette,
  keyboard: Keyboard,
  storage: HardDrive,
  about: Info,
};

export function settingCommands(): Command[] {
  return settingsSections.map((section) => ({
    id: `setting ${section}`,
    kind: 'setting',
    label: commands.setting(words.settings.sections[section]),
    also: section === 'appearance' ? also.theme : also[section],
    icon: settingIcons[section],
    run: () => navigate({ page: 'settings', section }),
  }));
}

const offeredChats = 5;

export function chatCommands(conversations: readonly ConversationEntry[]): Command[] {
  return conversations.map((conversation, index) => ({
    id: `chat ${conversation.id}`,
    kind: 'chat',
    label: conversation.title,
    ...(conversation.nimName === null ? {} : { detail: conversation.nimName }),
    icon: MessageSquare,
    isOffered: index < offeredChats,
    run: () => navigate({ page: 'chat', conversationId: conversation.id, nimId: null }),
  }));
}

const offeredComparisons = 3;

export function compareCommands(comparisons: readonly ComparisonEntry[]): Command[] {
  return comparisons.map(({ id, title }, index) => ({
    id: `comparison ${id}`,
    kind: 'compare',
    label: title,
    icon: Columns2,
    isOffered: index < offeredComparisons,
    run: () => navigate({ page: 'compare', comparisonId: id }),
  }));
}

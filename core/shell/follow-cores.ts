import { contract } from '../../shared/contract/index.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { CoreName } from '../../shared/rpc/login.ts';
import type { Port } from '../../shared/rpc/port.ts';
import type { CoreHandle } from '../host/open-core.ts';
import { noticesOfJobs, noticesOfNims, type ShellNotice } from './notices.ts';
import { type CoreView, describeTray, type TrayContent } from './shell-items.ts';
import { shellWords as words } from './words.ts';

export interface ShellListener {
  onTray: (content: TrayContent) => void;
  onNotice: (notice: ShellNotice) => void;
  onSettings: (settings: SettingValues, core: CoreName) => void;
}

/** Tells the desktop, in words and plain values, what it has to show of the cores that it holds. */
export interface Follower {
  /** Resolves when that core's connection ends. */
  follow(name: CoreName, core: CoreHandle): Promise<void>;
}

const isPractice = (name: CoreName) => name === 'practice';

export function createFollower(listener: ShellListener): Follower {
  const views = new Map<CoreName, CoreView>();
  let drawn = '';

  const draw = () => {
    const content = describeTray([...views.values()]);
    const text = JSON.stringify(content);
    if (text !== drawn) listener.onTray(content);
    drawn = text;
  };
  const tell = (name: CoreName, notices: readonly ShellNotice[]) => {
    for (const notice of notices)
      listener.onNotice(isPractice(name) ? { ...notice, title: words.inPractice(notice.title) } : notice);
  };

  return {
    async follow(name, core) {
      const view: CoreView = { isPractice: isPractice(name), nims: { isKnown: false, nims: [] }, jobs: [] };
      views.set(name, view);
      draw();
      let port: Port | null = null;
      try {
        port = await core.newPort();
        const api = connect(port, contract);
        const followNims = async () => {
          for await (const nims of api.nims.watch({})) {
            tell(name, noticesOfNims(view.nims, nims));
            view.nims = nims;
            draw();
          }
        };
        const followJobs = async () => {
          for await (const jobs of api.jobs.watch({})) {
            tell(name, noticesOfJobs(view.jobs, jobs));
            view.jobs = jobs;
            draw();
          }
        };
        const followSettings = async () => {
          for await (const settings of api.settings.watch({})) listener.onSettings(settings, name);
        };
        await Promise.all([followNims(), followJobs(), followSettings()]);
      } catch (error) {
        if (!isAppError(error, 'DISCONNECTED')) throw error;
      } finally {
        // Where one of the three has failed, the other two must not go on beside their successors.
        port?.close();
        views.delete(name);
        draw();
      }
    },
  };
}

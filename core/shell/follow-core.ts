import { contract } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { NimList } from '../../shared/contract/nims.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { CoreHandle } from '../host/open-core.ts';
import { noticesOfJobs, noticesOfNims, type ShellNotice } from './notices.ts';
import { describeTray, type TrayContent } from './shell-items.ts';

export interface ShellListener {
  onTray: (content: TrayContent) => void;
  onNotice: (notice: ShellNotice) => void;
  onSettings: (settings: SettingValues) => void;
}

const nothing: NimList = { isKnown: false, nims: [] };

/** Tells the desktop, in words and plain values, what it has to show of this core. Ends with the core's connection. */
export async function followCore(core: CoreHandle, isPractice: boolean, listener: ShellListener): Promise<void> {
  const api = connect(await core.newPort(), contract);
  let nims = nothing;
  let jobs: readonly Job[] = [];
  let drawn = '';
  const draw = () => {
    const content = describeTray(nims, jobs, isPractice);
    const text = JSON.stringify(content);
    if (text !== drawn) listener.onTray(content);
    drawn = text;
  };
  const tell = (notices: readonly ShellNotice[]) => {
    for (const notice of notices) listener.onNotice(notice);
  };

  const followNims = async () => {
    for await (const next of api.nims.watch({})) {
      tell(noticesOfNims(nims, next));
      nims = next;
      draw();
    }
  };
  const followJobs = async () => {
    for await (const next of api.jobs.watch({})) {
      tell(noticesOfJobs(jobs, next));
      jobs = next;
      draw();
    }
  };
  const followSettings = async () => {
    for await (const settings of api.settings.watch({})) listener.onSettings(settings);
  };

  try {
    await Promise.all([followNims(), followJobs(), followSettings()]);
  } catch (error) {
    if (!isAppError(error, 'DISCONNECTED')) throw error;
  }
}

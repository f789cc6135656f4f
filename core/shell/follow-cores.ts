import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import { contract } from '../../shared/contract/index.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import type { CoreName } from '../../shared/rpc/login.ts';
import type { Port } from '../../shared/rpc/port.ts';
import type { CoreHandle } from '../host/open-core.ts';
import { noticesOfJobs, noticesOfNims, noticesOfProofs, type ShellNotice } from './notices.ts';
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
/** What is told at once after an audience; of more, the page's own lists say enough. */
const mostHeld = 20;

interface Followed extends CoreView {
  /** Whether a page of it is shown to an audience. */
  isPresenting: boolean;
}

export function createFollower(listener: ShellListener): Follower {
  const views = new Map<CoreName, Followed>();
  let held: ShellNotice[] = [];
  let drawn = '';

  const draw = () => {
    const content = describeTray([...views.values()]);
    const text = JSON.stringify(content);
    if (text !== drawn) listener.onTray(content);
    drawn = text;
  };
  const tell = (name: CoreName, notices: readonly ShellNotice[]) => {
    const named = notices.map((notice) =>
      isPractice(name) ? { ...notice, title: words.inPractice(notice.title) } : notice,
    );
    held = [...held, ...named].slice(-mostHeld);
    release();
  };
  /** Whoever presents on any of the cores has one screen: nothing of the others may show on it either. */
  const release = () => {
    if ([...views.values()].some(({ isPresenting }) => isPresenting)) return;
    held.splice(0).forEach(listener.onNotice);
  };

  return {
    async follow(name, core) {
      const view: Followed = {
        isPractice: isPractice(name),
        nims: { isKnown: false, nims: [] },
        jobs: [],
        isPresenting: false,
      };
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
        /** It is no look: a window that nobody sees must not keep a GPU awake. */
        const followProofs = async () => {
          let before: GpuProof[] | null = null;
          for await (const proofs of api.gpu.watchProofs({ isLook: false })) {
            if (before !== null) tell(name, noticesOfProofs(before, proofs, view.nims.nims));
            before = proofs;
          }
        };
        const followSettings = async () => {
          for await (const settings of api.settings.watch({})) listener.onSettings(settings, name);
        };
        const followPresenting = async () => {
          for await (const { isPresenting } of api.app.watchPresenting({})) {
            view.isPresenting = isPresenting;
            release();
          }
        };
        await Promise.all([followPresenting(), followNims(), followJobs(), followProofs(), followSettings()]);
      } catch (error) {
        if (!isAppError(error, 'DISCONNECTED')) throw error;
      } finally {
        // Where one of them has failed, the others must not go on beside their successors.
        port?.close();
        views.delete(name);
        // Without any core nobody knows; the next one says.
        if (views.size > 0) release();
        draw();
      }
    },
  };
}

import { create } from 'zustand';
import type { DeploySpec } from '../../shared/contract/nims.ts';

export type OpenDialog =
  | { kind: 'run'; reference: string; replaces: EarlierRun | null }
  | { kind: 'image'; reference: string }
  | { kind: 'sign-in'; afterwards: (() => void) | null }
  | { kind: 'palette'; scope: PaletteScope }
  | { kind: 'shortcuts' }
  | { kind: 'cancel-job'; jobId: string }
  | { kind: 'remove-nim'; nimId: string };

/** `models`: only what can be talked to or run. */
export type PaletteScope = 'all' | 'models';

/** A run that is done again with other choices: its own choices are where one starts from. */
interface EarlierRun {
  /** Of one that failed: its entry goes when the new one begins. Null: it goes on beside the new one. */
  jobId: string | null;
  /** Null: begun elsewhere, so its choices are not known here. */
  spec: DeploySpec | null;
}

interface Dialogs {
  dialog: OpenDialog | null;
  isTrayOpen: boolean;
  /** What this page asked to run, by job, so that a failed start can be tried again as it was. */
  specs: Readonly<Record<string, DeploySpec>>;
  openRun: (reference: string, replaces?: EarlierRun) => void;
  openImage: (reference?: string) => void;
  /** Asked for only when something needs the key; `afterwards` is what did. */
  openSignIn: (afterwards?: () => void) => void;
  openPalette: (scope: PaletteScope) => void;
  openShortcuts: () => void;
  /** Asks first; for jobs whose cancel loses something. */
  openCancelJob: (jobId: string) => void;
  /** Asks first, with what it costs. */
  openRemoveNim: (nimId: string) => void;
  close: () => void;
  setTrayOpen: (isOpen: boolean) => void;
  rememberSpec: (jobId: string, spec: DeploySpec) => void;
}

/** What lies over the pages: any feature may open it, the frame draws it. */
export const useDialogs = create<Dialogs>()((set) => ({
  dialog: null,
  isTrayOpen: false,
  specs: {},
  openRun: (reference, replaces) => set({ dialog: { kind: 'run', reference, replaces: replaces ?? null } }),
  openImage: (reference = '') => set({ dialog: { kind: 'image', reference } }),
  openSignIn: (afterwards) => set({ dialog: { kind: 'sign-in', afterwards: afterwards ?? null } }),
  openPalette: (scope) => set({ dialog: { kind: 'palette', scope } }),
  openShortcuts: () => set({ dialog: { kind: 'shortcuts' } }),
  openCancelJob: (jobId) => set({ dialog: { kind: 'cancel-job', jobId } }),
  openRemoveNim: (nimId) => set({ dialog: { kind: 'remove-nim', nimId } }),
  close: () => set({ dialog: null }),
  setTrayOpen: (isTrayOpen) => set({ isTrayOpen }),
  rememberSpec: (jobId, spec) => set((state) => ({ specs: { ...state.specs, [jobId]: spec } })),
}));

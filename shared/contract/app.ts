import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

export const appInfo = z.object({
  version: z.string(),
  dataFolder: z.string(),
  platform: z.string(),
  architecture: z.string(),
  /** The process that owns the core of this data folder; other shells are its clients. */
  owner: z.object({ pid: z.number().int(), shell: z.enum(['desktop', 'browser', 'terminal']) }),
  /** What was set aside at start because it was damaged or newer, said once. */
  notices: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type AppInfo = z.infer<typeof appInfo>;

const presenting = z.object({ isPresenting: z.boolean() });

export const app = {
  info: request(nothing, appInfo),
  /** A page is shown to an audience for as long as this is open: what the desktop would tell meanwhile waits. */
  present: stream(nothing, presenting),
  /** Whether a page is; a few seconds longer, since one that is loaded again is not away. */
  watchPresenting: stream(nothing, presenting),
};

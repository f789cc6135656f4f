import { cancelled } from '../errors.ts';
import { z } from '../zod.ts';
import { disconnected } from './link.ts';
import type { Wire } from './port.ts';

const shell = z.enum(['desktop', 'browser', 'terminal']);
/** Which of a shell's two cores a connection is for: the one of this machine, or the one that practises on stand-ins. */
export const coreNames = ['real', 'practice'] as const;
export type CoreName = (typeof coreNames)[number];
const loginFrame = z.strictObject({
  t: z.literal('login'),
  token: z.string().min(1).max(512),
  /** The real one when it is left out. */
  core: z.enum(coreNames).optional(),
});
const welcomeFrame = z.object({ t: z.literal('welcome'), shell });
export type Welcome = z.infer<typeof welcomeFrame>;

/** A page that is served speaks within milliseconds, on a busy machine within a second or two; what says nothing is somebody else's. */
export const loginWithinMs = 3_000;

function parse<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Not JSON is as wrong as any other first frame.
    return null;
  }
}

/**
 * The serving side: the first frame must bring the right token, in time. Later frames wait in the wire for their listener.
 * @param isRight must compare in constant time
 * @returns which core it is for; null when the wire was closed instead
 */
export function acceptLogin(
  wire: Wire,
  options: { isRight: (token: string) => boolean; shell: Welcome['shell']; withinMs?: number },
): Promise<CoreName | null> {
  return new Promise((resolve) => {
    // Not “refused”, which would be the end of it for a page of ours that was only slow: it tries again.
    const timer = setTimeout(() => wire.close('unavailable'), options.withinMs ?? loginWithinMs);
    wire.onClose(() => {
      clearTimeout(timer);
      resolve(null);
    });
    wire.onFrame((text) => {
      wire.onFrame(null);
      const frame = parse(loginFrame, text);
      if (frame === null || !options.isRight(frame.token)) return wire.close('refused');
      clearTimeout(timer);
      wire.send(JSON.stringify({ t: 'welcome', shell: options.shell } satisfies Welcome));
      resolve(frame.core ?? 'real');
    });
  });
}

/**
 * The calling side. Rejects with DISCONNECTED when the connection is lost or says nothing in time.
 * @returns what the other side is, or `refused`: another try with this token is useless
 */
export function login(
  wire: Wire,
  token: string,
  options: { core?: CoreName; signal?: AbortSignal | undefined; withinMs?: number } = {},
): Promise<Welcome | 'refused'> {
  const { core = 'real', signal } = options;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      wire.close();
      reject(cancelled());
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => wire.close(), options.withinMs ?? 10_000);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    wire.onClose((reason) => {
      settle();
      if (reason === 'refused') resolve('refused');
      else reject(disconnected());
    });
    wire.onFrame((text) => {
      wire.onFrame(null);
      const welcome = parse(welcomeFrame, text);
      if (welcome === null) return wire.close('malformed');
      settle();
      resolve(welcome);
    });
    // Left out where it says nothing: a shell of an earlier version knows no such field.
    wire.send(JSON.stringify({ t: 'login', token, ...(core === 'real' ? {} : { core }) }));
  });
}

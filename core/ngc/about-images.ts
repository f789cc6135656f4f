import type { CoreDeps } from '../deps.ts';
import { remembered } from '../lib/remembered.ts';
import { type PublishedProfile, readNimMetadata } from './nim-metadata.ts';
import { readArchitectures } from './registry.ts';

/** What NGC says of an image that was not pulled. */
export interface AboutImages {
  /** `amd64`, `arm64`; null: it could not be asked. */
  architectures(reference: string): Promise<readonly string[] | null>;
  /** Empty: NVIDIA publishes none for it; null: it could not be asked. */
  profiles(reference: string): Promise<readonly PublishedProfile[] | null>;
}

/** Tags hardly change; a network that was away may be back at the next question. */
const keepMs = 10 * 60_000;
const retryMs = 60_000;
/** For sign-in and manifest together. Whoever waits may leave before; the answer is there for the next. */
const limitMs = 8_000;

/** @param keyFor null: it is asked without */
export function createAboutImages(
  { addressOf, log, steady }: Pick<CoreDeps, 'addressOf' | 'log' | 'steady'>,
  keyFor: (reference: string) => Promise<string | null>,
): AboutImages {
  const asked = <T>(
    what: string,
    ask: (question: Parameters<typeof readNimMetadata>[0]) => Promise<T | null>,
  ): ((reference: string) => Promise<T | null>) =>
    remembered(async (reference) => {
      const signal = AbortSignal.timeout(limitMs);
      const value = await ask({
        reference,
        addressOf,
        signal,
        onFailure: ({ code, message }) => log.info('ngc.about-image', { what, reference, code, reason: message }),
      }).catch((error: unknown) => {
        // Its own time limit is the only signal that it has.
        if (!signal.aborted) log.error('ngc.about-image', { what, reference, error: String(error) });
        return null;
      });
      return { value, keepMs: value === null ? retryMs : keepMs };
    }, steady);
  return {
    architectures: asked('architectures', async (question) =>
      readArchitectures({ ...question, key: await keyFor(question.reference) }),
    ),
    profiles: asked('profiles', readNimMetadata),
  };
}

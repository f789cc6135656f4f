import type { FitProcessor } from '../../shared/contract/fit.ts';
import { parseReference } from '../images/reference.ts';
import { goArchitecture } from '../lib/processor.ts';

/** Who can say for which processors an image is made; null: it does not know. */
export interface ProcessorSources {
  /** The engine's, as it calls it. */
  engine: string | null;
  /** Of the image in the engine's store. */
  ofImage: (reference: string) => Promise<string | null>;
  ofRegistry: (reference: string) => Promise<readonly string[] | null>;
}

/** What the image is made for, by whoever knows best; null: nobody does, or the engine's own is not known. */
export async function processorOf(
  reference: string,
  { engine, ofImage, ofRegistry }: ProcessorSources,
): Promise<FitProcessor | null> {
  if (engine === null) return null;
  const on = goArchitecture(engine);
  const here = await ofImage(reference);
  if (here !== null) return { madeFor: [goArchitecture(here)], source: 'image', engine: on };
  const offered = await ofRegistry(reference);
  if (offered !== null && offered.length > 0) return { madeFor: [...offered], source: 'registry', engine: on };
  return byName(parseReference(reference).repository, engine);
}

/** Images for DGX Spark are named so, and made for its processor only (their inspect says `arm64`). */
export function byName(repository: string, engine: string | null): FitProcessor | null {
  return engine !== null && repository.endsWith('-dgx-spark')
    ? { madeFor: ['arm64'], source: 'name', engine: goArchitecture(engine) }
    : null;
}

export const isOtherProcessor = (processor: FitProcessor | null): boolean =>
  processor !== null && !processor.madeFor.includes(processor.engine);

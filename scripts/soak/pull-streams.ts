import { pullImage } from '../../core/images/pull.ts';
import { readRecordedPull } from '../../core/images/recorded-pull.ts';
import { parseReference } from '../../core/images/reference.ts';
import { pullStreams } from '../../core/testing/pull-streams.ts';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { isAppError } from '../../shared/errors.ts';
import { createFakeDocker } from './fake-docker.ts';
import { type Mutated, soakMutations } from './mutations.ts';
import { backwardStep } from './pulls.ts';
import type { SoakOptions, SoakReport } from './report.ts';

const reference = parseReference('registry.example/nim/chat:1');

/** Streams of pulls, damaged and cut by chance, through everything of core that reads them, from a file, too. */
export async function soakPullStreams(options: SoakOptions): Promise<SoakReport> {
  return await soakMutations(pullStreams, options, async (mutated) => {
    for (const state of readRecordedPull(mutated.text)) checkNumbers(state);
    return await readPull(mutated);
  });
}

async function readPull({ name, chunks, chance }: Mutated): Promise<string> {
  const docker = createFakeDocker(() => ({ status: chance === 0 ? 500 : 200, chunks }));
  let last: PullProgress | null = null;
  try {
    await pullImage({
      docker,
      reference,
      isPodman: name.startsWith('podman'),
      credential: async () => null,
      checkKey: async () => 'unknown',
      layerSizes: async () => (chance % 2 === 0 ? null : [{ digest: `sha256:${'a1'.repeat(32)}`, bytes: 5_000_000 }]),
      onProgress(progress) {
        checkNumbers(progress);
        const step = last === null || progress.phase === 'RETRYING' ? null : backwardStep(last, progress);
        if (step !== null) throw new Error(step);
        last = progress;
      },
      now: () => performance.now(),
      givesUpEarly: chance % 3 === 0,
      retryPausesMs: chance === 3 ? [0] : [],
      signal: new AbortController().signal,
    });
    return 'done';
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (!(error.code in errorCatalog) || error.message === '')
      throw new Error('A failure without a name.', { cause: error });
    return error.code;
  }
}

function checkNumbers(value: object): void {
  if (hasOddNumber(value)) throw new Error(`A number cannot be: ${JSON.stringify(value).slice(0, 500)}`);
  if ('bytesDone' in value && 'bytesTotal' in value) {
    const { bytesDone, bytesTotal } = value;
    if (typeof bytesDone === 'number' && typeof bytesTotal === 'number' && bytesDone > bytesTotal)
      throw new Error(`${bytesDone} of ${bytesTotal} bytes`);
  }
}

/** One that JSON cannot hold, or below 0. */
function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value) || value < 0;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOddNumber);
}

import type { Job } from '../../shared/contract/jobs.ts';
import type { DeploySpec, Nim, NimStatus } from '../../shared/contract/nims.ts';
import { createEngineService } from '../engine/service.ts';
import { createGpuService } from '../gpu/service.ts';
import { createImagesService } from '../images/service.ts';
import { createJobsService } from '../jobs/service.ts';
import { createLogsService } from '../logs/service.ts';
import type { NgcService } from '../ngc/service.ts';
import { createNimsService } from '../nims/service.ts';
import { createSettingsService } from '../settings/service.ts';
import { openStore } from '../store/open-store.ts';
import type { TestDeps } from './deps.ts';
import { createFullAttention } from './full-attention.ts';

/** Shaped as NGC's, so that the logger's own rule would find it, too. */
export const testKey = `nvapi-${'k'.repeat(64)}`;

/** In more of a hurry than people are. */
const pace = {
  startingMs: 100,
  longStartMs: 100,
  readyMs: 150,
  readyUnwatchedMs: 150,
  confirmMs: 50,
  lostMs: 100,
  timeoutMs: 1_000,
};

/** NGC is far away: for what runs here only the key counts. */
function ngcWithKey(key: string | null): NgcService {
  const none = () => {
    throw new Error('not asked in these tests');
  };
  return {
    api: { watch: none, signIn: none, check: none, signOut: none },
    credentialFor: async () => (key === null ? null : { username: '$oauthtoken', password: key, serveraddress: 'x' }),
    key: async () => key,
    layerSizes: async () => null,
    about: { architectures: async () => null, profiles: async () => null },
  };
}

/** The services that NIMs need, real ones, on one engine. Opening it again on the same `deps` is a restart of core. */
export async function openNimsCore(deps: TestDeps, key: string | null = testKey) {
  const settings = await createSettingsService(deps);
  const store = await openStore(deps);
  const engine = createEngineService(deps);
  const gpu = createGpuService(deps);
  const ngc = ngcWithKey(key);
  const jobs = await createJobsService(deps, store);
  const images = createImagesService(deps, engine, ngc, jobs);
  const logs = await createLogsService(deps, engine, settings);
  const nims = createNimsService(
    deps,
    { engine, gpu, images, jobs, logs, ngc, settings, store, attention: createFullAttention() },
    pace,
  );

  async function until(nimId: string, isWanted: (nim: Nim) => boolean, timeoutMs = 30_000): Promise<Nim> {
    let last: Nim | undefined;
    for await (const { nims: list } of nims.api.watch({}, { signal: AbortSignal.timeout(timeoutMs) })) {
      last = list.find(({ id }) => id === nimId);
      if (last !== undefined && isWanted(last)) return last;
    }
    throw new Error(`waited in vain; last seen: ${JSON.stringify(last)}`);
  }

  return {
    engine,
    images,
    jobs,
    logs,
    nims,
    until,
    untilStatus: (nimId: string, status: NimStatus) => until(nimId, (nim) => nim.status === status),
    async ended({ jobId }: { jobId: string }): Promise<Job> {
      return jobs.whenEnded(jobId, AbortSignal.timeout(60_000));
    },
    /** Resolves as soon as the job has a NIM that is in this state. */
    async untilJob({ jobId }: { jobId: string }, isWanted: (job: Job) => boolean): Promise<Job> {
      for await (const list of jobs.api.watch({}, { signal: AbortSignal.timeout(30_000) })) {
        const job = list.find(({ id }) => id === jobId);
        if (job !== undefined && isWanted(job)) return job;
      }
      throw new Error('waited in vain for the job');
    },
    async close() {
      await jobs.close();
      await nims.close();
      await logs.close();
      await images.close();
      await gpu.close();
      await engine.close();
      await store.close();
    },
  };
}

export type NimsCore = Awaited<ReturnType<typeof openNimsCore>>;

/** What a test deploys unless it says otherwise: the stand-in, at a speed that takes about a second to be ready. */
export function standIn(
  reference: string,
  sandbox: Record<string, string> = {},
  change: Partial<DeploySpec> = {},
): DeploySpec {
  const variables = { SPEED: '150', ...sandbox };
  return {
    reference,
    name: null,
    gpus: { kind: 'none' },
    port: null,
    profile: null,
    allowAnyOrigin: false,
    environment: Object.entries(variables).map(([name, value]) => ({ name: `NIMDECK_SANDBOX_${name}`, value })),
    ...change,
  };
}

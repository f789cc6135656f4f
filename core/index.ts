import type { Api } from '../shared/contract/index.ts';
import { createCatalogService } from './catalog/service.ts';
import { createChatService } from './chat/service.ts';
import { createCompareService } from './compare/service.ts';
import type { CoreDeps } from './deps.ts';
import { createDisksService } from './disks/service.ts';
import { createDoctorService } from './doctor/service.ts';
import { createEngineService } from './engine/service.ts';
import { createFootprintService } from './footprint/service.ts';
import { createGpuHistory } from './gpu/history.ts';
import { createHolders } from './gpu/holders.ts';
import { createOwners } from './gpu/owners.ts';
import { createProofs } from './gpu/proofs.ts';
import { createFitService } from './fit/service.ts';
import { createGpuService } from './gpu/service.ts';
import { createImagesService } from './images/service.ts';
import { createJobsService } from './jobs/service.ts';
import { createAttention } from './lib/attention.ts';
import { createLogsService } from './logs/service.ts';
import { createMetricsService } from './metrics/service.ts';
import { createPlanMig, listMigCards } from './mig/plan-operation.ts';
import { createNgcService } from './ngc/service.ts';
import { createNimsService } from './nims/service.ts';
import { createPracticeService } from './practice/service.ts';
import { createSettingsService } from './settings/service.ts';
import { createPresenting } from './shell/presenting.ts';
import { openStore } from './store/open-store.ts';
import { createSupportService } from './support/service.ts';

export type { CoreDeps } from './deps.ts';

export interface Core {
  api: Api;
  /** Ends in the reverse order of the start: jobs first, the store last. */
  close(): Promise<void>;
  isDataUnwanted(): boolean;
}

/** The only wiring. The caller must own the data folder (see `host/`): two cores on one folder would mark each other's jobs as interrupted. */
export async function createServices(deps: CoreDeps): Promise<Core> {
  const started: { close(): Promise<void> }[] = [];
  const closeAll = () => closeInReverse(started, deps.log);
  try {
    return { ...(await startAll(deps, started)), close: closeAll };
  } catch (error) {
    // What has begun would keep the process alive, and the engine's connection open.
    await closeAll();
    throw error;
  }
}

async function startAll(deps: CoreDeps, started: { close(): Promise<void> }[]): Promise<Omit<Core, 'close'>> {
  const begun = <T extends { close(): Promise<void> }>(service: T): T => {
    started.push(service);
    return service;
  };
  const settings = await createSettingsService(deps);
  const store = begun(await openStore(deps));
  const engine = begun(createEngineService(deps));
  const attention = createAttention();
  const gpu = begun(createGpuService(deps, { engine, attention }));
  const ngc = await createNgcService(deps);
  const jobs = await createJobsService(deps, store);
  const images = begun(createImagesService(deps, engine, ngc, jobs));
  const logs = begun(await createLogsService(deps, engine, settings));
  const nims = begun(createNimsService(deps, { engine, gpu, images, jobs, logs, ngc, settings, store, attention }));
  const gpuHistory = begun(createGpuHistory(deps, { store, gpu, nims: nims.api }));
  const owners = createOwners(
    deps,
    () => engine.docker(),
    () => engine.state().kind !== 'podman',
  );
  const proofs = begun(createProofs(deps, { engine, gpu, nims: nims.api, owners, attention }));
  const metrics = begun(createMetricsService(deps, { engine, gpu, nims }));
  const catalog = createCatalogService();
  const chat = begun(await createChatService(deps, { nims, ngc, catalog, store }));
  const compare = begun(await createCompareService(deps, { store, asker: chat.asker, nims, gpu }));
  const doctor = begun(createDoctorService(deps, { engine, gpu, ngc, jobs, settings }));
  // Last, so that it is the first to end: jobs use all the others.
  begun(jobs);

  const info = {
    version: deps.version,
    dataFolder: deps.dataFolder,
    platform: deps.platform,
    architecture: deps.architecture,
    owner: { pid: process.pid, shell: deps.shell },
    notices: [...settings.notices, ...store.notices],
  };

  const gpuApi = {
    ...gpu.api,
    ...gpuHistory.api,
    holders: createHolders({ gpu, owners, nims: nims.api }),
    watchProofs: proofs.watch,
    migCards: listMigCards,
    planMig: createPlanMig(gpu),
  };
  const services: Omit<Api, 'footprint' | 'support'> = {
    app: { info: async () => info, ...createPresenting() },
    engine: engine.api,
    disks: createDisksService(deps, engine, settings).api,
    doctor: doctor.api,
    gpu: gpuApi,
    fit: createFitService(deps, {
      catalog,
      gpu: gpuApi,
      nims: nims.api,
      metrics: metrics.api,
      about: ngc.about,
      engineProcessor: () => engine.state().architecture,
      imageProcessor: (reference, signal) => images.processor(reference, signal),
    }),
    ngc: ngc.api,
    catalog,
    images: images.api,
    nims: nims.api,
    jobs: jobs.api,
    logs: logs.api,
    metrics: metrics.api,
    chat: chat.api,
    compare: compare.api,
    settings: settings.api,
    practice: createPracticeService(deps),
  };
  const footprint = createFootprintService(deps, { api: services, chat, engine, settings });
  const keys = async () => [(await ngc.key()) ?? '', ...(await chat.keyValues())];
  const support = createSupportService(deps, { api: services, checks: (signal) => doctor.text(signal), keys });
  return {
    api: { ...services, footprint: footprint.api, support: support.api },
    isDataUnwanted: () => footprint.isDataUnwanted(),
  };
}

/** One that cannot end must not keep the others from ending: the store is the last, and it has the most to lose. */
async function closeInReverse(services: { close(): Promise<void> }[], log: CoreDeps['log']): Promise<void> {
  for (const service of services.splice(0).toReversed()) {
    try {
      await service.close();
    } catch (error) {
      log.error('core.close-failed', { error: error instanceof Error ? String(error.stack) : String(error) });
    }
  }
}

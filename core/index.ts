import type { Api } from '../shared/contract/index.ts';
import { createCatalogService } from './catalog/service.ts';
import { createChatService } from './chat/service.ts';
import type { CoreDeps } from './deps.ts';
import { createEngineService } from './engine/service.ts';
import { createGpuService } from './gpu/service.ts';
import { createImagesService } from './images/service.ts';
import { createJobsService } from './jobs/service.ts';
import { createLogsService } from './logs/service.ts';
import { createNgcService } from './ngc/service.ts';
import { createNimsService } from './nims/service.ts';
import { createSettingsService } from './settings/service.ts';
import { openStore } from './store/open-store.ts';

export type { CoreDeps } from './deps.ts';

export interface Core {
  api: Api;
  /** Ends in the reverse order of the start: jobs first, the store last. */
  close(): Promise<void>;
}

/** The only wiring. The caller must own the data folder (see `host/`): two cores on one folder would mark each other's jobs as interrupted. */
export async function createServices(deps: CoreDeps): Promise<Core> {
  const settings = await createSettingsService(deps);
  const store = await openStore(deps);
  const engine = createEngineService(deps);
  const gpu = createGpuService(deps);
  const ngc = await createNgcService(deps);
  const jobs = await createJobsService(deps, store);
  const images = createImagesService(deps, engine, ngc, jobs);
  const logs = await createLogsService(deps, engine, settings);
  const nims = createNimsService(deps, { engine, images, jobs, logs, ngc, settings, store });
  const chat = await createChatService(deps, nims, store);

  const info = {
    version: deps.version,
    dataFolder: deps.dataFolder,
    platform: deps.platform,
    architecture: deps.architecture,
    owner: { pid: process.pid, shell: deps.shell },
    notices: [...settings.notices, ...store.notices],
  };

  return {
    api: {
      app: { info: async () => info },
      engine: engine.api,
      gpu: gpu.api,
      ngc: ngc.api,
      catalog: createCatalogService(),
      images: images.api,
      nims: nims.api,
      jobs: jobs.api,
      logs: logs.api,
      chat: chat.api,
      settings: settings.api,
    },
    async close() {
      await jobs.close();
      await chat.close();
      await nims.close();
      await logs.close();
      await images.close();
      await gpu.close();
      await engine.close();
      await store.close();
    },
  };
}

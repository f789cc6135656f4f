import type { Api } from '../../shared/contract/index.ts';

export interface MetricsService {
  api: Api['metrics'];
  close(): Promise<void>;
}

export function createMetricsService(): MetricsService {
  return {
    api: {
      async *watch() {
        yield {
          first: 0,
          end: 0,
          latest: null,
          nimSource: 'off',
          totals: null,
          memoryLimitBytes: null,
          gpuMemoryTotalMiB: null,
          gpuCount: null,
        };
      },
      read: async () => ({ first: 0, samples: [] }),
    },
    close: async () => {},
  };
}

import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { GpuService } from '../gpu/service.ts';
import type { NimsService } from '../nims/service.ts';
import { createMonitor, type MetricsPace, type Monitor, usualPace } from './monitor.ts';

export interface MetricsService {
  api: Api['metrics'];
  close(): Promise<void>;
}

interface MetricsParts {
  engine: EngineService;
  gpu: Pick<GpuService, 'api' | 'close'>;
  nims: NimsService;
}

/** What NIMs and the engine measure. Costs next to nothing while nobody looks: a question a minute to each ready NIM. */
export function createMetricsService(
  deps: Pick<CoreDeps, 'now' | 'log'>,
  { engine, gpu, nims }: MetricsParts,
  pace: MetricsPace = usualPace,
): MetricsService {
  const monitors = new Map<string, Monitor>();
  const closing = new AbortController();
  let gpuReport: GpuReport | null = null;
  let looking = 0;
  let gpuReading = new AbortController();

  async function follow() {
    for await (const list of nims.api.watch({}, { signal: closing.signal })) {
      if (!list.isKnown) {
        for (const nim of list.nims) monitors.get(nim.id)?.update(nim);
        continue;
      }
      for (const nim of list.nims) {
        const known = monitors.get(nim.id);
        if (known !== undefined) known.update(nim);
        else monitors.set(nim.id, createMonitor(nim, { engine, gpuReport: () => gpuReport, now: deps.now, pace }));
      }
      const ids = new Set(list.nims.map(({ id }) => id));
      for (const [id, monitor] of monitors) {
        if (ids.has(id)) continue;
        monitors.delete(id);
        monitor.close();
      }
    }
  }

  const following = follow().catch((error: unknown) => {
    if (!closing.signal.aborted) deps.log.error('metrics.follow-failed', { message: String(error) });
  });

  function find(nimId: string): Monitor {
    const { id, name } = nims.get(nimId);
    const monitor = monitors.get(id);
    if (monitor === undefined) throw new AppError('NOT_FOUND', `${name} is not there any more.`, { nimId });
    return monitor;
  }

  async function readGpus(signal: AbortSignal) {
    try {
      for await (const report of gpu.api.watch({}, { signal })) gpuReport = report;
    } catch (error) {
      if (!signal.aborted) deps.log.warn('metrics.gpus-not-read', { message: String(error) });
    } finally {
      gpuReport = null;
    }
  }

  /** GPUs are read for as long as anybody looks at any NIM, once for all. */
  function lookAtGpus(): () => void {
    looking += 1;
    if (looking === 1) {
      gpuReading = new AbortController();
      void readGpus(AbortSignal.any([gpuReading.signal, closing.signal]));
    }
    return () => {
      looking -= 1;
      if (looking === 0) gpuReading.abort();
    };
  }

  return {
    api: {
      async *watch({ nimId }, { signal } = {}) {
        const monitor = find(nimId);
        const ends = AbortSignal.any([monitor.closed, ...(signal === undefined ? [] : [signal])]);
        const leaveGpus = lookAtGpus();
        const leave = monitor.look();
        try {
          yield* monitor.state.watch(ends);
        } finally {
          leave();
          leaveGpus();
        }
        if (monitor.closed.aborted && !closing.signal.aborted && signal?.aborted !== true) {
          throw new AppError('NOT_FOUND', 'This NIM was removed.', { nimId });
        }
      },
      read: async ({ nimId, from }) => find(nimId).from(from),
    },
    async close() {
      closing.abort();
      for (const monitor of monitors.values()) monitor.close();
      await following;
    },
  };
}

import { memo } from 'react';
import type { GpuDevice, GpuReport } from '../../../shared/contract/gpu.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { formatMemory } from '../../../shared/format.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Meter } from '../../ui/meter.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { dateTime, number } from '../../words/intl.ts';

const load = ({ failure, gpus, lost }: GpuReport) => ({ failure, gpus, lost });

/** How much of each GPU is in use; what the driver does not say is left out, never shown as none. */
export function LoadCard() {
  const { data: report } = useStream(streams.gpu, load);
  return (
    <Card
      title={words.home.load}
      actions={
        report !== undefined && (
          <a href={toHash({ page: 'hardware', tab: 'board' })} className={buttonClass('quiet', 'small')}>
            {words.home.openBoard}
          </a>
        )
      }
    >
      {report === undefined && <SkeletonText />}
      {report?.gpus.length === 0 && (
        <p className="text-sm text-ink-soft">
          {report.failure === null ? words.home.loadUnknown : errorCatalog[report.failure.code].title}
        </p>
      )}
      {report !== undefined && (report.gpus.length > 0 || report.lost !== undefined) && (
        <ul className="flex flex-col gap-4">
          {report.gpus.map((gpu) => (
            <GpuLoad key={gpu.uuid ?? gpu.index} gpu={gpu} />
          ))}
          {(report.lost ?? []).map(({ uuid, index, name, lastSeenAt }) => (
            <li key={uuid} className="flex flex-col gap-1">
              <h3 className="text-sm font-medium break-words">{words.gpu.device(index, name)}</h3>
              <p className="text-xs text-bad">{words.hardware.lostSince(dateTime(new Date(lastSeenAt)))}</p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Of several one moves, mostly. */
const GpuLoad = memo(function GpuLoad({ gpu }: { gpu: GpuDevice }) {
  const { memoryUsedMiB, memoryTotalMiB, isMemoryShared, utilizationPercent, temperatureCelsius, powerWatts } = gpu;
  const name = words.gpu.device(gpu.index, gpu.name);
  const facts = [
    gpu.migDevices.length === 0 ? '' : words.home.slices(gpu.migDevices.length),
    temperatureCelsius === null ? '' : words.home.temperature(number(temperatureCelsius)),
    powerWatts === null ? '' : words.home.power(number(Math.round(powerWatts))),
  ].filter((fact) => fact !== '');
  return (
    <li className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="min-w-0 text-sm font-medium break-words">{name}</h3>
        <p className="text-xs text-ink-soft tabular-nums">{facts.join(' · ')}</p>
      </div>
      {memoryUsedMiB === null || memoryTotalMiB === null ? (
        <p className="text-xs text-ink-soft">{words.home.memoryUnknown}</p>
      ) : (
        <Meter
          label={isMemoryShared ? words.home.systemMemory : words.home.gpuMemory}
          value={memoryUsedMiB}
          max={memoryTotalMiB}
          valueText={words.gpu.of(formatMemory(memoryUsedMiB), formatMemory(memoryTotalMiB))}
        />
      )}
      {utilizationPercent === null && gpu.migEnabled === true && (
        <p className="flex justify-between gap-3 text-xs text-ink-soft">
          <span>{words.home.gpuBusy}</span>
          <span>{words.hardware.notMeasurable}</span>
        </p>
      )}
      {utilizationPercent !== null && (
        <Meter
          label={words.home.gpuBusy}
          value={utilizationPercent}
          max={100}
          valueText={words.home.percent(number(utilizationPercent))}
          warnFrom={2}
        />
      )}
    </li>
  );
});

import type { GpuDevice, GpuReport } from '../../../shared/contract/gpu.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { formatMemory } from '../../../shared/format.ts';
import { Card } from '../../ui/card.tsx';
import { Meter } from '../../ui/meter.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';

/** How much of each GPU is in use; what the driver does not say is left out, never shown as none. */
export function LoadCard({ report }: { report: GpuReport | undefined }) {
  return (
    <Card title={words.home.load}>
      {report === undefined && <SkeletonText />}
      {report?.gpus.length === 0 && (
        <p className="text-sm text-ink-soft">
          {report.failure === null ? words.home.loadUnknown : errorCatalog[report.failure.code].title}
        </p>
      )}
      {report !== undefined && report.gpus.length > 0 && (
        <ul className="flex flex-col gap-4">
          {report.gpus.map((gpu) => (
            <GpuLoad key={gpu.uuid ?? gpu.index} gpu={gpu} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function GpuLoad({ gpu }: { gpu: GpuDevice }) {
  const { memoryUsedMiB, memoryTotalMiB, utilizationPercent, temperatureCelsius, powerWatts } = gpu;
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
          label={words.home.gpuMemory}
          value={memoryUsedMiB}
          max={memoryTotalMiB}
          valueText={words.gpu.of(formatMemory(memoryUsedMiB), formatMemory(memoryTotalMiB))}
        />
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
}

import CircleDot from 'lucide-react/icons/circle-dot';
import Container from 'lucide-react/icons/container';
import Cpu from 'lucide-react/icons/cpu';
import Unplug from 'lucide-react/icons/unplug';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { formatMemory } from '../../shared/format.ts';
import { useConnectionState } from '../api.tsx';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { cx } from '../ui/cx.ts';
import { Progress } from '../ui/progress.tsx';
import { words } from '../words.ts';
import { jobPhase, pulledPart } from './job-progress.tsx';
import { JobsTray } from './jobs-tray.tsx';

export function StatusStrip() {
  const connection = useConnectionState();
  const { data: engine } = useStream(streams.engine);
  const { data: gpu } = useStream(streams.gpu);
  const { data: jobs = [] } = useStream(streams.jobs);
  const first = jobs.find((job) => job.state === 'running');
  const isPulling = first !== undefined && first.pull !== null && first.start === null;
  return (
    <footer
      aria-label={words.shell.status}
      className="flex h-10 shrink-0 items-center gap-5 border-t border-line bg-surface px-4 text-xs text-ink-soft"
    >
      {engine !== undefined && <EngineEntry engine={engine} />}
      {gpu !== undefined && <GpuEntry report={gpu} />}
      <span className="flex items-center gap-1.5 max-lg:sr-only">
        {connection.status === 'connected' ? (
          <CircleDot aria-hidden className="size-3.5 text-good" />
        ) : (
          <Unplug aria-hidden className="size-3.5 text-warn" />
        )}
        {words.connection.short[connection.status]}
      </span>
      <span className="flex min-w-0 flex-1 items-center justify-end gap-3">
        {first !== undefined && (
          <>
            <span className="min-w-0 truncate">
              <span className="font-medium text-ink">{first.title}</span> · {jobPhase(first)}
            </span>
            <span className="w-28 shrink-0">
              <Progress
                label={words.jobs.progressOf(first.title)}
                value={isPulling && first.pull !== null ? pulledPart(first.pull) : null}
                valueText={jobPhase(first)}
                isStalled={isPulling && first.pull?.stalledSince !== null}
                isThin
              />
            </span>
          </>
        )}
        <JobsTray jobs={jobs} />
      </span>
    </footer>
  );
}

function EngineEntry({ engine }: { engine: EngineState }) {
  const isLost = engine.status === 'unreachable';
  const title = engine.failure === null ? engine.endpoint?.address : errorCatalog[engine.failure.code].title;
  return (
    <span className={cx('flex items-center gap-1.5 whitespace-nowrap', isLost && 'text-bad')} title={title}>
      <Container aria-hidden className="size-3.5" />
      {engine.status === 'connected'
        ? words.engine.named(words.engine.kinds[engine.kind ?? 'unknown'], engine.version)
        : words.engine.strip[engine.status]}
    </span>
  );
}

/** Sums of what is known; a card that does not say how much it has is left out of both. */
export function gpuMemory(report: GpuReport): { usedMiB: number; totalMiB: number } | null {
  let usedMiB = 0;
  let totalMiB = 0;
  for (const { memoryUsedMiB, memoryTotalMiB } of report.gpus) {
    if (memoryUsedMiB === null || memoryTotalMiB === null) continue;
    usedMiB += memoryUsedMiB;
    totalMiB += memoryTotalMiB;
  }
  return totalMiB === 0 ? null : { usedMiB, totalMiB };
}

function GpuEntry({ report }: { report: GpuReport }) {
  const memory = gpuMemory(report);
  if (memory === null) {
    return (
      <span
        className="flex items-center gap-1.5 whitespace-nowrap"
        title={report.failure === null ? undefined : errorCatalog[report.failure.code].title}
      >
        <Cpu aria-hidden className="size-3.5" />
        {report.gpus.length === 0 ? words.gpu.none : words.gpu.device(0, report.gpus[0]?.name ?? null)}
      </span>
    );
  }
  const text = words.gpu.of(formatMemory(memory.usedMiB), formatMemory(memory.totalMiB));
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap">
      <Cpu aria-hidden className="size-3.5" />
      <span className="max-lg:sr-only">{words.gpu.strip}</span>
      <span className="w-16">
        <Progress
          label={words.gpu.strip}
          value={memory.usedMiB / memory.totalMiB}
          valueText={text}
          tone="idle"
          isThin
        />
      </span>
      <span className="tabular-nums">{text}</span>
    </span>
  );
}

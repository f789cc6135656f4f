import CircleDot from 'lucide-react/icons/circle-dot';
import CloudOff from 'lucide-react/icons/cloud-off';
import Container from 'lucide-react/icons/container';
import Cpu from 'lucide-react/icons/cpu';
import Unplug from 'lucide-react/icons/unplug';
import type { ReactNode } from 'react';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { errorCatalog } from '../../shared/error-catalog.ts';
import { formatMemory } from '../../shared/format.ts';
import { useConnectionState } from '../api.tsx';
import { useStream } from '../hooks/use-stream.ts';
import { streams } from '../query.ts';
import { toHash } from '../router.ts';
import { cx } from '../ui/cx.ts';
import { Progress } from '../ui/progress.tsx';
import { words } from '../words.ts';
import { jobPhase, pulledPart } from './job-progress.tsx';
import { JobsTray } from './jobs-tray.tsx';
import { gpuMemory } from './machine.ts';

/**
 * Under every page: engine, GPU memory in use, connection, jobs. Where there is little room words go before numbers,
 * and what is not shown is still read out and stands in the title.
 */
export function StatusStrip() {
  const { data: engine } = useStream(streams.engine);
  const { data: jobs = [] } = useStream(streams.jobs);
  const first = jobs.find((job) => job.state === 'running');
  const pull = first !== undefined && first.start === null ? first.pull : null;
  return (
    <footer
      aria-label={words.shell.status}
      className="flex min-h-10 low:min-h-8 shrink-0 items-center gap-x-3 border-t border-line bg-surface px-3 text-xs text-ink-soft lg:gap-x-5"
    >
      {engine !== undefined && <EngineEntry engine={engine} />}
      <GpuEntry />
      <NetworkEntry />
      <span className="flex min-w-0 flex-1 items-center justify-end gap-3">
        {first !== undefined && (
          <>
            <span className="min-w-0 truncate max-md:hidden">
              <span className="font-medium text-ink">{first.title}</span> · {jobPhase(first)}
            </span>
            <span className="w-28 shrink-0 max-md:hidden">
              <Progress
                label={words.jobs.progressOf(first.title)}
                value={pull === null ? null : pulledPart(pull)}
                valueText={jobPhase(first)}
                isStalled={pull !== null && pull.stalledSince !== null}
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

const stripLink =
  'flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm whitespace-nowrap hover:text-ink pointer-coarse:min-h-control';

/** Leads to Home, where the evidence and the fix are. */
function CheckLink({ title, isBad, children }: { title: string; isBad: boolean; children: ReactNode }) {
  return (
    <a
      href={toHash({ page: 'home' })}
      title={words.shell.checkMachine(title)}
      className={cx(stripLink, isBad && 'text-bad')}
    >
      {children}
    </a>
  );
}

function EngineEntry({ engine }: { engine: EngineState }) {
  const text =
    engine.status === 'connected'
      ? words.engine.named(words.engine.kinds[engine.kind ?? 'unknown'], engine.version)
      : words.engine.strip[engine.status];
  return (
    <CheckLink
      title={engine.failure === null ? text : errorCatalog[engine.failure.code].title}
      isBad={engine.status === 'unreachable'}
    >
      <Container aria-hidden className="size-3.5" />
      <span className="max-sm:sr-only">{text}</span>
    </CheckLink>
  );
}

const inStrip = (report: GpuReport) => ({
  memory: gpuMemory(report),
  name: report.gpus.length === 0 ? words.gpu.none : words.gpu.device(0, report.gpus[0]?.name ?? null),
  code: report.failure?.code ?? null,
});

function GpuEntry() {
  const { data } = useStream(streams.gpu, inStrip);
  if (data === undefined) return null;
  const { memory, name, code } = data;
  if (memory === null) {
    return (
      <CheckLink title={code === null ? name : errorCatalog[code].title} isBad={false}>
        <Cpu aria-hidden className="size-3.5" />
        <span className="max-sm:sr-only">{name}</span>
      </CheckLink>
    );
  }
  const text = words.gpu.of(formatMemory(memory.usedMiB), formatMemory(memory.totalMiB));
  return (
    <a href={toHash({ page: 'hardware', tab: 'board' })} title={words.gpu.memoryInUse(text)} className={stripLink}>
      <Cpu aria-hidden className="size-3.5" />
      <span className="max-lg:sr-only">{words.gpu.strip}</span>
      <span className="w-16 max-sm:hidden">
        <Progress
          label={words.gpu.strip}
          value={memory.usedMiB / memory.totalMiB}
          valueText={text}
          tone="idle"
          isThin
        />
      </span>
      <span className="tabular-nums">{text}</span>
    </a>
  );
}

/** The way to core, and, as far as core has met it, the way from there to NGC. */
function NetworkEntry() {
  const { status } = useConnectionState();
  const { data: ngc } = useStream(streams.ngc);
  const isCut = status !== 'connected';
  const isNgcAway = !isCut && ngc?.failure?.code === 'NGC_UNREACHABLE';
  const Icon = isCut ? Unplug : isNgcAway ? CloudOff : CircleDot;
  const text = isNgcAway ? errorCatalog.NGC_UNREACHABLE.title : words.connection.short[status];
  return (
    <span className="flex shrink-0 items-center gap-1.5 whitespace-nowrap" title={text}>
      <Icon aria-hidden className={cx('size-3.5', isCut || isNgcAway ? 'text-warn' : 'text-good')} />
      <span className="max-lg:sr-only">{text}</span>
    </span>
  );
}

import RotateCw from 'lucide-react/icons/rotate-cw';
import type { ReactNode } from 'react';
import type { Check, CheckId, DoctorReport } from '../../../shared/contract/doctor.ts';
import { checkWords, doctorSummary, doctorText, firstBroken } from '../../../shared/doctor.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { words } from '../../words.ts';
import { CheckRow } from './check-row.tsx';

/** The others are links, of which each needs the ones before it. */
const besides: ReadonlySet<CheckId> = new Set(['disk', 'cache', 'shared-memory', 'key', 'hosts']);

interface ChecksPanelProps {
  report: DoctorReport;
  onRecheck: (id: CheckId | null) => void;
  onProbe: (isAgain: boolean) => void;
}

/** All checks: the first broken link stands out, everything behind it waits. */
export function ChecksPanel({ report, onRecheck, onProbe }: ChecksPanelProps) {
  const { doctor } = words;
  const broken = firstBroken(report);
  const rows = (checks: readonly Check[]) =>
    checks.map((check) => (
      <CheckRow
        key={check.id}
        check={check}
        isFirstBroken={check.id === broken?.id}
        onRecheck={() => onRecheck(check.id)}
        action={
          check.id === 'probe' ? (
            <ProbeButton check={check} isProbing={report.isProbing} onProbe={onProbe} />
          ) : undefined
        }
      />
    ));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p aria-live="polite" className="min-w-0 text-sm font-medium">
          {doctorSummary(report)}
        </p>
        <div className="flex flex-wrap gap-2">
          <CopyButton hasText label={doctor.copyAll} text={() => doctorText(report)} />
          <Button
            size="small"
            icon={<RotateCw aria-hidden className="size-icon-small" />}
            isBusy={report.isRunning}
            onClick={() => onRecheck(null)}
          >
            {doctor.recheckAll}
          </Button>
        </div>
      </div>
      {broken !== null && <FirstBroken check={broken} />}
      <Group title={doctor.chain}>{rows(report.checks.filter(({ id }) => !besides.has(id)))}</Group>
      <Group title={doctor.needs}>{rows(report.checks.filter(({ id }) => besides.has(id)))}</Group>
    </div>
  );
}

/** What it says stands in the list, too; but there it may be out of sight. */
function FirstBroken({ check }: { check: Check }) {
  const { doctor } = words;
  return (
    <Callout tone="bad" title={doctor.first(doctor.titles[check.id])}>
      <p className="text-ink">{check.remedy}</p>
      <p className="mt-1 wrap-anywhere">{checkWords(check).problem}</p>
    </Callout>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="overflow-clip rounded-xl border border-line bg-surface shadow-card">
      <h2 className="border-b border-line px-4 py-2.5 text-sm font-semibold">{title}</h2>
      {/* In the order of the chain, so numbered for whoever hears it. */}
      <ol>{children}</ol>
    </section>
  );
}

interface ProbeButtonProps {
  check: Check;
  isProbing: boolean;
  onProbe: (isAgain: boolean) => void;
}

/** Looking at this one means making a container: never without being asked for. */
function ProbeButton({ check, isProbing, onProbe }: ProbeButtonProps) {
  const { doctor } = words;
  const isFirst = check.state === 'unknown' || check.state === 'skipped';
  return (
    <Button size="small" isBusy={isProbing} disabled={check.state === 'checking'} onClick={() => onProbe(!isFirst)}>
      {isProbing ? doctor.probing : isFirst ? doctor.probe : doctor.probeAgain}
    </Button>
  );
}

import CircleCheck from 'lucide-react/icons/circle-check';
import Hourglass from 'lucide-react/icons/hourglass';
import RotateCw from 'lucide-react/icons/rotate-cw';
import { type ReactNode, useState } from 'react';
import type { Check, CheckId, DoctorReport } from '../../../shared/contract/doctor.ts';
import { doctorSummary, doctorText, firstBroken } from '../../../shared/doctor.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';
import { CheckRow } from './check-row.tsx';
import { groupChecks, nothingSeen } from './group-checks.ts';

/** The others are links, of which each needs the ones before it. */
const besides: ReadonlySet<CheckId> = new Set(['disk', 'cache', 'shared-memory', 'key', 'hosts']);

interface ChecksPanelProps {
  report: DoctorReport;
  onRecheck: (id: CheckId | null) => void;
  onProbe: (isAgain: boolean) => void;
}

/** All checks: what is broken stands open with its remedy, everything behind it waits, and what is good is folded. */
export function ChecksPanel({ report, onRecheck, onProbe }: ChecksPanelProps) {
  const { doctor } = words;
  const broken = firstBroken(report);
  const row = (check: Check, isDense: boolean) => (
    <CheckRow
      key={check.id}
      check={check}
      isDense={isDense}
      isFirstBroken={check.id === broken?.id}
      onRecheck={() => onRecheck(check.id)}
      action={
        check.id === 'probe' ? <ProbeButton check={check} isProbing={report.isProbing} onProbe={onProbe} /> : undefined
      }
    />
  );
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
      <Group title={doctor.chain} checks={report.checks.filter(({ id }) => !besides.has(id))} row={row} />
      <Group title={doctor.needs} checks={report.checks.filter(({ id }) => besides.has(id))} row={row} />
    </div>
  );
}

interface GroupProps {
  title: string;
  checks: readonly Check[];
  row: (check: Check, isDense: boolean) => ReactNode;
}

/** What needs somebody stands open; what is alike is a line that opens. */
function Group({ title, checks, row }: GroupProps) {
  const { doctor } = words;
  const [before, setBefore] = useState(nothingSeen);
  const { open, waiting, passing, seen } = groupChecks(checks, before);
  if (seen !== before) setBefore(seen);
  const isLooking = passing.some(({ id }) => seen.states[id] === undefined);
  return (
    <section aria-label={title} className="overflow-clip rounded-xl border border-line bg-surface shadow-card">
      <h2 className="px-4 py-2.5 text-sm font-semibold">{title}</h2>
      {/* In the order of the chain, so numbered for whoever hears it. */}
      {open.length > 0 && <ol>{open.map((check) => row(check, false))}</ol>}
      <Fold icon={<Hourglass aria-hidden className="size-icon text-ink-soft" />} label={doctor.waiting(waiting.length)}>
        {waiting.map((check) => row(check, true))}
      </Fold>
      <Fold
        icon={isLooking ? null : <CircleCheck aria-hidden className="size-icon text-good" />}
        label={isLooking ? doctor.looking : doctor.good(passing.length)}
      >
        {passing.map((check) => row(check, true))}
      </Fold>
    </section>
  );
}

function Fold({ icon, label, children }: { icon: ReactNode; label: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <div className="border-t border-line px-4 py-2">
      <Disclosure
        label={
          <span className="flex items-center gap-2 text-sm">
            {icon}
            {label}
          </span>
        }
      >
        <ol className="-mx-4 -mb-2">{children}</ol>
      </Disclosure>
    </div>
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

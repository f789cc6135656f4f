import { useQuery } from '@tanstack/react-query';
import Cpu from 'lucide-react/icons/cpu';
import X from 'lucide-react/icons/x';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { GpuReport } from '../../../shared/contract/gpu.ts';
import type { DeploySpec } from '../../../shared/contract/nims.ts';
import { errorCatalog } from '../../../shared/error-catalog.ts';
import { formatMemory } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { gpuMemory } from '../../app/machine.ts';
import { TabPanel } from '../../app/tab-panel.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Meter } from '../../ui/meter.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';
import { type Board, isUp } from './board.ts';
import { Candidates } from './candidates.tsx';
import { GpuCard, LostCard } from './gpu-card.tsx';
import { Legend } from './legend.tsx';
import { type Candidate, candidateKey, usePlacing } from './placing.ts';
import { type BoardView, useBoard } from './use-board.ts';

/** GPUs and slices as lanes, with what runs on them, and the way to put something onto one. */
export function BoardTab() {
  const { report, board, nims, around, failure } = useBoard();
  if (report === undefined || board === undefined)
    return <TabPanel>{failure === null ? <SkeletonList rows={3} /> : <ErrorCard failure={failure} />}</TabPanel>;
  if (report.gpus.length === 0 && board.lost.length === 0) return <NoGpu report={report} />;
  return (
    <TabPanel width="wide">
      {failure !== null && <ErrorCard failure={failure} />}
      <Summary report={report} board={board} />
      <Candidates nims={nims} />
      <Lanes board={board} around={around} nims={nims} />
      <Legend />
    </TabPanel>
  );
}

function NoGpu({ report: { failure } }: { report: GpuReport }) {
  const { hardware: text } = words;
  const checks = (
    <a href={toHash({ page: 'hardware', tab: 'checks' })} className={buttonClass()}>
      {text.openChecks}
    </a>
  );
  // That there is none is an answer; that nobody can say is a fault.
  const isNone = failure === null || failure.code === 'NO_GPU_FOUND' || failure.code === 'NVIDIA_SMI_MISSING';
  return (
    <TabPanel>
      {isNone ? (
        <Empty icon={<Cpu aria-hidden className="size-icon-large" />} title={text.none} actions={checks}>
          {failure !== null && <p>{errorCatalog[failure.code].title}</p>}
          <p>{text.noneHint}</p>
        </Empty>
      ) : (
        <Callout tone="bad" title={`${text.unread}: ${errorCatalog[failure.code].title}`} actions={checks}>
          <p>{failure.message}</p>
          <p>{errorCatalog[failure.code].remedy}</p>
        </Callout>
      )}
    </TabPanel>
  );
}

/** The same sum as in the strip under every page. */
function Summary({ report, board }: { report: GpuReport; board: Board }) {
  const { hardware: text } = words;
  const memory = gpuMemory(report);
  const slices = report.gpus.reduce((all, { migDevices }) => all + migDevices.length, 0);
  const running = new Set(
    board.gpus.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.nims.map(({ nim }) => nim.id))),
  );
  const took = report.tookMs;
  return (
    <div className="flex flex-col gap-2">
      {memory !== null && (
        <Meter
          label={text.total}
          value={memory.usedMiB}
          max={memory.totalMiB}
          valueText={words.gpu.of(formatMemory(memory.usedMiB), formatMemory(memory.totalMiB))}
        />
      )}
      <p className="flex flex-wrap gap-x-4 text-xs text-ink-soft">
        <span>{text.devices(report.gpus.length, slices)}</span>
        <span>{text.running(running.size)}</span>
        <span>
          {took === undefined
            ? text.paceUnknown
            : text.pace(
                words.hardware.seconds(number(took / 1000, { maximumFractionDigits: 1, minimumFractionDigits: 1 })),
              )}
        </span>
      </p>
      {report.failure !== null && (
        <Callout tone="warn" title={errorCatalog[report.failure.code].title}>
          <p>{errorCatalog[report.failure.code].remedy}</p>
        </Callout>
      )}
      {board.strangers.length > 0 && (
        <Callout tone="warn" title={text.strangersTitle}>
          <ul>
            {board.strangers.map(({ nim, ids }) => (
              <li key={nim.id}>{text.stranger(nim.name, ids)}</li>
            ))}
          </ul>
        </Callout>
      )}
    </div>
  );
}

/** A window holds about so many in two columns; beyond that what is alike is compared by columns. */
const mostRoomyLanes = 12;

interface LanesProps extends Pick<BoardView, 'around' | 'nims'> {
  board: Board;
}

function Lanes({ board, around, nims }: LanesProps) {
  const { place: text } = words.hardware;
  const root = useRef<HTMLDivElement>(null);
  const candidate = usePlacing((placing) => placing.candidate);
  const isDragged = usePlacing((placing) => placing.isDragged);
  const drop = usePlacing((placing) => placing.drop);
  const [shownNim, setShownNim] = useState<string | null>(null);
  const answers = useAnswers(candidate, around);
  const run = useRunOn();
  const isCompact = board.gpus.reduce((sum, { lanes }) => sum + lanes.length, 0) > mostRoomyLanes;
  // A NIM that is gone cannot be placed any more, and neither can one that has begun again.
  const { subject } = candidate ?? {};
  const isGone = subject?.kind === 'nim' && !nims.some((nim) => nim.id === subject.nimId && !isUp(nim));

  const onPlace = useCallback(
    (deviceId: string) => {
      const placed = usePlacing.getState().candidate;
      if (placed === null) return;
      run(placed, deviceId);
      drop();
    },
    [run, drop],
  );

  const cancel = () => {
    const key = candidate === null ? '' : candidateKey(candidate);
    drop();
    // Back to where it was picked up.
    document.querySelector<HTMLElement>(`[data-candidate="${CSS.escape(key)}"]`)?.focus();
  };

  useEffect(() => {
    if (isGone) drop();
  }, [isGone, drop]);
  // With the page nothing stays picked up.
  useEffect(() => drop, [drop]);
  useEffect(() => {
    if (candidate !== null && !isDragged) root.current?.querySelector<HTMLElement>('[data-place]')?.focus();
  }, [candidate, isDragged]);

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (candidate === null) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      cancel();
      return;
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }

  return (
    // Arrow keys go from place to place; each is a button that Tab reaches as well.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- as above
    <div ref={root} className="@container" onKeyDown={onKeyDown}>
      <div aria-live="polite">
        {candidate !== null && (
          <div className="pb-4">
            <Callout
              title={text.placing(candidate.name)}
              actions={
                <Button icon={<X aria-hidden className="size-icon" />} onClick={cancel}>
                  {text.cancel}
                </Button>
              }
            >
              {text.placingHint}
            </Callout>
          </div>
        )}
      </div>
      <div className="grid items-start gap-4 @4xl:grid-cols-2 @8xl:grid-cols-4">
        {board.gpus.map((item) => (
          <GpuCard
            key={item.gpu.uuid ?? item.gpu.index}
            item={item}
            isCompact={isCompact}
            candidate={candidate}
            answers={answers}
            shownNim={shownNim}
            onShowNim={setShownNim}
            onPlace={onPlace}
          />
        ))}
        {board.lost.map((lost) => (
          <LostCard key={lost.uuid} lost={lost} />
        ))}
      </div>
    </div>
  );
}

/** Where it fits, by device id; null while nothing is being placed. */
function useAnswers(candidate: Candidate | null, around: string) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: keys.fitPlaces(candidate === null ? '' : candidateKey(candidate), around),
    queryFn: ({ signal }) => {
      const { subject } = candidate ?? { subject: { kind: 'image' as const, reference: '' } };
      return api.fit.places({ subject, profile: null, contextTokens: null }, { signal });
    },
    enabled: candidate !== null,
    // What runs changes the answer, and that is in the key; other programs' memory is not.
    staleTime: 5_000,
  });
  return useMemo(() => {
    if (candidate === null || data === undefined) return null;
    return new Map(
      data.places.flatMap((answer) => answer.devices.flatMap(({ id }) => (id === null ? [] : [[id, answer] as const]))),
    );
  }, [candidate, data]);
}

const plainSpec = (reference: string): DeploySpec => ({
  reference,
  name: null,
  gpus: { kind: 'all' },
  port: null,
  profile: null,
  allowAnyOrigin: false,
  environment: [],
});

/** Opens the run dialog with this place chosen; a NIM that has ended brings its own choices along. */
function useRunOn(): (candidate: Candidate, deviceId: string) => void {
  const api = useApi();
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const { run } = useAction(
    async ({ candidate: { subject, reference } }: { candidate: Candidate; deviceId: string }) => {
      if (subject.kind === 'image') return plainSpec(reference);
      return (await api.nims.inspect({ nimId: subject.nimId })).spec;
    },
    {
      onDone: (spec, { deviceId }) =>
        openRun(spec.reference, {
          jobId: null,
          spec: { ...spec, name: null, port: null, gpus: { kind: 'devices', ids: [deviceId] } },
        }),
    },
  );
  return useCallback((candidate, deviceId) => run({ candidate, deviceId }), [run]);
}

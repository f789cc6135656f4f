import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { MetricsSample, MetricsState } from '../../../shared/contract/metrics.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { TabPanel } from '../../app/tab-panel.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Callout } from '../../ui/callout.tsx';
import { Chart, ChartGrid } from '../../ui/chart.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { listed } from '../../words/intl.ts';
import { isMissing, metricsCharts, missingSeries } from './charts.ts';
import { createSampleWindow } from './sample-window.ts';
import { TotalsCard } from './totals-card.tsx';

const minutesOf = { '5': 5, '15': 15, all: Infinity } as const;
type Shown = keyof typeof minutesOf;

/** What the NIM, the engine and the driver measure, as lines. */
export function MetricsTab({ nim }: { nim: Nim }) {
  const api = useApi();
  const { data: state, failure } = useStream(useMemo(() => streams.metrics(nim.id), [nim.id]));
  const window = useMemo(() => createSampleWindow(api, nim.id), [api, nim.id]);
  const samples = useSyncExternalStore(window.subscribe, window.samples);
  const [shown, setShown] = useState<Shown>('5');
  useEffect(() => window.open(), [window]);
  useEffect(() => {
    if (state !== undefined) window.follow(state);
  }, [window, state]);

  if (state === undefined)
    return (
      <TabPanel width="wide">
        {failure === null ? <SkeletonList rows={3} rowClassName="h-44" /> : <ErrorCard failure={failure} />}
      </TabPanel>
    );
  const readFailure = window.failure();
  return (
    <TabPanel width="wide">
      {failure !== null && <ErrorCard failure={failure} />}
      {readFailure !== null && <ErrorCard failure={readFailure} />}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Segmented
          label={words.metrics.window}
          value={shown}
          onChange={setShown}
          segments={(['5', '15', 'all'] as const).map((value) => ({ value, label: words.metrics.windows[value] }))}
        />
        {nim.address !== null && state.nimSource === 'answering' && (
          <span className="flex items-center gap-1 text-sm text-ink-soft">
            {words.metrics.address}
            <code className="font-mono text-code text-ink wrap-anywhere">{`${nim.address}/v1/metrics`}</code>
            <CopyButton text={`${nim.address}/v1/metrics`} label={words.metrics.copyAddress} />
          </span>
        )}
      </div>
      <SourceNote state={state} />
      <Charts state={state} samples={recent(samples, minutesOf[shown])} />
      {state.totals !== null && <TotalsCard totals={state.totals} />}
    </TabPanel>
  );
}

function SourceNote({ state }: { state: MetricsState }) {
  const { nimSource } = state;
  if (nimSource === 'answering') {
    const missing = missingSeries(state);
    if (missing.length === 0) return null;
    return <Callout title={`${words.metrics.missing} ${listed(missing)}.`}>{words.metrics.missingHint}</Callout>;
  }
  const { title, hint } = words.metrics.sources[nimSource];
  return (
    <Callout tone={nimSource === 'not-answering' ? 'warn' : 'info'} title={title}>
      {hint}
    </Callout>
  );
}

function Charts({ state, samples }: { state: MetricsState; samples: readonly MetricsSample[] }) {
  const points = useMemo(() => toPoints(samples), [samples]);
  const times = useMemo(() => points.map(({ time }) => time), [points]);
  const isOver = state.nimSource === 'off';
  return (
    <ChartGrid>
      {metricsCharts(state)
        .filter((chart) => !isMissing(chart, state))
        .map(({ key, title, series, format, note, empty, max, steps }) => (
          <Chart
            key={key}
            title={title}
            times={times}
            series={series.map(({ label, value }) => ({
              label,
              values: points.map(({ sample }) => (sample === null ? null : value(sample))),
            }))}
            format={format}
            empty={empty}
            state={isOver && samples.length > 0 ? 'old' : 'ready'}
            {...(note === undefined ? {} : { note })}
            {...(max === undefined ? {} : { max })}
            {...(steps === undefined ? {} : { steps })}
          />
        ))}
    </ChartGrid>
  );
}

/** Those of the last minutes before the newest one. */
export function recent(samples: readonly MetricsSample[], minutes: number): readonly MetricsSample[] {
  const newest = samples.at(-1);
  if (newest === undefined || minutes === Infinity) return samples;
  const from = Date.parse(newest.at) - minutes * 60_000;
  const start = samples.findIndex(({ at }) => Date.parse(at) >= from);
  return start <= 0 ? samples : samples.slice(start);
}

/** While nobody looks, a NIM is asked once a minute; a line across such a gap would claim what was not measured. */
const longestGapMs = 15_000;

export interface MetricsPoint {
  /** Milliseconds since 1970. */
  time: number;
  /** Null: between two samples that lie far apart. */
  sample: MetricsSample | null;
}

export function toPoints(samples: readonly MetricsSample[]): MetricsPoint[] {
  return samples.flatMap((sample, index) => {
    const time = Date.parse(sample.at);
    const before = samples[index - 1];
    const since = before === undefined ? 0 : time - Date.parse(before.at);
    return since > longestGapMs
      ? [
          { time: time - since / 2, sample: null },
          { time, sample },
        ]
      : [{ time, sample }];
  });
}

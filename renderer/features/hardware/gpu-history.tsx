import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { GpuDevice, GpuHistorySample } from '../../../shared/contract/gpu.ts';
import { formatMemory } from '../../../shared/format.ts';
import { median } from '../../../shared/median.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Chart } from '../../ui/chart.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';
import { sliceName } from './lane-row.tsx';

type Range = keyof typeof words.hardware.ranges;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the keys' type
const ranges = Object.keys(words.hardware.ranges) as Range[];

/** Core keeps a sample every 10 s: asking more often brings nothing new. */
const refreshMs = 10_000;

/** A gap of this many times the usual step is one: nobody looked and no NIM ran. */
const gapSteps = 4;

/** What a GPU or one of its slices was like, as core kept it. */
export function GpuHistory({ gpu }: { gpu: GpuDevice }) {
  const { hardware: text } = words;
  const api = useApi();
  const [range, setRange] = useState<Range>('900');
  const devices = [
    ...(gpu.uuid === null
      ? []
      : [{ value: gpu.uuid, label: text.wholeGpu, totalMiB: gpu.memoryTotalMiB, isSlice: false }]),
    ...gpu.migDevices.flatMap((slice) =>
      slice.uuid === null
        ? []
        : [{ value: slice.uuid, label: sliceName(slice), totalMiB: slice.memoryTotalMiB, isSlice: true }],
    ),
  ];
  const [chosen, setChosen] = useState<string | null>(null);
  const device = devices.find(({ value }) => value === chosen) ?? devices[0];
  const seconds = Number(range);
  const uuid = device?.value ?? '';
  const { data, error } = useQuery({
    queryKey: keys.gpuHistory(uuid, seconds),
    queryFn: ({ signal }) => api.gpu.history({ uuid, seconds }, { signal }),
    enabled: uuid !== '',
    refetchInterval: refreshMs,
  });
  const samples = useMemo(() => withGaps(data ?? []), [data]);
  const times = useMemo(() => samples.map(({ at }) => Date.parse(at)), [samples]);
  if (device === undefined) return <p className="text-xs text-ink-soft">{words.gpu.unnamed}</p>;
  const state = data === undefined ? 'loading' : 'ready';
  const empty = samples.length === 0 ? text.historyEmpty : text.historyUnmeasured;
  const line = (key: Exclude<keyof GpuHistorySample, 'at'>, label: string) => [
    { label, values: samples.map((sample) => sample[key]) },
  ];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Segmented
          label={text.historyRange}
          value={range}
          onChange={setRange}
          segments={ranges.map((value) => ({ value, label: text.ranges[value] }))}
        />
        {devices.length > 1 && (
          <Select label={text.historyDevice} value={uuid} onChange={setChosen} options={devices} />
        )}
      </div>
      {error !== null && <ErrorCard failure={toAppError(error)} />}
      <div className="@container">
        <div className="grid gap-3 @2xl:grid-cols-2">
          <Chart
            title={text.memory}
            times={times}
            series={line('memoryUsedMiB', text.memory)}
            format={formatMemory}
            steps="binary"
            state={state}
            empty={empty}
            {...(device.totalMiB === null ? {} : { max: device.totalMiB })}
          />
          {!device.isSlice && (
            <>
              <Chart
                title={text.busy}
                times={times}
                series={line('utilizationPercent', text.busy)}
                format={percent}
                max={100}
                state={state}
                empty={gpu.migEnabled === true ? text.notMeasurable : empty}
              />
              <Chart
                title={text.temperature}
                times={times}
                series={line('temperatureCelsius', text.temperature)}
                format={celsius}
                state={state}
                empty={empty}
              />
              <Chart
                title={text.power}
                times={times}
                series={line('powerWatts', text.power)}
                format={watts}
                state={state}
                empty={empty}
              />
            </>
          )}
        </div>
      </div>
      <p className="text-xs text-ink-soft">{text.historyNote}</p>
    </div>
  );
}

const percent = (value: number) => words.hardware.percent(number(Math.round(value)));
const celsius = (value: number) => words.hardware.celsius(number(Math.round(value)));
const watts = (value: number) => words.hardware.watts(number(Math.round(value)));

/** An unknown moment where nothing was recorded for long, so that no line leads across it. */
export function withGaps(samples: readonly GpuHistorySample[]): GpuHistorySample[] {
  const at = samples.map((sample) => Date.parse(sample.at));
  const steps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  const usual = median(steps) ?? 0;
  return samples.flatMap((sample, index) => {
    const step = steps[index - 1] ?? 0;
    if (index === 0 || step <= usual * gapSteps) return [sample];
    const between = new Date((at[index] ?? 0) - Math.round(step / 2)).toISOString();
    return [
      { at: between, memoryUsedMiB: null, utilizationPercent: null, temperatureCelsius: null, powerWatts: null },
      sample,
    ];
  });
}

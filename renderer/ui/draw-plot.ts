import UPlot from 'uplot';
import { dashes, lonely } from './chart-values.ts';
import type { ChartSeries } from './chart.tsx';

export interface PlotShape {
  labels: readonly string[];
  format: (value: number) => string;
  /** The top of the axis where it is known; else it follows the values. */
  max: number | undefined;
  /** Between the values on the axis; without, they are round in tens. */
  steps: AxisSteps | undefined;
}

/** `whole`: of what is counted there is no half. `binary`: round in powers of two, as memory is. */
export type AxisSteps = 'whole' | 'binary';

/** Seconds between the times on the axis; uPlot's own list leaves out two minutes, and has one tick where five fit. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

const valueSteps: Record<AxisSteps, number[]> = {
  whole: Array.from({ length: 7 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat(),
  binary: Array.from({ length: 40 }, (_, power) => 2 ** power),
};

/** False where there is no canvas, as in component tests. */
export const canDraw = (): boolean => document.createElement('canvas').getContext('2d') !== null;

export const clock = (milliseconds: number): string => new Date(milliseconds).toLocaleTimeString('en-GB');

export function plotData(times: readonly number[], series: readonly ChartSeries[]): UPlot.AlignedData {
  return [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])];
}

/** Room above the highest value; an idle line lies on the ground, not in the middle. */
export function topOf(high: number | null): number {
  return high === null || high <= 0 ? 1 : high * 1.1;
}

/** Colours are roles of the style sheet, `light-dark()` and all; a canvas must be told what they are now. */
function colourReader(element: HTMLElement): (role: string) => string {
  const probe = document.createElement('span');
  element.append(probe);
  const style = getComputedStyle(probe);
  return (role) => {
    probe.style.setProperty('color', `var(--${role})`);
    return style.color;
  };
}

function widest(plot: UPlot, values: string[] | null): number {
  plot.ctx.save();
  plot.ctx.font = plot.axes[1]?.font?.[0] ?? plot.ctx.font;
  const width = Math.max(0, ...(values ?? []).map((value) => plot.ctx.measureText(value).width));
  plot.ctx.restore();
  return width / devicePixelRatio;
}

export function drawPlot(
  element: HTMLElement,
  { labels, format, max, steps }: PlotShape,
  data: UPlot.AlignedData,
): UPlot {
  const colour = colourReader(element);
  const { fontFamily } = getComputedStyle(element);
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const axis: UPlot.Axis = {
    stroke: colour('ink-soft'),
    font: `${Math.round(11 * scale)}px ${fontFamily}`,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
    gap: 6 * scale,
  };
  const options: UPlot.Options = {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8 * scale, 12 * scale, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 * scale } },
    scales: { y: { range: (_plot, _low, high) => [0, max ?? topOf(high)] } },
    series: [
      {},
      ...labels.map((label, index) => ({
        label,
        stroke: colour(`series-${index + 1}`),
        width: 2 * scale,
        dash: (dashes[index] ?? []).map((length) => length * scale),
        points: {
          show: true,
          size: 5 * scale,
          filter: (plot: UPlot, seriesIndex: number) => lonely([...(plot.data[seriesIndex] ?? [])]),
        },
      })),
    ],
    axes: [
      {
        ...axis,
        incrs: timeSteps,
        space: 70 * scale,
        size: 26 * scale,
        values: (_plot, splits) => splits.map((at) => clock(at * 1000)),
      },
      {
        ...axis,
        ...(steps === undefined ? {} : { incrs: valueSteps[steps] }),
        space: 36 * scale,
        size: (plot, values) => widest(plot, values) + 12 * scale,
        values: (_plot, splits) => splits.map(format),
      },
    ],
  };
  element.replaceChildren();
  return new UPlot(options, data, element);
}

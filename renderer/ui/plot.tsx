import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import UPlot from 'uplot';
import { words } from '../words.ts';
import type { ChartSeries } from './chart.tsx';

interface PlotProps {
  title: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  max?: number;
}

// Told apart without colour, too.
const dashes: number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 2], [12, 4]];

const keySteps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

const canDraw = () => document.createElement('canvas').getContext('2d') !== null;

const clock = (milliseconds: number) => new Date(milliseconds).toLocaleTimeString('en-GB');

function dataOf(times: readonly number[], series: readonly ChartSeries[]): UPlot.AlignedData {
  return [times.map((time) => time / 1000), ...series.map(({ values }) => [...values])];
}

/** Colours are roles of the style sheet; a canvas must be told what they are now. */
function optionsFor(element: HTMLElement, { series, format, max }: PlotProps): UPlot.Options {
  const style = getComputedStyle(element);
  const role = (name: string) => {
    // `light-dark()` is resolved for properties that are used, not for custom ones.
    element.style.setProperty('color', `var(--${name})`);
    const colour = style.color;
    element.style.removeProperty('color');
    return colour;
  };
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const axis: UPlot.Axis = {
    stroke: role('ink-soft'),
    font: `${Math.round(11 * size)}px ${style.fontFamily}`,
    grid: { stroke: role('grid'), width: 1 },
    ticks: { show: false },
    gap: 6 * size,
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8 * size, 8 * size, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 * size } },
    scales: { y: { range: (_plot, _low, high) => [0, max ?? topOf(high)] } },
    series: [
      {},
      ...series.map(({ label }, index) => ({
        label,
        stroke: role(`series-${index + 1}`),
        width: 2 * size,
        dash: dashes[index] ?? [],
        points: { show: false },
      })),
    ],
    axes: [
      { ...axis, space: 90 * size, size: 26 * size, values: (_plot, splits) => splits.map((at) => clock(at * 1000)) },
      {
        ...axis,
        space: 36 * size,
        size: (plot, values) => widest(plot, values) + 12 * size,
        values: (_plot, splits) => splits.map(format),
      },
    ],
  };
}

/** Room above the highest value; an idle line lies on the ground, not in the middle. */
function topOf(high: number | null): number {
  return high === null || high <= 0 ? 1 : high * 1.1;
}

function widest(plot: UPlot, values: string[] | null): number {
  plot.ctx.save();
  plot.ctx.font = plot.axes[1]?.font?.[0] ?? plot.ctx.font;
  const width = Math.max(0, ...(values ?? []).map((value) => plot.ctx.measureText(value).width));
  plot.ctx.restore();
  return width / devicePixelRatio;
}

/** The lines. Arrow keys move over the values and have them read out. */
export function Plot(props: PlotProps) {
  const { title, times, series, format, max } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const [at, setAt] = useState<number | null>(null);
  const hint = useId();
  const labels = series.map(({ label }) => label).join('\n');

  useEffect(() => {
    const element = box.current;
    if (element === null || !canDraw()) return undefined;
    const draw = () => {
      plot.current?.destroy();
      const { times: allTimes, series: all } = newest.current;
      const made = new UPlot(optionsFor(element, newest.current), dataOf(allTimes, all), element);
      made.over.addEventListener('mousemove', () => setAt(made.cursor.idx ?? null));
      made.over.addEventListener('mouseleave', () => setAt(null));
      plot.current = made;
    };
    draw();
    const sizes = new ResizeObserver(() => {
      if (plot.current?.width !== element.clientWidth || plot.current.height !== element.clientHeight)
        plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    sizes.observe(element);
    // Other colours: by the settings, or by the system.
    const looks = new MutationObserver(draw);
    looks.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    return () => {
      sizes.disconnect();
      looks.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [labels, max]);

  useEffect(() => plot.current?.setData(dataOf(times, series)), [times, series]);

  function onKeyDown(event: KeyboardEvent) {
    const last = times.length - 1;
    const step = keySteps[event.key];
    let next: number;
    if (step !== undefined) next = Math.min(last, Math.max(0, (at ?? last + 1) + step));
    else if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = last;
    else return;
    event.preventDefault();
    setAt(next);
    const made = plot.current;
    if (made !== null) made.setCursor({ left: made.valToPos((times[next] ?? 0) / 1000, 'x'), top: 0 });
  }

  const time = at === null ? undefined : times[at];
  const reading =
    at === null || time === undefined
      ? ''
      : [
          clock(time),
          ...series.map(({ label, values }) => {
            const value = values[at] ?? null;
            return `${label}: ${value === null ? words.ui.noValue : format(value)}`;
          }),
        ].join(' · ');

  return (
    <>
      <div
        ref={box}
        // The values under the keys; without it a chart can only be looked at.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys read single values
        tabIndex={0}
        role="application"
        aria-label={title}
        aria-describedby={hint}
        className="h-full w-full rounded-sm"
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
      />
      <span id={hint} className="sr-only">
        {words.ui.chartHint}
      </span>
      <output className="pointer-events-none absolute top-0 right-0 max-w-full rounded-md border border-line bg-raised/95 px-2 py-1 text-xs tabular-nums empty:hidden">
        {reading}
      </output>
    </>
  );
}

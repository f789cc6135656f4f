import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type UPlot from 'uplot';
import { words } from '../words.ts';
import type { ChartSeries } from './chart.tsx';
import { type AxisSteps, canDraw, clock, drawPlot, plotData } from './draw-plot.ts';

interface PlotProps {
  title: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  max?: number;
  steps?: AxisSteps;
}

const keySteps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

/** What a canvas must be drawn anew for: other colours, by the settings or by the system. */
function onLookChange(draw: () => void): () => void {
  const attributes = new MutationObserver(draw);
  attributes.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', draw);
  return () => {
    attributes.disconnect();
    for (const query of queries) query.removeEventListener('change', draw);
  };
}

/** The lines. Arrow keys move over the values and have them read out. */
export function Plot({ title, times, series, format, max, steps }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const hint = useId();
  const data = useMemo(() => plotData(times, series), [times, series]);
  const newestData = useRef(data);
  // As one text, so that the same labels are the same shape.
  const labels = series.map(({ label }) => label).join('\n');

  const draw = useCallback(() => {
    const element = box.current;
    if (element === null || element.clientWidth === 0) return;
    plot.current?.destroy();
    const made = drawPlot(element, { labels: labels.split('\n'), format, max, steps }, newestData.current);
    made.over.addEventListener('mousemove', () => setAt(made.cursor.idx ?? null));
    made.over.addEventListener('mouseleave', () => setAt(null));
    plot.current = made;
  }, [labels, format, max, steps]);

  useEffect(() => {
    newestData.current = data;
    plot.current?.setData(data);
  }, [data]);

  useEffect(() => {
    const element = box.current;
    if (element === null || !canDraw()) return undefined;
    // Also the first drawing: the observer reports the size it begins with.
    const sizes = new ResizeObserver(draw);
    sizes.observe(element);
    const stop = onLookChange(draw);
    return () => {
      sizes.disconnect();
      stop();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [draw]);

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
  const facts = series.map(({ label, values }) => {
    const value = at === null ? null : (values[at] ?? null);
    return words.ui.fact(label, value === null ? words.ui.noValue : format(value));
  });

  return (
    <>
      {/* Not a picture only: its values can be gone through by arrow keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a widget of its own */}
      <div
        ref={box}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above
        tabIndex={0}
        role="application"
        aria-label={title}
        aria-describedby={hint}
        className="absolute inset-0 rounded-sm"
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
      />
      <span id={hint} className="sr-only">
        {words.ui.chartHint}
      </span>
      <output className="pointer-events-none absolute top-0 right-0 flex max-w-full flex-wrap gap-x-3 rounded-md border border-line bg-raised/95 px-2 py-1 text-xs tabular-nums empty:hidden">
        {time !== undefined && [clock(time), ...facts].map((fact) => <span key={fact}>{fact}</span>)}
      </output>
    </>
  );
}

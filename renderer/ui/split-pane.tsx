import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { words } from '../words.ts';

interface SplitPaneProps {
  /** Names the pane at the start, whose width is set. */
  label: string;
  start: ReactNode;
  children: ReactNode;
  /** Of the pane at the start, in rem. */
  size: number;
  onSize: (size: number) => void;
  min?: number;
  max?: number;
}

const keySteps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -6, PageUp: 6 };

/** Two panes with a bar between them that can be moved by pointer and by arrow keys (ARIA window splitter). */
export function SplitPane({ label, start, children, size, onSize, min = 12, max = 40 }: SplitPaneProps) {
  const root = useRef<HTMLDivElement>(null);
  const from = useRef<{ x: number; size: number } | null>(null);
  const set = (next: number) => onSize(Math.min(max, Math.max(min, next)));

  // Through the object model: the page's policy forbids style attributes.
  useEffect(() => root.current?.style.setProperty('--split', `${size}rem`), [size]);

  function onKeyDown(event: KeyboardEvent) {
    const step = keySteps[event.key];
    if (step !== undefined) set(size + step);
    else if (event.key === 'Home') set(min);
    else if (event.key === 'End') set(max);
    else return;
    event.preventDefault();
  }

  function onPointerMove(event: PointerEvent) {
    if (from.current === null) return;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    set(from.current.size + (event.clientX - from.current.x) / rem);
  }

  return (
    <div ref={root} className="flex min-h-0 min-w-0 flex-1">
      <div className="flex min-h-0 w-(--split) max-w-1/2 shrink-0 flex-col">{start}</div>
      <div
        // The widget role of ARIA: a separator that can be focused.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- ARIA window splitter
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={words.ui.splitter(label)}
        aria-valuenow={Math.round(size)}
        aria-valuemin={min}
        aria-valuemax={max}
        className="group relative w-2 shrink-0 cursor-col-resize touch-none outline-none"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, size };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          from.current = null;
        }}
        onPointerCancel={() => {
          from.current = null;
        }}
      >
        <span className="absolute inset-y-0 left-1/2 w-px bg-line group-hover:w-0.5 group-hover:bg-accent group-focus-visible:w-0.5 group-focus-visible:bg-accent" />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</div>
    </div>
  );
}

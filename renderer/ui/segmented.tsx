import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';

export interface Segment<Value extends string> {
  value: Value;
  label: ReactNode;
  icon?: ReactNode;
}

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  segments: readonly Segment<Value>[];
}

/** One of a few, all in sight: a filter, a range of time. */
export function Segmented<Value extends string>({ label, value, onChange, segments }: SegmentedProps<Value>) {
  return (
    <ToggleGroup<Value>
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        // Pressing the pressed one would leave none.
        if (next !== undefined) onChange(next);
      }}
      className="inline-flex min-h-control w-fit items-stretch gap-0.5 rounded-md border border-line-strong/60 bg-sunken p-0.5"
    >
      {segments.map((segment) => (
        <Toggle
          key={segment.value}
          value={segment.value}
          className="inline-flex min-w-8 pointer-coarse:min-h-control items-center justify-center gap-1.5 rounded-sm border border-transparent px-3 text-sm font-medium whitespace-nowrap text-ink-soft hover:text-ink data-pressed:border-accent data-pressed:bg-accent-soft data-pressed:text-accent"
        >
          {segment.icon}
          {segment.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

/** The same in a form: its label is seen, too. */
export function SegmentedField<Value extends string>(props: SegmentedProps<Value>) {
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="text-sm font-medium">
        {props.label}
      </span>
      <Segmented {...props} />
    </div>
  );
}

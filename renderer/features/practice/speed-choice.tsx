import { practiceSpeeds } from '../../../shared/contract/practice.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Select } from '../../ui/select.tsx';
import { words } from '../../words.ts';

/** How fast pulls and starts go. A speed that is none of the offered ones was asked for at start, and is shown. */
export function SpeedChoice({ speed }: { speed: number }) {
  const api = useApi();
  const change = useAction((next: number) => api.practice.setSpeed({ speed: next }));
  const speeds = [...new Set([...practiceSpeeds, speed])].toSorted((a, b) => a - b);
  return (
    <Select
      label={words.practice.speed.label}
      value={String(speed)}
      options={speeds.map((each) => ({ value: String(each), label: words.practice.speed.times(each) }))}
      onChange={(next) => change.run(Number(next))}
    />
  );
}

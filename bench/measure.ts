import { median } from '../shared/median.ts';

/** What each run gave, both sides in turn so that a machine that slows down slows both. */
export interface Result {
  name: string;
  unit: string;
  ours: number;
  comparator: number;
  /** ours ÷ comparator, of the medians; below 1 is better. */
  ratio: number;
  /** ours − comparator, of the medians. */
  added: number;
  /** Processor time of this process in a run of ours, the median: on a busy machine it says more than the time that passed. */
  oursCpu: number;
  /** Of 20 runs and more. */
  p95?: { ours: number; comparator: number; added: number };
  runs: { ours: number[]; comparator: number[] };
  against: string;
}

export interface Measure {
  name: string;
  against: string;
  /** Default: ms. */
  unit?: string;
  /** One run of ours, and one of the comparator. */
  ours: () => Promise<number>;
  comparator: () => Promise<number>;
}

const medianOf = (values: readonly number[]) => median(values) ?? Number.NaN;

function p95Of(runs: Result['runs']): NonNullable<Result['p95']> {
  const at = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
  const [ours, comparator] = [at(runs.ours), at(runs.comparator)];
  return { ours, comparator, added: round(ours - comparator, 2) };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

/** @param warmUps rounds whose figures do not count: what happens once for a program is not what is compared */
export async function compare(measure: Measure, rounds: number, warmUps = 0): Promise<Result> {
  const runs = { ours: [] as number[], comparator: [] as number[] };
  const cpu: number[] = [];
  for (let index = 0; index < warmUps + rounds; index += 1) {
    // The first of a round has the colder caches, so they take turns.
    const order = index % 2 === 0 ? (['ours', 'comparator'] as const) : (['comparator', 'ours'] as const);
    for (const side of order) {
      const before = process.cpuUsage();
      const took = round(await measure[side](), 2);
      const { user, system } = process.cpuUsage(before);
      if (index < warmUps) continue;
      runs[side].push(took);
      if (side === 'ours') cpu.push((user + system) / 1000);
    }
  }
  const ours = medianOf(runs.ours);
  const comparator = medianOf(runs.comparator);
  return {
    name: measure.name,
    unit: measure.unit ?? 'ms',
    ours: round(ours, 2),
    comparator: round(comparator, 2),
    ratio: round(ours / comparator, 3),
    added: round(ours - comparator, 2),
    oursCpu: round(medianOf(cpu), 2),
    ...(rounds < 20 ? {} : { p95: p95Of(runs) }),
    runs,
    against: measure.against,
  };
}

export type Labels = Readonly<Record<string, string>>;

const labelText = (labels: Labels) => {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? '' : `{${pairs.map(([key, value]) => `${key}="${value}"`).join(',')}}`;
};

/** As Python's client writes them: `0.0`, `1.48e+09`. */
function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`;
  return String(value);
}

const family = (name: string, type: string, help: string, samples: string[]) =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ''].join('\n');

/** When the process began to count; each counter and histogram has such a sibling. */
function createdFamily(name: string, help: string, labels: readonly Labels[], since: number): string {
  return family(
    name,
    'gauge',
    help,
    labels.map((of) => `${name}${labelText(of)} ${String(since / 1000)}`),
  );
}

export function gauge(name: string, help: string, samples: readonly (readonly [Labels, number])[]): string {
  return family(
    name,
    'gauge',
    help,
    samples.map(([labels, value]) => `${name}${labelText(labels)} ${numberText(value)}`),
  );
}

export function counter(
  name: string,
  help: string,
  samples: readonly (readonly [Labels, number])[],
  since: number,
): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${numberText(value)}`);
  const created = `${name.replace(/_total$/, '')}_created`;
  return (
    family(name, 'counter', help, lines) +
    createdFamily(
      created,
      help,
      samples.map(([labels]) => labels),
      since,
    )
  );
}

export interface Histogram {
  observe(value: number, times?: number): void;
  render(labels: Labels, since: number): string;
}

export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const limits = [...bounds, Infinity];
  const counts = limits.map(() => 0);
  let sum = 0;
  return {
    observe(value, times = 1) {
      const index = limits.findIndex((limit) => value <= limit);
      counts[index] = (counts[index] ?? 0) + times;
      sum += value * times;
    },
    render(labels, since) {
      let total = 0;
      const lines = limits.map((limit, index) => {
        total += counts[index] ?? 0;
        return `${name}_bucket${labelText({ ...labels, le: numberText(limit) })} ${numberText(total)}`;
      });
      lines.push(
        `${name}_count${labelText(labels)} ${numberText(total)}`,
        `${name}_sum${labelText(labels)} ${numberText(sum)}`,
      );
      return family(name, 'histogram', help, lines) + createdFamily(`${name}_created`, help, [labels], since);
    },
  };
}

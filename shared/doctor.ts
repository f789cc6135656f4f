import type { Check, CheckId, CheckState, DoctorReport, Evidence } from './contract/doctor.ts';
import { errorCatalog } from './error-catalog.ts';

/** The words of the checks, the same in pages, terminal and copied text. */
export const checkTitles: Record<CheckId, string> = {
  platform: 'System',
  card: 'Card on the bus',
  driver: 'Driver answers',
  library: 'Driver and library agree',
  'driver-version': 'Driver is new enough',
  mig: 'MIG slices',
  environment: 'Nothing hides the GPUs',
  engine: 'Engine answers',
  'engine-version': 'Engine is new enough',
  toolkit: 'NVIDIA Container Toolkit',
  cdi: 'CDI files',
  'engine-gpu': 'Engine knows the GPU',
  probe: 'A container sees the GPU',
  disk: 'Disk space',
  cache: 'Model cache can be written',
  'shared-memory': 'Shared memory',
  key: 'NGC key',
  hosts: 'Hosts can be reached',
};

export const checkStateWords: Record<CheckState, string> = {
  checking: 'Looking',
  ok: 'Good',
  warning: 'Look at this',
  failed: 'Broken',
  unknown: 'Not known',
  'not-applicable': 'Not needed',
  skipped: 'Waits',
};

/** The first link that is broken: what to mend before everything behind it. */
export function firstBroken({ checks }: Pick<DoctorReport, 'checks'>): Check | null {
  return checks.find(({ state }) => state === 'failed') ?? null;
}

export function countStates({ checks }: Pick<DoctorReport, 'checks'>): Record<CheckState, number> {
  const counts: Record<CheckState, number> = {
    checking: 0,
    ok: 0,
    warning: 0,
    failed: 0,
    unknown: 0,
    'not-applicable': 0,
    skipped: 0,
  };
  for (const { state } of checks) counts[state] += 1;
  return counts;
}

/** In a sentence. Good is said only where everything that matters here has been seen. */
export function doctorSummary(report: Pick<DoctorReport, 'checks'>): string {
  const { checking, failed, warning, unknown } = countStates(report);
  if (checking > 0) return 'Looking …';
  const broken = firstBroken(report);
  if (broken !== null) {
    const others = failed - 1;
    const first = `Broken: ${checkTitles[broken.id]}.`;
    return others === 0 ? first : `${first} ${others} more ${others === 1 ? 'is' : 'are'} broken.`;
  }
  const notKnown = unknown === 0 ? '' : ` ${unknown} could not be seen.`;
  if (warning > 0)
    return `Nothing is broken; ${warning === 1 ? 'one thing needs' : `${warning} things need`} a look.${notKnown}`;
  return unknown === 0 ? 'Everything that matters here is good.' : `Nothing broken was found.${notKnown}`;
}

/** What went wrong and what was seen, a text and its source each; the engine's or driver's own words are said once. */
export function checkWords({ evidence, failure }: Pick<Check, 'evidence' | 'failure'>): {
  problem: string | null;
  seen: Evidence[];
} {
  if (failure === null) return { problem: null, seen: evidence };
  const { code, message } = failure;
  return {
    problem: message === '' ? errorCatalog[code].title : message,
    seen: evidence.filter(({ text }) => text !== message),
  };
}

/** All of one check, a line each, without its title. */
export function checkLines(check: Check): string[] {
  const { failure, remedy, against, brokenBy } = check;
  const { problem, seen } = checkWords(check);
  return [
    ...(brokenBy === null ? [] : [`Waits for: ${checkTitles[brokenBy]}`]),
    ...(failure === null ? [] : [`${problem} (${failure.code})`]),
    ...seen.map(({ text, source }) => (source === null ? text : `${text}  [${source}]`)),
    ...(against === null ? [] : [`Measured against: ${against}`]),
    ...(remedy === null ? [] : [`To do: ${remedy}`]),
  ];
}

/** The whole report as text, to be pasted into a question. It holds no key: no evidence does. */
export function doctorText(report: Pick<DoctorReport, 'checks'>): string {
  const blocks = report.checks.map((check) =>
    [
      `[${checkStateWords[check.state]}] ${checkTitles[check.id]}`,
      ...checkLines(check).map((line) => `    ${line.replaceAll('\n', '\n    ')}`),
    ].join('\n'),
  );
  return [doctorSummary(report), '', ...blocks, ''].join('\n');
}

/** Below: the next image hardly fits. The median image of the list unpacks to about 20 GB, and its model comes on top. */
export const littleDiskBytes = 40e9;

import type { Check, CheckId, Evidence } from '../../shared/contract/doctor.ts';
import type { Failure } from '../../shared/contract/common.ts';
import { errorCatalog, type ErrorCode } from '../../shared/errors.ts';
import type { KnownReadings, ReadingName } from './readings.ts';

/** What a judge says: a check without its times. */
export type Verdict = Pick<Check, 'state' | 'evidence' | 'failure' | 'remedy' | 'against'>;

/** One link. Its judge is pure, and is asked as soon as every reading it needs has ended, well or badly. */
export interface Link {
  id: CheckId;
  needs: readonly ReadingName[];
  /** Links without which this one cannot be good. */
  after: readonly CheckId[];
  judge: (readings: KnownReadings) => Verdict;
}

interface More {
  against?: string;
  /** Where the catalogue's remedy is not the one for this case. */
  remedy?: string;
}

export const seen = (text: string, source: string | null = null): Evidence => ({ text, source });

export function ok(evidence: Evidence[], against: string | null = null): Verdict {
  return { state: 'ok', evidence, failure: null, remedy: null, against };
}

export function notApplicable(...evidence: Evidence[]): Verdict {
  return { state: 'not-applicable', evidence, failure: null, remedy: null, against: null };
}

/** Could not be seen. @param failure why looking failed; null: nobody tells */
export function unknown(evidence: Evidence[], failure: Failure | null = null, { against, remedy }: More = {}): Verdict {
  return { state: 'unknown', evidence, failure, remedy: remedy ?? null, against: against ?? null };
}

const wrong =
  (state: 'warning' | 'failed') =>
  (code: ErrorCode, message: string, evidence: Evidence[], { against, remedy }: More = {}): Verdict => ({
    state,
    evidence,
    failure: { code, message },
    remedy: remedy ?? errorCatalog[code].remedy,
    against: against ?? null,
  });

export const warning = wrong('warning');
export const failed = wrong('failed');

/** `570.86.10` before `570.133.20`: versions are lists of numbers (gpu facts 6). Below 0: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

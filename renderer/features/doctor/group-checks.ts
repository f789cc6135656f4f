import type { Check, CheckId, CheckState } from '../../../shared/contract/doctor.ts';

/** Of two or more that are alike a line is enough; in place of a single row it would say less in as much room. */
const fewestFolded = 2;

/** What has been seen while the page is there: none leaves its place under somebody's hands. */
export interface SeenChecks {
  /** How each was before it was looked at again. */
  states: Readonly<Partial<Record<CheckId, CheckState>>>;
  /** Those that stood open once. */
  opened: readonly CheckId[];
}

export const nothingSeen: SeenChecks = { states: {}, opened: [] };

export interface CheckGroups {
  /** What needs somebody, and what is alone in what it is. */
  open: readonly Check[];
  /** For the one that is broken before them. */
  waiting: readonly Check[];
  /** Good, not needed here, or being looked at for the first time. */
  passing: readonly Check[];
  /** To be given with the next report; the same one where nothing is new. */
  seen: SeenChecks;
}

export function groupChecks(checks: readonly Check[], before: SeenChecks): CheckGroups {
  const states = { ...before.states };
  for (const { id, state } of checks) if (state !== 'checking') states[id] = state;
  const kindOf = ({ id }: Check) => {
    const state = states[id];
    // Its button is for somebody to press.
    if (before.opened.includes(id) || (id === 'probe' && state !== 'skipped')) return 'open';
    if (state === 'skipped') return 'waiting';
    return state === undefined || state === 'ok' || state === 'not-applicable' ? 'passing' : 'open';
  };
  const folded = (kind: ReturnType<typeof kindOf>) => {
    const found = checks.filter((check) => kindOf(check) === kind);
    return found.length < fewestFolded ? [] : found;
  };
  const [waiting, passing] = [folded('waiting'), folded('passing')];
  const open = checks.filter((check) => !waiting.includes(check) && !passing.includes(check));
  const isNew =
    checks.some(({ id }) => states[id] !== before.states[id]) || open.some(({ id }) => !before.opened.includes(id));
  const opened = [...new Set([...before.opened, ...open.map(({ id }) => id)])];
  return { open, waiting, passing, seen: isNew ? { states, opened } : before };
}

import type { Check, CheckId } from '../../shared/contract/doctor.ts';
import { driverLinks } from './judge-driver.ts';
import { engineLinks } from './judge-engine.ts';
import { toolkitLinks } from './judge-toolkit.ts';
import { needsLinks } from './judge-needs.ts';
import type { KnownReadings, ReadingName } from './readings.ts';
import { type Link, seen, unknown, type Verdict } from './verdict.ts';

const links: readonly Link[] = [...driverLinks, ...engineLinks, ...toolkitLinks, ...needsLinks];

/**
 * Every check, from what is known. Pure. A check whose readings are under way is `checking`; one that is bad or
 * unknown behind a broken link is `skipped`, since it may be nothing but that link's consequence. What could be seen to be
 * good stays good.
 * @param pending what is being looked at
 */
export function judgeAll(readings: KnownReadings, pending: ReadonlySet<ReadingName>): Check[] {
  const judged = links.map((link) => judgeLink(link, readings, pending));
  const isBroken = new Set(judged.filter(({ state }) => state === 'failed').map(({ id }) => id));
  return judged.map((check, index) => {
    const brokenBy = links[index]?.after.find((id) => isBroken.has(id));
    if (brokenBy === undefined || !['failed', 'unknown', 'warning'].includes(check.state)) return check;
    return { ...check, state: 'skipped', brokenBy, remedy: null };
  });
}

function judgeLink({ id, needs, judge }: Link, readings: KnownReadings, pending: ReadonlySet<ReadingName>): Check {
  const nothing = { id, brokenBy: null, checkedAt: null, tookMs: null };
  if (needs.some((name) => pending.has(name)) || (id === 'probe' && pending.has('probe')))
    return { ...nothing, state: 'checking', evidence: [], failure: null, remedy: null, against: null };
  if (needs.some((name) => readings[name] === undefined)) return { ...nothing, ...unknown([seen('Not looked at.')]) };
  const used = [...needs, ...(id === 'probe' ? (['probe'] as const) : [])].flatMap((name) => {
    const reading = readings[name];
    return reading === undefined ? [] : [reading];
  });
  const verdict = judgeSafely(judge, readings);
  return {
    ...nothing,
    ...verdict,
    checkedAt:
      used
        .map(({ endedAt }) => endedAt)
        .toSorted()
        .at(-1) ?? null,
    tookMs: Math.max(0, ...used.map(({ tookMs }) => tookMs)),
  };
}

/** A judge that fails is our mistake, and must not hide the others' words. */
function judgeSafely(judge: Link['judge'], readings: KnownReadings): Verdict {
  try {
    return judge(readings);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unknown([seen('What was read could not be judged.')], { code: 'INTERNAL', message });
  }
}

/** What has to be read for these checks; all of them where none is named. The probe is made only by its own operation. */
export function readingsFor(ids: readonly CheckId[] | null): Set<ReadingName> {
  const wanted = links.filter(({ id }) => ids === null || ids.includes(id));
  return new Set(wanted.flatMap(({ needs }) => needs).filter((name) => name !== 'probe'));
}

import { expect, test } from 'vitest';
import type { CheckId } from '../../../shared/contract/doctor.ts';
import { brokenDriverReport, fakeCheck, fakeReport } from '../../testing/fake-doctor.ts';
import { type CheckGroups, groupChecks, nothingSeen } from './group-checks.ts';

const idsOf = ({ open, waiting, passing }: CheckGroups): CheckId[][] =>
  [open, waiting, passing].map((checks) => checks.map(({ id }) => id));

test('what is broken and what warns stands open, what waits and what is good is folded, each in the order of the chain', () => {
  const [open, waiting, passing] = idsOf(groupChecks(brokenDriverReport().checks, nothingSeen));
  expect(open).toEqual(['library', 'cache']);
  expect(waiting).toEqual(['driver-version', 'mig', 'cdi', 'probe']);
  expect(passing).toContain('platform');
  expect(passing).toContain('key');
  expect([...(open ?? []), ...(waiting ?? []), ...(passing ?? [])]).toHaveLength(fakeReport().checks.length);
});

test('one alone is not folded, and neither is the one that somebody must start', () => {
  expect(idsOf(groupChecks([fakeCheck('disk')], nothingSeen))).toEqual([['disk'], [], []]);
  expect(idsOf(groupChecks([fakeCheck('probe'), fakeCheck('disk'), fakeCheck('cache')], nothingSeen))).toEqual([
    ['probe'],
    [],
    ['disk', 'cache'],
  ]);
});

test('what is looked at again stays where it was, and so does what has been mended', () => {
  const checks = ['disk', 'cache', 'key'] as const;
  const broken = checks.map((id) => fakeCheck(id, id === 'cache' ? { state: 'failed' } : {}));
  const before = groupChecks(broken, nothingSeen);
  expect(idsOf(before)).toEqual([['cache'], [], ['disk', 'key']]);
  const looking = groupChecks(
    checks.map((id) => fakeCheck(id, { state: 'checking' })),
    before.seen,
  );
  expect(idsOf(looking)).toEqual(idsOf(before));
  const mended = groupChecks(
    checks.map((id) => fakeCheck(id)),
    looking.seen,
  );
  expect(idsOf(mended)).toEqual(idsOf(before));
  expect(groupChecks(broken, before.seen).seen).toBe(before.seen);
});

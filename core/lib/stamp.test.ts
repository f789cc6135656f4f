import { expect, it } from 'vitest';
import { nanosecondsOf, stampOf, toEngineTime, toStamp } from './stamp.ts';

it.each([
  ['2026-11-24T15:09:01.123456789Z', '2026-11-24T15:09:01.123456789Z'],
  ['2026-11-24T15:09:01Z', '2026-11-24T15:09:01.000000000Z'],
  ['2026-11-24T15:09:01.25+05:30', '2026-11-24T09:39:01.250000000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000000Z'],
  ['yesterday', null],
  ['2026-13-24T15:09:01.1+00:00', null],
])('%s is %s', (text, stamp) => {
  expect(toStamp(text)).toBe(stamp);
});

it('counts in nanoseconds and back', () => {
  const stamp = '2026-11-24T15:09:01.023456789Z';
  expect(stampOf(nanosecondsOf(stamp) - 250_000_000n)).toBe('2026-11-24T15:09:00.773456789Z');
  expect(toEngineTime(stamp)).toBe('1795532941.023456789');
});

import { expect, test } from 'vitest';
import { isTaken } from './pick-port.ts';

test('a port that the system refuses is taken, except for small ones: the engine may have those', () => {
  expect(isTaken(8000, 'EADDRINUSE')).toBe(true);
  expect(isTaken(8000, 'EACCES')).toBe(true);
  expect(isTaken(443, 'EACCES')).toBe(false);
  expect(isTaken(8000, 'EADDRNOTAVAIL')).toBe(false);
});

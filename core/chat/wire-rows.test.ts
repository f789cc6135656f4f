import { describe, expect, it } from 'vitest';
import { readWire } from '../testing/read-wire.ts';
import { wireRows } from '../testing/wire-rows.ts';

describe('what servers were seen to send', () => {
  it.each(wireRows.map((row) => [row.row, row] as const))('%s', async (_name, row) => {
    const bytes = Buffer.from(row.body);
    const everyByte = Array.from({ length: bytes.length }, (_each, index) => index + 1);
    // Whole, and cut after every byte: inside characters, line ends and names.
    for (const cuts of [[], everyByte]) {
      const read = await readWire(row, bytes, cuts);
      const { code, message, ...answer } = row.expected;
      expect(read).toMatchObject(answer);
      expect(read.failure?.code).toBe(code);
      if (message instanceof RegExp) expect(read.failure?.message).toMatch(message);
      else if (message !== undefined) expect(read.failure?.message).toBe(message);
    }
  });

  it('names each row once', () => {
    expect(new Set(wireRows.map(({ row }) => row)).size).toBe(wireRows.length);
  });
});

import { expect, test } from 'vitest';
import { compare } from './measure.ts';

test('both sides run as often, in changing order, and the ratio is ours to theirs', async () => {
  const order: string[] = [];
  const result = await compare(
    {
      name: 'x',
      against: 'y',
      ours: async () => {
        order.push('ours');
        return 30;
      },
      comparator: async () => {
        order.push('comparator');
        return 20;
      },
    },
    2,
  );
  expect(order).toEqual(['ours', 'comparator', 'comparator', 'ours']);
  expect(result).toMatchObject({
    ours: 30,
    comparator: 20,
    ratio: 1.5,
    added: 10,
    runs: { ours: [30, 30], comparator: [20, 20] },
  });
});

test('a warm-up runs on both sides and counts on none', async () => {
  let run = 0;
  const next = async () => (run += 1);
  const { runs } = await compare({ name: 'x', against: 'y', ours: next, comparator: next }, 1, 1);
  expect(runs).toEqual({ ours: [4], comparator: [3] });
});

test('of twenty runs and more the slow ones are told, too', async () => {
  let next = 0;
  const measure = { name: 'x', against: 'y', ours: async () => (next += 1), comparator: async () => 5 };
  expect((await compare(measure, 20)).p95).toEqual({ ours: 19, comparator: 5, added: 14 });
  expect((await compare(measure, 19)).p95).toBeUndefined();
});

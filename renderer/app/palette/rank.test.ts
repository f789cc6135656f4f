import Search from 'lucide-react/icons/search';
import { describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { rank, shownResults } from './rank.ts';

const command = (id: string, changes: Partial<Command> = {}): Command => ({
  id,
  kind: 'action',
  label: id,
  icon: Search,
  run: () => {},
  ...changes,
});
const ids = (ranking: ReturnType<typeof rank>) =>
  ranking.groups.map((group) => [group.value, group.items.map((item) => item.command.id)]);

describe('before anything is typed', () => {
  test('used last first, then what is offered, by kind', () => {
    const commands = [
      command('model', { kind: 'model' }),
      command('chat', { kind: 'chat', isOffered: true }),
      command('nim', { kind: 'nim', isOffered: true }),
      command('do', { isOffered: true }),
    ];
    expect(ids(rank(commands, '', ['gone', 'model', 'nim']))).toEqual([
      ['recent', ['model', 'nim']],
      ['action', ['do']],
      ['chat', ['chat']],
    ]);
  });
  test('nothing is nothing', () => expect(rank([], '  ', [])).toEqual({ groups: [], count: 0 }));
});

describe('what was typed', () => {
  test('the better match first; used last decides between equals', () => {
    const commands = [command('b log one'), command('a log two'), command('log itself')];
    expect(ids(rank(commands, 'log', []))).toEqual([['results', ['log itself', 'b log one', 'a log two']]]);
    expect(ids(rank(commands, 'log', ['a log two']))).toEqual([['results', ['log itself', 'a log two', 'b log one']]]);
  });

  test('kinds in their order where the match says nothing', () => {
    const commands = [command('x', { kind: 'model', label: 'llama' }), command('y', { kind: 'nim', label: 'llama' })];
    expect(ids(rank(commands, 'llama', []))).toEqual([['results', ['y', 'x']]]);
  });

  test('says how many there are beyond those shown', () => {
    const commands = Array.from({ length: 100 }, (_, index) => command(`log ${index}`));
    const ranking = rank(commands, 'log', []);
    expect(ranking.count).toBe(100);
    expect(ranking.groups[0]?.items).toHaveLength(shownResults);
  });
});

test('five thousand are ranked before one notices', () => {
  const commands = Array.from({ length: 5_000 }, (_, index) =>
    command(`model-${index}`, {
      kind: 'model',
      label: `Run Llama ${index} instruct variant for chat`,
      detail: `nvcr.io/nim/publisher-${index % 90}/llama-${index}-instruct`,
      also: 'chat meta',
    }),
  );
  rank(commands, 'warm', []);
  const times = ['l', 'lla', 'llama 4999', 'publisher-7', 'xq', 'rnlma'].map((query) => {
    // The processor's time: what else the machine does must not count.
    const begin = process.cpuUsage();
    rank(commands, query, []);
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  });
  // 7 to 50 ms were measured on two cores with six other things to do.
  expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
});

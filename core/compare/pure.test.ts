import { describe, expect, test } from 'vitest';
import type { CompareRound } from '../../shared/contract/compare.ts';
import { byteLengthExceeds, maxFrameBytes } from '../../shared/rpc/wire.ts';
import { noTiming } from '../chat/answer.ts';
import { exportComparison } from './export.ts';
import { readPromptSet } from './prompt-set.ts';
import { sharingColumns } from './sharing.ts';
import { tallyOf } from './tally.ts';

const idOf = (digit: string) => digit.repeat(64);
const column = (id: string, digit: string) => ({ id, target: { kind: 'nim', nimId: idOf(digit) } as const });
const hosted = (id: string) => ({ id, target: { kind: 'hosted', model: 'm' } as const });
const nim = (digit: string, ...ids: string[]) => ({ id: idOf(digit), gpus: { kind: 'devices', ids } as const });

describe('columns that share a GPU', () => {
  test.each([
    ['two NIMs on one GPU', [column('a', '1'), column('b', '2')], [nim('1', 'GPU-x'), nim('2', 'GPU-x')], [['a', 'b']]],
    ['two NIMs on two', [column('a', '1'), column('b', '2')], [nim('1', 'GPU-x'), nim('2', 'GPU-y')], []],
    ['two slices', [column('a', '1'), column('b', '2')], [nim('1', 'MIG-x'), nim('2', 'MIG-y')], []],
    ['one NIM twice, even without a GPU', [column('a', '1'), column('b', '1')], [], [['a', 'b']]],
    ['hosted ones', [hosted('a'), hosted('b')], [], []],
    [
      'one that joins two others',
      [column('a', '1'), column('b', '2'), column('c', '3'), hosted('d')],
      [nim('1', 'GPU-x'), nim('2', 'GPU-y'), nim('3', 'GPU-x', 'GPU-y')],
      [['a', 'b', 'c']],
    ],
  ])('%s', (_name, columns, nims, groups) => {
    expect(sharingColumns(columns, nims, null)).toEqual(groups);
  });
});

const answer = (columnId: string, more: object = {}) => ({
  id: `answer-${columnId}`,
  columnId,
  name: columnId,
  state: 'done' as const,
  model: 'meta/llama',
  finishReason: 'stop',
  timing: { ...noTiming, ttftMs: 12.3456, tokensPerSecond: 40, completionTokens: 5 },
  failure: null,
  order: 'together' as const,
  sharedWith: [],
  text: 'Fine',
  reasoning: '',
  ...more,
});
const round = (more: Partial<CompareRound> = {}): CompareRound => ({
  id: 'round',
  number: 1,
  prompt: 'Hello',
  name: null,
  origin: 'typed',
  createdAt: '2026-01-31T10:20:30.000Z',
  vote: null,
  note: '',
  answers: [answer('a'), answer('b')],
  ...more,
});
const columns = ['a', 'b'].map((id) => ({
  id,
  name: id,
  target: { kind: 'hosted', model: id } as const,
  parameters: null,
}));
const parameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const setup = { title: 'A <b>title</b>', columns, parameters, order: 'together' as const, isBlind: false };
const about = { setup, madeAt: '2026-01-31T10:20:30.000Z', version: '0.1.0' };
async function exported(rounds: CompareRound[], format: 'csv' | 'html' | 'json') {
  const read = async (from: number, count: number) => rounds.slice(from, from + count);
  const pieces = await Array.fromAsync(exportComparison({ about, rounds: rounds.length, read }, format));
  return { fileName: pieces[0]?.fileName ?? '', text: pieces.map(({ text }) => text).join('') };
}

test('a column that failed has neither won nor lost', () => {
  const failed = { ...round().answers[1], ...answer('b', { state: 'failed' }) };
  const vote = { kind: 'column', columnId: 'a' } as const;
  expect(tallyOf([round({ vote, answers: [answer('a'), failed] })])).toEqual([
    { name: 'a', wins: 1, losses: 0, ties: 0, bothBad: 0 },
  ]);
});

describe('exports', () => {
  test('CSV keeps commas, quotes and line ends, and starts no formula', async () => {
    const { text, fileName } = await exported(
      [round({ prompt: '=1+1', answers: [answer('a', { text: 'x,"y"\nz' })] })],
      'csv',
    );
    expect(fileName).toBe('A-b-title-b-2026-01-31.csv');
    expect(text).toContain("'=1+1");
    expect(text).toContain('"x,""y""\nz"');
    expect(text).toContain('12.346');
  });

  test('CSV begins with the mark by which Excel knows UTF-8, and is read again as a set', async () => {
    const { text, fileName } = await exported([round({ prompt: 'Grüßte sie?', name: 'ü' })], 'csv');
    expect(text.startsWith('\uFEFFround,name,')).toBe(true);
    const { prompts, skipped } = readPromptSet(fileName, text);
    expect(prompts).toEqual([
      { prompt: 'Grüßte sie?', name: 'ü' },
      { prompt: 'Grüßte sie?', name: 'ü' },
    ]);
    expect(skipped).toEqual([]);
  });

  test('JSON holds what CSV does, as it was', async () => {
    const rounds = [round({ note: 'n', vote: { kind: 'tie' } }), round({ number: 2 })];
    const { text } = await exported(rounds, 'json');
    const whole = { nimdeck: '0.1.0', madeAt: about.madeAt, setup, tally: tallyOf(rounds), rounds };
    expect(text).toBe(`${JSON.stringify(whole, null, 2)}\n`);
    expect(JSON.parse((await exported([], 'json')).text)).toMatchObject({ tally: [], rounds: [] });
  });

  test.each(['csv', 'json', 'html'] as const)(
    '%s that is larger than a frame goes in pieces that each fit, and as they are read',
    async (format) => {
      // Of two units each, so that half of all cuts would go through one.
      const text = `${'x'.repeat(format.length)}${'😀'.repeat(1_500_000)}`;
      let textsRead = 0;
      const read = async (from: number, count: number, withTexts: boolean) => {
        if (withTexts) textsRead += count;
        return Array.from({ length: count }, (_, index) =>
          round({ number: from + index + 1, answers: [answer('a', { text: withTexts ? text : '' })] }),
        );
      };
      let bytes = 0;
      let end = '';
      for await (const piece of exportComparison({ about, rounds: 20, read }, format)) {
        expect(byteLengthExceeds(JSON.stringify(piece), maxFrameBytes.down / 8)).toBe(false);
        expect(piece.text.isWellFormed()).toBe(true);
        bytes += Buffer.byteLength(piece.text);
        end = piece.text.slice(-20);
        expect(textsRead).toBeLessThanOrEqual(1 + bytes / Buffer.byteLength(text));
      }
      expect(bytes).toBeGreaterThan(maxFrameBytes.down);
      expect(textsRead).toBe(20);
      expect(end).toMatch({ csv: /,\r\n$/, json: /\]\n\}\n$/, html: /<\/html>\n$/ }[format]);
    },
  );

  test('HTML is one file in which nothing runs and nothing is loaded', async () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>" onload="x';
    const { text } = await exported(
      [
        round({
          prompt: hostile,
          name: hostile,
          note: hostile,
          answers: [answer(hostile, { text: hostile, reasoning: hostile, model: hostile })],
        }),
      ],
      'html',
    );
    const page = new RegExp('<(?:script|img|link|iframe|object|embed|form|base|svg)', 'i');
    expect(text).not.toMatch(page);
    expect(text).not.toContain('" onload=');
    expect(text).toContain("default-src 'none'");
    const tags = text.match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.filter((tag) => /\s(?:src|href|on\w+|style)\s*=/i.test(tag))).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import type { FitAnswer } from '../../shared/contract/fit.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { OptionValues } from '../command.ts';
import { createPrinter } from '../print.ts';
import { fitCommand } from './fit.ts';

const answer: FitAnswer = {
  verdict: 'fits',
  reason: null,
  needMiB: 3_686,
  source: 'model-table',
  parts: [],
  devices: [],
  profile: null,
  processor: null,
  contextTokens: null,
  longestContextTokens: null,
  modelFilesGB: null,
  stop: [],
};

/** What the command asks of core, prints and ends with. */
async function run(options: OptionValues, verdict: FitAnswer['verdict'] = 'fits', isJson = false) {
  const asked: unknown[] = [];
  let printed = '';
  const print = createPrinter(isJson, { write: (text: string | Uint8Array) => (printed += String(text)) !== '' });
  const fit = {
    check: async (input: unknown) => {
      asked.push(input);
      return { ...answer, verdict };
    },
  };
  const code = await fitCommand.run({
    args: [],
    positionals: ['nvcr.io/nim/x/y:1'],
    options,
    print,
    interrupt: { signal: new AbortController().signal } as never,
    api: async () => ({ fit }) as unknown as Api,
  });
  return { code, asked: asked[0], printed };
}

describe('fit', () => {
  test.each([
    [{}, { gpus: null, profile: null, contextTokens: null }],
    [{ gpu: ['0'] }, { gpus: { kind: 'devices', ids: ['0'] } }],
    [{ gpu: ['GPU-a,GPU-b', 'MIG-c'] }, { gpus: { kind: 'devices', ids: ['GPU-a', 'GPU-b', 'MIG-c'] } }],
    [{ gpu: ['all'] }, { gpus: { kind: 'all' } }],
    [
      { profile: 'vllm-fp8-tp1-pp1-27.0', context: '8192' },
      { profile: 'vllm-fp8-tp1-pp1-27.0', contextTokens: 8192 },
    ],
  ] satisfies [OptionValues, object][])('%o', async (options, expected) => {
    const { asked } = await run(options);
    expect(asked).toMatchObject({ subject: { kind: 'image', reference: 'nvcr.io/nim/x/y:1' }, ...expected });
  });

  test('refuses a context that is no number of tokens', async () => {
    for (const context of ['0', '8k', '-1', '1e5']) {
      await expect(run({ context })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
  });

  test('ends with 0 only where it can be started, and prints the answer as it is with --json', async () => {
    expect((await run({})).code).toBe(0);
    expect((await run({}, 'tight')).code).toBe(0);
    expect((await run({}, 'does-not-fit')).code).toBe(1);
    const { code, printed } = await run({}, 'unknown', true);
    expect(code).toBe(1);
    expect(JSON.parse(printed)).toEqual({ ...answer, verdict: 'unknown' });
  });
});

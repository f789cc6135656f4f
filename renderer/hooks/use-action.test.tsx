import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { useQuickAction } from './use-action.ts';

function renderQuick() {
  const calls: PromiseWithResolvers<string>[] = [];
  const done: [string, string][] = [];
  let renders = 0;
  const { result } = renderHook(() => {
    renders += 1;
    return useQuickAction(
      (_input: string) => {
        const call = Promise.withResolvers<string>();
        calls.push(call);
        return call.promise;
      },
      (output, input) => done.push([input, output]),
    );
  });
  const run = (input: string) => act(() => result.current.run(input));
  return { result, run, calls, done, renders: () => renders };
}

test('what is over at once draws nothing, and nothing else begins meanwhile', async () => {
  const { result, run, calls, done, renders } = renderQuick();
  run('first');
  run('second');
  expect(calls).toHaveLength(1);
  await act(async () => calls[0]?.resolve('answered'));
  expect(done).toEqual([['first', 'answered']]);
  expect([renders(), result.current.isSlow]).toEqual([1, false]);
  run('third');
  expect(calls).toHaveLength(2);
});

test('what lasts says so until it ends', async () => {
  const { result, run, calls } = renderQuick();
  run('first');
  await waitFor(() => expect(result.current.isSlow).toBe(true));
  await act(async () => calls[0]?.resolve('answered'));
  expect(result.current.isSlow).toBe(false);
});

test('a failure stays until the next attempt', async () => {
  const { result, run, calls, done } = renderQuick();
  run('first');
  await act(async () => calls[0]?.reject(new AppError('NIM_NOT_READY', 'It starts.')));
  expect(result.current.failure?.code).toBe('NIM_NOT_READY');
  expect(done).toEqual([]);
  run('again');
  expect(result.current.failure).toBeNull();
});

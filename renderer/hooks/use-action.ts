import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { showFailure } from '../app/notices.ts';
import { toAppError } from './read-stream.ts';

export interface Action<Input> {
  run: (input: Input) => void;
  isRunning: boolean;
  failure: AppError | null;
  reset: () => void;
}

interface ActionOptions<Input, Output> {
  onDone?: (output: Output, input: Input) => void;
  /** Where what was asked for must not be lost with it. */
  onFailed?: (input: Input) => void;
  /** The page shows `failure` itself; otherwise a toast does. */
  isFailureShown?: boolean;
}

/** Something the user asked core to do, and how it went. */
export function useAction<Input, Output>(
  act: (input: Input) => Promise<Output>,
  options: ActionOptions<Input, Output> = {},
): Action<Input> {
  const mutation = useMutation<Output, unknown, Input>({
    mutationFn: act,
    onSuccess: (output, input) => options.onDone?.(output, input),
    onError: (error, input) => {
      options.onFailed?.(input);
      if (options.isFailureShown !== true) showFailure(toAppError(error));
    },
  });
  return {
    run: mutation.mutate,
    isRunning: mutation.isPending,
    failure: mutation.error === null ? null : toAppError(mutation.error),
    reset: mutation.reset,
  };
}

export interface QuickAction<Input> {
  /** Nothing happens while one runs. */
  run: (input: Input) => void;
  /** It runs for longer than is usual. */
  isSlow: boolean;
  failure: AppError | null;
}

/** From here on one waits. */
const slowMs = 150;

/**
 * As `useAction`, for what is mostly over within a frame or two: that it runs is not drawn until it lasts, because drawing
 * it would make it late. The page shows `failure` itself.
 */
export function useQuickAction<Input, Output>(
  act: (input: Input) => Promise<Output>,
  onDone: (output: Output, input: Input) => void,
): QuickAction<Input> {
  const isRunning = useRef(false);
  const [isSlow, setSlow] = useState(false);
  const [failure, setFailure] = useState<AppError | null>(null);

  async function run(input: Input): Promise<void> {
    if (isRunning.current) return;
    isRunning.current = true;
    setFailure(null);
    const timer = setTimeout(() => setSlow(true), slowMs);
    try {
      onDone(await act(input), input);
    } catch (error) {
      setFailure(toAppError(error));
    } finally {
      clearTimeout(timer);
      setSlow(false);
      isRunning.current = false;
    }
  }
  return { run: (input) => void run(input), isSlow, failure };
}

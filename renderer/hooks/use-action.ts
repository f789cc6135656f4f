import { useMutation } from '@tanstack/react-query';
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
    onError: (error) => {
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

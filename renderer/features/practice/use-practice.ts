import type { PracticeState } from '../../../shared/contract/practice.ts';
import { useConnection } from '../../api.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';

/** Whether this page practises; known from the first moment on, whatever the connection does. */
export function useIsPractice(): boolean {
  return useConnection().core === 'practice';
}

/** Null in the real thing, and until practice has said how it is. */
export function usePractice(): PracticeState | null {
  const isPractice = useIsPractice();
  return useStream(isPractice ? streams.practice : null).data ?? null;
}

import { useEffect } from 'react';
import type { TurnDelta } from '../../../shared/contract/chat.ts';
import type { CompareAnswer } from '../../../shared/contract/compare.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useConnection } from '../../api.tsx';
import { delay } from '../../hooks/pause.ts';
import { readStream } from '../../hooks/read-stream.ts';
import { isUnderWay, useAnswers, type AnswerSoFar } from './answers.ts';

/** Between being chosen and being asked there is nothing to follow yet, for as long as a request takes to be built. */
const notAskedYetMs = 100;

async function* followToEnd(api: Api, answerId: string, signal: AbortSignal): AsyncGenerator<TurnDelta> {
  while (!signal.aborted) {
    let isOver = false;
    const held = useAnswers.getState().answers[answerId];
    const from = { textFrom: held?.text.length ?? 0, reasoningFrom: held?.reasoning.length ?? 0 };
    for await (const delta of api.compare.follow({ answerId, ...from }, { signal })) {
      yield delta;
      isOver = !isUnderWay(delta.state);
    }
    if (isOver) return;
    await delay(notAskedYetMs, signal);
  }
}

/** An answer as it is being written, or as it was; null until it is known. Leaving stops the reading, never the answer. */
export function useAnswer(answer: Pick<CompareAnswer, 'id' | 'state'>): AnswerSoFar | null {
  const connection = useConnection();
  const { id, state } = answer;
  const isQueued = state === 'queued';
  const isEnded = !isUnderWay(state);
  const held = useAnswers((store) => store.answers[id]);

  useEffect(() => {
    const { forget } = useAnswers.getState();
    if (isQueued) return undefined;
    const abort = new AbortController();
    void readStream<TurnDelta>({
      connection,
      open: (signal) => followToEnd(connection.api, id, signal),
      onItem: (delta) => useAnswers.getState().apply(id, delta),
      // Its end is seen by `isEnded` as well; what is gone with its comparison has no place to be said.
      onFailure: () => {},
      signal: abort.signal,
      everyMs: 0,
    });
    return () => {
      abort.abort();
      forget(id);
    };
    // `isEnded` is no reason to begin again: the stream itself brings the end.
  }, [connection, id, isQueued]);

  useEffect(() => {
    // It ended while this window was out of reach of its stream, or was asked again: the store's word counts.
    if (!isEnded) return undefined;
    const known = useAnswers.getState().answers[id];
    if (known === undefined || !isUnderWay(known.state)) return undefined;
    const abort = new AbortController();
    void readStream<TurnDelta>({
      connection,
      open: (signal) => connection.api.compare.follow({ answerId: id, textFrom: 0, reasoningFrom: 0 }, { signal }),
      onItem: (delta) => useAnswers.getState().apply(id, delta),
      onFailure: () => {},
      signal: abort.signal,
      everyMs: 0,
    });
    return () => abort.abort();
  }, [connection, id, isEnded]);

  return isQueued ? null : (held ?? null);
}

import { skipToken, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { GpuReport, MemoryHolder } from '../../../shared/contract/gpu.ts';
import type { GpuProof } from '../../../shared/contract/gpu-proof.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useApi } from '../../api.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { type Board, buildBoard, isUp } from './board.ts';

const noNims: readonly Nim[] = [];
const noProofs: readonly GpuProof[] = [];
const noHolders: readonly MemoryHolder[] = [];

/** Processes come and go without a word; a NIM's are seen sooner, by its proof. */
const holdersEveryMs = 10_000;

export interface BoardView {
  /** Undefined until the first reading has come. */
  report: GpuReport | undefined;
  board: Board | undefined;
  nims: readonly Nim[];
  /** What is up: a text that changes with it. */
  around: string;
  failure: AppError | null;
}

/** Everything that the board shows, read every second for as long as it is mounted. */
export function useBoard(): BoardView {
  const api = useApi();
  useStream(streams.gpuClose);
  const { data: report, failure } = useStream(streams.gpu);
  const { data: list } = useStream(streams.nims);
  const { data: proofs = noProofs } = useStream(streams.gpuProofs);
  const nims = list?.nims ?? noNims;
  const around = nims.map(({ id, status }) => `${id} ${status}`).join();
  const { data: holders = noHolders } = useQuery({
    queryKey: [...keys.gpuHolders(), around],
    queryFn: ({ signal }) => api.gpu.holders({}, { signal }),
    refetchInterval: holdersEveryMs,
    placeholderData: (previous) => previous,
  });
  const running = nims.filter((nim) => isUp(nim) && nim.gpus.kind !== 'none');
  const needs = useQueries({
    queries: running.map((nim) => ({
      queryKey: keys.fitNeed(nim),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.fit.check(
          { subject: { kind: 'nim', nimId: nim.id }, profile: null, contextTokens: null, gpus: null },
          { signal },
        ),
      staleTime: 300_000,
    })),
    combine: (answers) =>
      Object.fromEntries(
        answers.flatMap(({ data }, index) => (data === undefined ? [] : [[running[index]?.id ?? '', data.needMiB]])),
      ),
  });
  const select = useCallback(
    (of: GpuReport) => buildBoard({ report: of, nims, holders, proofs, needs }),
    [nims, holders, proofs, needs],
  );
  // By the cache, not by a memo: there what did not change stays the same object, so that of 56 lanes only those are drawn
  // again that did.
  const { data: board } = useQuery<GpuReport, AppError, Board>({
    queryKey: streams.gpu.key,
    queryFn: skipToken,
    staleTime: Infinity,
    select,
  });
  return { report, board, nims, around, failure };
}

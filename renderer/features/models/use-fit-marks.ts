import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FitMark } from '../../../shared/contract/fit.ts';
import type { GpuReport } from '../../../shared/contract/gpu.ts';
import { useApi } from '../../api.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';

/** Asked again when so much of a GPU's memory was taken or given back. */
const stepMiB = 1024;

const noMarks: ReadonlyMap<string, FitMark> = new Map();

function takenOf({ gpus }: GpuReport): string {
  const taken = gpus.flatMap(({ uuid, memoryUsedMiB, migDevices }) => [
    uuid,
    Math.round((memoryUsedMiB ?? 0) / stepMiB),
    ...migDevices.map((slice) => `${slice.uuid} ${Math.round((slice.memoryUsedMiB ?? 0) / stepMiB)}`),
  ]);
  return taken.join(' ');
}

/** By repository; empty while nothing is known, and where there is no GPU that a model could be compared with. */
export function useFitMarks(): ReadonlyMap<string, FitMark> {
  const api = useApi();
  const { data: taken } = useStream(streams.gpu, takenOf);
  const { data } = useQuery({
    queryKey: [...keys.fitMarks(), taken ?? null],
    queryFn: ({ signal }) => api.fit.catalog({}, { signal }),
    enabled: taken !== undefined,
    // The last marks stay until the new ones are there; they differ in few rows.
    placeholderData: (before) => before,
  });
  return useMemo(() => {
    const marks = data?.marks ?? [];
    const isComparable = marks.some(({ reason }) => reason !== 'no-gpu' && reason !== 'gpus-unreadable');
    return isComparable ? new Map(marks.map((mark) => [mark.repository, mark])) : noMarks;
  }, [data]);
}

import { useQuery } from '@tanstack/react-query';
import type { Nim, NimDetails } from '../../shared/contract/nims.ts';
import type { AppError } from '../../shared/errors.ts';
import { useApi } from '../api.tsx';
import { toAppError } from '../hooks/read-stream.ts';
import { keys } from '../query.ts';
import { useGpuProof } from './gpu-proof.tsx';

interface NimDetailsView {
  details: NimDetails | undefined;
  failure: AppError | null;
  retry: () => void;
  isRetrying: boolean;
}

/**
 * What a NIM is made of; asked again with each run, once it is ready, since then it can say more, and when its GPU has gone
 * or is back.
 */
export function useNimDetails(nim: Nim): NimDetailsView {
  const api = useApi();
  const proof = useGpuProof(nim);
  const lost = proof?.isBack === true ? 'back' : 'lost';
  const query = useQuery<NimDetails>({
    queryKey: [...keys.nimDetails(nim), proof?.state === 'lost' ? lost : null],
    queryFn: ({ signal }) => api.nims.inspect({ nimId: nim.id }, { signal }),
    // The same container: what was known stays while it is asked again.
    placeholderData: (before) => (before?.nimId === nim.id ? before : undefined),
  });
  return {
    details: query.data,
    failure: query.error === null ? null : toAppError(query.error),
    retry: () => void query.refetch(),
    isRetrying: query.isFetching,
  };
}

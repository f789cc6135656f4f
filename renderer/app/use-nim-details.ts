import { useQuery } from '@tanstack/react-query';
import type { Nim, NimDetails } from '../../shared/contract/nims.ts';
import type { AppError } from '../../shared/errors.ts';
import { useApi } from '../api.tsx';
import { toAppError } from '../hooks/read-stream.ts';
import { keys } from '../query.ts';

interface NimDetailsView {
  details: NimDetails | undefined;
  failure: AppError | null;
  retry: () => void;
  isRetrying: boolean;
}

/** What a NIM is made of; asked again with each run and once it is ready, since then it can say more. */
export function useNimDetails(nim: Nim): NimDetailsView {
  const api = useApi();
  const query = useQuery<NimDetails>({
    queryKey: keys.nimDetails(nim),
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

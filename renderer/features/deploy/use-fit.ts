import { useQuery } from '@tanstack/react-query';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useApi } from '../../api.tsx';
import { delay } from '../../hooks/pause.ts';
import { toAppError } from '../../hooks/read-stream.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { gpuChoices } from './gpu-fields.tsx';
import { otherPlace, type OtherPlace } from './other-place.ts';
import { checkDraft, toSpec, type DeployDraft } from './draft.ts';

/** While somebody types, nothing is asked: each answer reads the GPUs anew. */
const pauseMs = 300;
/** Asked again when so much of a GPU's memory was taken or given back. */
const stepMiB = 256;

export interface Fit {
  /** Undefined: not there yet, or what is filled in cannot be asked about. */
  answer: FitAnswer | undefined;
  /** Where it fits instead: of several slices a NIM sees the first only, whatever room the others have. */
  elsewhere: OtherPlace | null;
  isChecking: boolean;
  failure: AppError | null;
}

/** Whether what is filled in fits, as the machine is now; it follows every choice, and what NIMs take and give back. */
export function useFit(draft: DeployDraft): Fit {
  const api = useApi();
  const { data: report } = useStream(streams.gpu);
  const { data: list } = useStream(streams.nims);
  const { reference, context, devices } = checkDraft(draft);
  const canAsk = reference === undefined && context === undefined && devices === undefined;
  const spec = toSpec(draft);
  const choice = {
    subject: { kind: 'image' as const, reference: spec.reference },
    profile: spec.profile,
    contextTokens: draft.context.trim() === '' ? null : Number(draft.context),
  };
  const asked = { ...choice, gpus: spec.gpus };
  const machine = [
    ...(report?.gpus ?? []).flatMap(({ memoryUsedMiB, migDevices }) =>
      [memoryUsedMiB, ...migDevices.map((slice) => slice.memoryUsedMiB)].map((used) =>
        Math.round((used ?? 0) / stepMiB),
      ),
    ),
    ...(list?.nims ?? []).map(({ id, status }) => `${id} ${status}`),
  ].join(' ');
  const query = useQuery({
    queryKey: [...keys.fit(asked), machine],
    queryFn: async ({ signal }) => {
      await delay(pauseMs, signal);
      return await api.fit.check(asked, { signal });
    },
    enabled: canAsk,
    // The card must not jump while the next answer comes; it says that it is being asked for.
    placeholderData: (before) => before,
  });
  const answer = canAsk ? query.data : undefined;
  const hasSlices = report?.gpus.some(({ migDevices }) => migDevices.length > 0) === true;
  const isShort = answer?.verdict === 'does-not-fit' || answer?.verdict === 'tight';
  const { data: single } = useQuery({
    queryKey: keys.fitPlaces(JSON.stringify(choice), machine),
    queryFn: ({ signal }) => api.fit.places(choice, { signal }),
    // Whole GPUs are compared by the answer itself.
    enabled: hasSlices && isShort && draft.gpus !== 'none',
  });
  return {
    answer,
    elsewhere:
      answer === undefined || single === undefined || !isShort
        ? null
        : otherPlace(answer, single.places, gpuChoices(report?.gpus ?? []), draft.devices),
    isChecking: query.isFetching && canAsk,
    failure: query.error === null ? null : toAppError(query.error),
  };
}

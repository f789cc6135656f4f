import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import type { CheckId } from '../../../shared/contract/doctor.ts';
import { streams } from '../../query.ts';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { ChecksPanel } from './checks-panel.tsx';

/** The checks of this machine as core keeps them: looked at anew when nobody has for a minute. */
export function DoctorSection() {
  const api = useApi();
  const { data: report, failure } = useStream(streams.doctor);
  const recheck = useAction((id: CheckId | null) => api.doctor.check({ ids: id === null ? null : [id] }));
  const probe = useAction((isAgain: boolean) => api.doctor.probe({ isAgain }));
  if (report === undefined) return failure === null ? <SkeletonText lines={8} /> : <ErrorCard failure={failure} />;
  return (
    <>
      {failure !== null && <ErrorCard failure={failure} />}
      <ChecksPanel report={report} onRecheck={recheck.run} onProbe={probe.run} />
    </>
  );
}

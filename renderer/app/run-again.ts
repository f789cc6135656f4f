import type { DeploySpec } from '../../shared/contract/nims.ts';
import { useDialogs } from './dialogs.ts';

/**
 * Opens the choices of a NIM for another run beside it. Its name and port stay its own: the new one gets others, unless
 * they are typed.
 */
export function useRunAgain(): (spec: DeploySpec) => void {
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  return (spec) => openRun(spec.reference, { jobId: null, spec: { ...spec, name: null, port: null } });
}

import { useCallback } from 'react';
import { useApi } from '../../api.tsx';
import { focusPage } from '../../app/focus-heading.ts';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

interface Named {
  id: string;
  title: string;
}

/** Of the notice that brings a comparison back. */
export const aboutRemoved = ({ id }: Pick<Named, 'id'>) => `removed comparison ${id}`;

/**
 * Not asked about: it lies in the bin for 30 days, and the notice brings it back at once.
 * @param isOpen its own page is left, and shown again when it comes back
 */
export function useRemoveComparison({ isOpen }: { isOpen: boolean }): (comparison: Named) => void {
  const api = useApi();
  const { run: bringBack } = useAction(({ id }: Named) => api.compare.restore({ comparisonId: id }), {
    onDone: (_output, { id }) => {
      if (isOpen) navigate({ page: 'compare', comparisonId: id });
    },
  });
  const { run } = useAction(({ id }: Named) => api.compare.remove({ comparisonId: id }), {
    onDone: (_output, comparison) => {
      showToast({
        title: words.compare.removed(comparison.title),
        about: aboutRemoved(comparison),
        action: { label: words.common.undo, onSelect: () => bringBack(comparison) },
      });
      if (isOpen) navigate({ page: 'compare', comparisonId: null });
      else focusPage();
    },
  });
  return useCallback((comparison: Named) => run(comparison), [run]);
}

import Columns2 from 'lucide-react/icons/columns-2';
import Trash2 from 'lucide-react/icons/trash-2';
import Undo2 from 'lucide-react/icons/undo-2';
import { useState } from 'react';
import type { RemovedComparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { focusPage, pageHeading } from '../../app/focus-heading.ts';
import { When } from '../../app/when.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { closeToasts, showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';
import { aboutRemoved } from './use-remove-comparison.ts';

const text = words.compare.bin;

/** What lies in the bin; nothing while it is empty. */
export function DeletedComparisons() {
  const api = useApi();
  const { data: removed } = useStream(streams.removedComparisons);
  const [erased, setErased] = useState<RemovedComparison | null>(null);
  const { run: restore } = useAction(({ id }: RemovedComparison) => api.compare.restore({ comparisonId: id }), {
    onDone: (_output, comparison) => {
      const { title } = comparison;
      closeToasts((about) => about === aboutRemoved(comparison));
      showToast({ title: text.restored(title), tone: 'good' });
      focusPage();
    },
  });
  const erase = useAction(({ id }: RemovedComparison) => api.compare.erase({ comparisonId: id }), {
    onDone: (_output, comparison) => {
      closeToasts((about) => about === aboutRemoved(comparison));
      setErased(null);
    },
  });
  if (removed === undefined || removed.length === 0) return null;
  return (
    <Disclosure label={text.label(removed.length)}>
      <p className="mb-2 text-sm text-ink-soft">{text.hint}</p>
      <List label={text.list}>
        {removed.map((entry) => (
          <ListRow
            key={entry.id}
            lead={<Columns2 className="size-icon-large" />}
            title={entry.title}
            sub={
              <>
                {words.compare.columns(entry.columns)} · {words.compare.rounds(entry.rounds)} · {text.deleted}{' '}
                <When at={entry.deletedAt} />
              </>
            }
            actions={
              <>
                <Button
                  size="small"
                  aria-label={text.restoreOf(entry.title)}
                  icon={<Undo2 aria-hidden className="size-icon-small" />}
                  onClick={() => restore(entry)}
                >
                  {text.restore}
                </Button>
                <IconButton
                  size="small"
                  label={text.eraseOf(entry.title)}
                  icon={<Trash2 aria-hidden className="size-icon-small" />}
                  onClick={() => setErased(entry)}
                />
              </>
            }
          />
        ))}
      </List>
      {erased !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setErased(null)}
          title={text.eraseTitle(erased.title)}
          confirmLabel={text.erase}
          keepLabel={text.keep}
          isBusy={erase.isRunning}
          onConfirm={() => erase.run(erased)}
          finalFocus={() => pageHeading() ?? true}
        >
          {text.eraseHint}
        </ConfirmDialog>
      )}
    </Disclosure>
  );
}

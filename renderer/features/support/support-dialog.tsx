import { useQuery } from '@tanstack/react-query';
import type { SupportBundle } from '../../../shared/contract/support.ts';
import { supportFileName, supportText } from '../../../shared/support-text.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { saveFile } from '../../app/save-file.ts';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';

/** What is written is what was shown: the file is made of the very bundle on screen. */
export function SupportDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const bundle = useQuery({
    queryKey: keys.support(),
    queryFn: ({ signal }) => api.support.collect({}, { signal }),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const { data } = bundle;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={words.support.title}
      description={words.support.hint}
      actions={
        <>
          {data !== undefined && (
            <CopyButton hasText size="medium" text={supportText(data)} label={words.support.copy} />
          )}
          <Button isBusy={bundle.isFetching} onClick={() => void bundle.refetch()}>
            {words.support.again}
          </Button>
          <Button
            variant="primary"
            disabled={data === undefined || bundle.isFetching}
            onClick={() => {
              if (data !== undefined) saveFile(supportFileName(data), supportText(data), 'text/markdown');
            }}
          >
            {words.support.save}
          </Button>
        </>
      }
    >
      {bundle.isError && <ErrorCard failure={toAppError(bundle.error)} />}
      {bundle.isPending && <SkeletonText lines={8} />}
      {data !== undefined && <Preview bundle={data} />}
    </Dialog>
  );
}

function Preview({ bundle }: { bundle: SupportBundle }) {
  const { support } = words;
  return (
    <div className="flex flex-col gap-2">
      {bundle.sections.map(({ part, name, text }) => {
        const title = name === null ? support.parts[part] : support.partOf(support.parts[part], name);
        const lines = text.split('\n').length;
        return (
          <Disclosure
            key={`${part} ${name}`}
            label={<span className="text-sm">{title}</span>}
            aside={<span className="text-xs text-ink-soft tabular-nums">{support.lines(lines)}</span>}
          >
            <pre
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
              tabIndex={0}
              className="max-h-80 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-code"
            >
              {text}
            </pre>
          </Disclosure>
        );
      })}
    </div>
  );
}

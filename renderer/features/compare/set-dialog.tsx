import FileUp from 'lucide-react/icons/file-up';
import { useRef, useState } from 'react';
import { mostSetBytes, type PromptOfSet } from '../../../shared/contract/compare.ts';
import { decodeText, type DecodedText } from '../../../shared/decode-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { pageHeading } from '../../app/focus-heading.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';

interface SetDialogProps {
  comparisonId: string;
  columns: number;
  onClose: () => void;
  onStarted: () => void;
}

interface FoundSet {
  fileName: string;
  encoding: DecodedText['encoding'];
  prompts: PromptOfSet[];
  skipped: { line: number; reason: string }[];
}

const shownPrompts = 5;
const shownSkipped = 50;

export function SetDialog({ comparisonId, columns, onClose, onStarted }: SetDialogProps) {
  const api = useApi();
  const text = words.compare.set;
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [found, setFound] = useState<FoundSet | null>(null);
  const read = useAction(
    async (file: File): Promise<FoundSet> => {
      if (file.size > mostSetBytes) throw new AppError('BAD_INPUT', text.tooLarge(file.size, mostSetBytes));
      const { text: content, encoding } = decodeText(new Uint8Array(await file.arrayBuffer()));
      const set = await api.compare.readPrompts({ fileName: file.name, text: content });
      return { fileName: file.name, encoding, ...set };
    },
    { isFailureShown: true, onDone: setFound },
  );
  const hasStarted = useRef(false);
  const start = useAction((prompts: PromptOfSet[]) => api.compare.runSet({ comparisonId, prompts }), {
    isFailureShown: true,
    onDone: () => {
      hasStarted.current = true;
      onClose();
      onStarted();
    },
  });
  const take = (files: FileList | null) => {
    const [file] = files ?? [];
    if (file === undefined) return;
    setFound(null);
    read.run(file);
  };
  const failure = read.failure ?? start.failure;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={text.title}
      description={text.hint(mostSetBytes)}
      // The button that opened it is disabled while a set runs.
      finalFocus={() => (hasStarted.current ? (pageHeading() ?? true) : true)}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button
            variant="primary"
            disabled={found === null}
            isBusy={start.isRunning}
            onClick={() => found !== null && start.run(found.prompts)}
          >
            {text.run(found?.prompts.length ?? 0)}
          </Button>
        </>
      }
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is a second way; the button in it is the first */}
      <div
        className={cx(
          'flex flex-wrap items-center justify-center gap-3 rounded-xl border border-dashed p-6 text-sm',
          isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        {text.drop}
        <Button
          icon={<FileUp aria-hidden className="size-icon" />}
          isBusy={read.isRunning}
          onClick={() => input.current?.click()}
        >
          {text.choose}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.jsonl,.ndjson,.json,.txt"
          aria-label={text.file}
          className="hidden"
          onChange={(event) => {
            take(event.currentTarget.files);
            // The same file may be chosen again.
            event.currentTarget.value = '';
          }}
        />
      </div>
      {failure !== null && <ErrorCard failure={failure} />}
      {found !== null && <FoundPrompts found={found} columns={columns} />}
    </Dialog>
  );
}

function FoundPrompts({
  found: { fileName, encoding, prompts, skipped },
  columns,
}: {
  found: FoundSet;
  columns: number;
}) {
  const text = words.compare.set;
  return (
    <div className="flex flex-col gap-2 text-sm">
      <output className="font-medium">{text.found(prompts.length, fileName)}</output>
      {encoding === 'windows-1252' && <p className="text-warn">{text.asWindows}</p>}
      <p className="text-ink-soft">{text.answers(prompts.length, columns)}</p>
      <ol className="flex flex-col gap-1 rounded-xl border border-line p-3">
        {prompts.slice(0, shownPrompts).map(({ prompt, name }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes, and prompts may be the same
          <li key={index} className="truncate">
            {name !== null && <span className="font-medium">{name}: </span>}
            {prompt}
          </li>
        ))}
        {prompts.length > shownPrompts && (
          <li className="text-ink-soft">{text.andMore(prompts.length - shownPrompts)}</li>
        )}
      </ol>
      {skipped.length > 0 && (
        <Disclosure label={text.skipped(skipped.length)} isOpen>
          <ul className="flex flex-col gap-1 text-ink-soft">
            {skipped.slice(0, shownSkipped).map(({ line, reason }) => (
              <li key={line}>{text.skippedLine(line, reason)}</li>
            ))}
            {skipped.length > shownSkipped && <li>{text.andMore(skipped.length - shownSkipped)}</li>}
          </ul>
        </Disclosure>
      )}
    </div>
  );
}

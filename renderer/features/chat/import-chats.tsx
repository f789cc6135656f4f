import { useRef, useState } from 'react';
import type { ImportOutcome } from '../../../shared/contract/chat-history.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

/** Code units of a piece, which is at most 3 MB on the wire. */
const pieceLength = 1_000_000;

async function importFile(api: Api, file: File): Promise<ImportOutcome> {
  const text = await file.text();
  let importId: string | null = null;
  for (let from = 0; ; from += pieceLength) {
    const isLast = from + pieceLength >= text.length;
    const piece: { importId: string | null; fileName: string; text: string; isLast: boolean } = {
      importId,
      fileName: file.name,
      text: text.slice(from, from + pieceLength),
      isLast,
    };
    const reply = await api.chat.import(piece);
    importId = reply.importId;
    if (reply.outcome !== null) return reply.outcome;
  }
}

/** A button's worth of import: `choose` opens the browser's own file choice; what was skipped is said by name. */
export function useImportChats() {
  const api = useApi();
  const input = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<ImportOutcome | null>(null);
  const read = useAction((file: File) => importFile(api, file), {
    onDone: (done) => {
      const [only] = done.imported;
      if (done.skippedCount > 0) setOutcome(done);
      else showToast({ title: words.chat.imported(done.imported.length) });
      if (only !== undefined) navigate({ page: 'chat', conversationId: only.conversationId, nimId: null });
    },
  });
  const element = (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,.jsonl,application/json"
        aria-label={words.chat.importFile}
        className="hidden"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file may be chosen again.
          event.currentTarget.value = '';
          if (file !== undefined) read.run(file);
        }}
      />
      {outcome !== null && <SkippedDialog outcome={outcome} onClose={() => setOutcome(null)} />}
    </>
  );
  return { element, choose: () => input.current?.click(), isRunning: read.isRunning };
}

function SkippedDialog({ outcome, onClose }: { outcome: ImportOutcome; onClose: () => void }) {
  const { imported, skipped, skippedCount } = outcome;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.chat.imported(imported.length)}
      actions={<Button onClick={onClose}>{words.common.close}</Button>}
    >
      <p>{words.chat.skipped(skippedCount)}</p>
      <ul className="flex flex-col gap-1 text-sm">
        {skipped.map(({ name, reason }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes, and names may be the same
          <li key={index} className="break-words">
            <span className="font-medium">{name}</span>: {reason}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

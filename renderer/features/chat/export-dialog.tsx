import { useState } from 'react';
import type { ConversationEntry, ExportFormat } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { saveFile } from '../../app/save-file.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RadioGroup } from '../../ui/radio.tsx';
import { words } from '../../words.ts';

const formats: readonly ExportFormat[] = ['markdown', 'json', 'openai'];

export function ExportDialog({ conversation, onClose }: { conversation: ConversationEntry; onClose: () => void }) {
  const api = useApi();
  const [format, setFormat] = useState<ExportFormat>('markdown');
  const save = useAction(
    async () => {
      const pieces: string[] = [];
      let file = { fileName: '', mediaType: '' };
      for await (const { text, ...about } of api.chat.export({ conversationId: conversation.id, format })) {
        file = about;
        pieces.push(text);
      }
      saveFile(file.fileName, pieces.join(''), file.mediaType);
    },
    { isFailureShown: true, onDone: onClose },
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => save.run(undefined)}
      title={words.chat.exportTitle(conversation.title)}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" isBusy={save.isRunning}>
            {words.chat.exportSave}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={words.chat.exportFormat}
        value={format}
        onChange={setFormat}
        options={formats.map((value) => ({ value, ...words.chat.exportFormats[value] }))}
      />
      {save.failure !== null && <ErrorCard failure={save.failure} />}
    </Dialog>
  );
}

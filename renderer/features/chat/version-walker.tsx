import { useQueryClient } from '@tanstack/react-query';
import ChevronLeft from 'lucide-react/icons/chevron-left';
import ChevronRight from 'lucide-react/icons/chevron-right';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';
import { IconButton } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** ‹ 2/3 › beside a message that was edited or answered again; nothing beside one that was not. */
export function VersionWalker({ message }: { message: ShownMessage }) {
  const { id, versions } = message;
  const api = useApi();
  const client = useQueryClient();
  const choose = useAction((messageId: string) => api.chat.choose({ messageId }), {
    // What is read stays until the other path is there: whoever walks stays where they are.
    onDone: ({ conversationId }) => void client.invalidateQueries({ queryKey: keys.messages(conversationId) }),
  });
  if (versions.length < 2) return null;
  const at = versions.indexOf(id);
  const [earlier, later] = [versions[at - 1], versions[at + 1]];
  const go = (to: string | undefined) => {
    if (to !== undefined) choose.run(to);
  };
  return (
    <fieldset className="inline-flex items-center" aria-label={words.chat.versionOf(at + 1, versions.length)}>
      <IconButton
        size="small"
        label={words.chat.earlierVersion}
        icon={<ChevronLeft aria-hidden className="size-icon-small" />}
        disabled={earlier === undefined || choose.isRunning}
        focusableWhenDisabled
        onClick={() => go(earlier)}
      />
      <span aria-hidden className="text-xs text-ink-soft tabular-nums">
        {at + 1}/{versions.length}
      </span>
      <IconButton
        size="small"
        label={words.chat.laterVersion}
        icon={<ChevronRight aria-hidden className="size-icon-small" />}
        disabled={later === undefined || choose.isRunning}
        focusableWhenDisabled
        onClick={() => go(later)}
      />
    </fieldset>
  );
}

import { memo } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { words } from '../../words.ts';
import { VersionWalker } from './version-walker.tsx';

export const UserMessage = memo(function UserMessage({ message }: { message: ShownMessage }) {
  return (
    <article aria-label={words.chat.you} className="group flex flex-col items-end gap-1">
      <h2 className="sr-only">{words.chat.you}</h2>
      <div className="max-w-10/12 rounded-xl rounded-br-sm bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap">
        {message.text}
      </div>
      <span className="flex items-center gap-1">
        <VersionWalker message={message} />
        <CopyButton text={message.text} label={words.chat.copyMessage} />
      </span>
    </article>
  );
});

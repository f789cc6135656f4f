import MessageSquare from 'lucide-react/icons/message-square';
import Waypoints from 'lucide-react/icons/waypoints';
import { givesNumbers } from '../../app/gives-numbers.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { buttonClass } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** To the page where this one can be tried: the chat, or for one that gives numbers the page for those. */
export function TryLink({ nimId }: { nimId: string }) {
  const { data: list } = useStream(streams.targets);
  const isNumbers = givesNumbers(list, nimId);
  const Icon = isNumbers ? Waypoints : MessageSquare;
  return (
    <a
      href={toHash(isNumbers ? { page: 'vectors', nimId } : { page: 'chat', conversationId: null, nimId })}
      className={buttonClass('primary', 'small')}
    >
      <Icon aria-hidden className="size-icon-small" />
      {isNumbers ? words.vectors.tryIt : words.running.chat}
    </a>
  );
}

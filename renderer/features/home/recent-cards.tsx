import Play from 'lucide-react/icons/play';
import type { ConversationEntry } from '../../../shared/contract/chat-history.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useDialogs } from '../../app/dialogs.ts';
import { shortName } from '../../app/image-reference.ts';
import { When } from '../../app/when.tsx';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { SkeletonText } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';

const shown = 5;

interface InstalledCardProps {
  /** Null: the engine cannot be asked. */
  images: readonly LocalImage[] | null | undefined;
  canRun: boolean;
}

/** What need not be pulled any more. */
export function InstalledCard({ images, canRun }: InstalledCardProps) {
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const nims = images?.filter((image) => image.nim !== null && image.references.length > 0);
  return (
    <Card
      title={words.home.installed}
      actions={
        <a href={toHash({ page: 'models' })} className={buttonClass('quiet', 'small')}>
          {words.home.allInstalled}
        </a>
      }
    >
      {images === undefined && <SkeletonText />}
      {images === null && <p className="text-sm text-ink-soft">{words.home.evidence.engineAway}</p>}
      {nims?.length === 0 && <p className="text-sm text-ink-soft">{words.home.installedNone}</p>}
      <ul className="divide-y divide-line empty:hidden">
        {nims?.slice(0, shown).map(({ id, references: [reference = ''], sizeBytes }) => (
          <li key={id} className="flex items-center gap-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="truncate text-sm font-medium" title={reference}>
                {shortName(reference)}
              </p>
              <p className="text-xs text-ink-soft tabular-nums">{words.models.onDisk(formatBytes(sizeBytes))}</p>
            </div>
            <Button
              size="small"
              icon={<Play aria-hidden className="size-icon-small" />}
              aria-label={words.home.runOf(shortName(reference))}
              disabled={!canRun}
              onClick={() => openRun(reference)}
            >
              {words.home.run}
            </Button>
          </li>
        ))}
      </ul>
      {nims !== undefined && nims.length > shown && (
        <p className="text-sm text-ink-soft">{words.home.moreImages(nims.length - shown)}</p>
      )}
    </Card>
  );
}

export function ChatsCard({ conversations }: { conversations: readonly ConversationEntry[] | undefined }) {
  return (
    <Card
      title={words.home.chats}
      actions={
        <a href={toHash({ page: 'chat', conversationId: null, nimId: null })} className={buttonClass('quiet', 'small')}>
          {words.home.newChat}
        </a>
      }
    >
      {conversations === undefined && <SkeletonText />}
      {conversations?.length === 0 && <p className="text-sm text-ink-soft">{words.home.noChats}</p>}
      <ul className="divide-y divide-line empty:hidden">
        {conversations?.slice(0, shown).map((conversation) => (
          <li key={conversation.id}>
            <a
              href={toHash({ page: 'chat', conversationId: conversation.id, nimId: null })}
              className="block rounded-md px-2 py-2 hover:bg-hover"
            >
              <span className="block truncate text-sm font-medium">{conversation.title}</span>
              <span className="block truncate text-xs text-ink-soft">
                <When at={conversation.updatedAt} />
                {conversation.nimName !== null && ` · ${conversation.nimName}`}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

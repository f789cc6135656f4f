import FileText from 'lucide-react/icons/file-text';
import Image from 'lucide-react/icons/image';
import X from 'lucide-react/icons/x';
import { formatBytes } from '../../../shared/format.ts';
import type { Attachment } from '../../../shared/contract/conversations.ts';
import { IconButton } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import type { DraftAttachment } from './attach.ts';

interface AttachmentListProps {
  attachments: readonly DraftAttachment[];
  onDetach?: (attachment: DraftAttachment) => void;
}

/** `kind` and type come from us or from the store; the picture is drawn from its bytes, never from an address. */
function pictureOf({ kind, mediaType, data }: Attachment): string | null {
  return kind === 'image' && data !== '' && /^image\/(?:png|jpeg|webp|gif)$/.test(mediaType)
    ? `data:${mediaType};base64,${data}`
    : null;
}

export function AttachmentList({ attachments, onDetach }: AttachmentListProps) {
  if (attachments.length === 0) return null;
  return (
    <ul aria-label={words.asking.attachments} className="flex flex-wrap gap-2">
      {attachments.map((each, index) => {
        const { attachment, resizedFrom } = each;
        const { name, kind, width, height, sizeBytes } = attachment;
        const source = pictureOf(attachment);
        const size = width === null || height === null ? formatBytes(sizeBytes) : words.asking.size(width, height);
        const Icon = kind === 'image' ? Image : FileText;
        return (
          <li
            // oxlint-disable-next-line react/no-array-index-key -- the same file may be there twice
            key={`${index} ${name}`}
            className="flex max-w-full items-center gap-2 rounded-md border border-line bg-surface py-1 pr-1 pl-2 text-xs"
          >
            {source === null ? (
              <Icon aria-hidden className="size-icon shrink-0 text-ink-soft" />
            ) : (
              <img src={source} alt="" className="size-10 shrink-0 rounded-sm object-cover" />
            )}
            <span className="min-w-0 pr-1">
              <span className="block truncate font-medium">{name}</span>
              <span className="block text-ink-soft">
                {resizedFrom === null
                  ? size
                  : words.asking.resized(words.asking.size(resizedFrom.width, resizedFrom.height), size)}
              </span>
            </span>
            {onDetach !== undefined && (
              <IconButton
                size="small"
                label={words.asking.detach(name)}
                icon={<X aria-hidden className="size-icon-small" />}
                onClick={() => onDetach(each)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

import ChevronRight from 'lucide-react/icons/chevron-right';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import { cx } from '../../ui/cx.ts';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import type { ListPart } from './list-rows.ts';

export const partName = ({ heading }: ListPart): string => {
  if (heading === null) return '';
  return heading.kind === 'folder' ? heading.name : words.chat.parts[heading.kind];
};

interface PartHeadingProps {
  part: ListPart;
  onToggle: () => void;
  /** Of a folder. */
  actions: readonly MenuAction[];
}

/** Folds its part of the list; a folder has actions of its own. */
export function PartHeading({ part, onToggle, actions }: PartHeadingProps) {
  const name = partName(part);
  return (
    <div className="flex items-center pr-1">
      <h2 className="min-w-0 flex-1">
        <button
          type="button"
          aria-expanded={part.isOpen}
          onClick={onToggle}
          className="flex h-control-small w-full items-center gap-1 rounded-md px-1 text-xs font-semibold text-ink-soft hover:bg-hover hover:text-ink"
        >
          <ChevronRight
            aria-hidden
            className={cx('size-icon-small shrink-0 transition-transform', part.isOpen && 'rotate-90')}
          />
          <span className="min-w-0 truncate">{name}</span>
          <span className="ml-auto pl-2 font-normal tabular-nums">{part.count}</span>
        </button>
      </h2>
      {actions.length > 0 && (
        <Menu
          size="small"
          label={words.chat.folderActions(name)}
          icon={<EllipsisVertical aria-hidden className="size-icon" />}
          actions={actions}
        />
      )}
    </div>
  );
}

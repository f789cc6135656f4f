import Diff from 'lucide-react/icons/diff';
import Download from 'lucide-react/icons/download';
import Ellipsis from 'lucide-react/icons/ellipsis';
import Trash2 from 'lucide-react/icons/trash-2';
import Trophy from 'lucide-react/icons/trophy';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { saveFile } from '../../app/save-file.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Menu } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import type { OpenDialog } from './comparison-page.tsx';

const formats = ['csv', 'json', 'html'] as const;

interface ComparisonMenuProps {
  comparison: Pick<Comparison, 'id' | 'title' | 'rounds' | 'setup'>;
  onOpen: (dialog: OpenDialog) => void;
  onRemove: () => void;
}

export function ComparisonMenu({ comparison: { id, title, rounds, setup }, onOpen, onRemove }: ComparisonMenuProps) {
  const api = useApi();
  const save = useAction((format: (typeof formats)[number]) => api.compare.export({ comparisonId: id, format }), {
    onDone: ({ fileName, text, mediaType }) => saveFile(fileName, text, mediaType),
  });
  return (
    <Menu
      label={words.compare.more(title)}
      icon={<Ellipsis aria-hidden className="size-icon" />}
      actions={[
        {
          label: words.compare.tally.open,
          icon: <Trophy aria-hidden className="size-icon" />,
          onSelect: () => onOpen('tally'),
        },
        {
          label: words.compare.diff.open,
          icon: <Diff aria-hidden className="size-icon" />,
          disabled: rounds === 0 || setup.columns.length < 2,
          onSelect: () => onOpen('diff'),
        },
        ...formats.map((format) => ({
          label: words.compare.save.formats[format],
          icon: <Download aria-hidden className="size-icon" />,
          disabled: rounds === 0,
          onSelect: () => save.run(format),
        })),
        {
          label: words.compare.remove,
          icon: <Trash2 aria-hidden className="size-icon" />,
          isDanger: true,
          onSelect: onRemove,
        },
      ]}
    />
  );
}

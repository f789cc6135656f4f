import Diff from 'lucide-react/icons/diff';
import Download from 'lucide-react/icons/download';
import Ellipsis from 'lucide-react/icons/ellipsis';
import Trash2 from 'lucide-react/icons/trash-2';
import Trophy from 'lucide-react/icons/trophy';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { saveFile } from '../../app/save-file.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Menu, type MenuAction } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import type { OpenDialog } from './comparison-page.tsx';

const formats = ['csv', 'json', 'html'] as const;

interface ComparisonMenuProps {
  comparison: Pick<Comparison, 'id' | 'title' | 'rounds' | 'setup'>;
  /** Their texts are there only while they are shown. */
  showsAnswers: boolean;
  onOpen: (dialog: OpenDialog) => void;
  onRemove: () => void;
}

export function ComparisonMenu({ comparison, showsAnswers, onOpen, onRemove }: ComparisonMenuProps) {
  const api = useApi();
  const { id, title, rounds, setup } = comparison;
  const save = useAction(async (format: (typeof formats)[number]) => {
    const pieces: string[] = [];
    let file = { fileName: '', mediaType: '' };
    for await (const { text, ...about } of api.compare.export({ comparisonId: id, format })) {
      file = about;
      pieces.push(text);
    }
    // One text of them all could be longer than a text can be.
    saveFile(file.fileName, pieces, file.mediaType);
  });
  const differences: MenuAction = {
    label: words.compare.diff.open,
    icon: <Diff aria-hidden className="size-icon" />,
    disabled: rounds === 0 || setup.columns.length < 2,
    onSelect: () => onOpen('diff'),
  };
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
        ...(showsAnswers ? [differences] : []),
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

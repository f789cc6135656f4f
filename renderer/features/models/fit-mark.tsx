import type { FitMark } from '../../../shared/contract/fit.ts';
import { fitLooks } from '../../app/fit-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { words } from '../../words.ts';

/** Whether the model fits this machine; the figures stand below it, where there is room for them. */
export function FitBadge({ mark }: { mark: FitMark }) {
  const { tone, icon: Icon } = fitLooks[mark.verdict];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className="size-icon-small" />}>
      {words.fit.verdicts[mark.verdict]}
    </Badge>
  );
}

import type { FitMark } from '../../../shared/contract/fit.ts';
import { fitLook } from '../../app/fit-text.ts';
import { Badge } from '../../ui/badge.tsx';

/** Whether the model fits this machine now; the figures stand below it, where there is room for them. */
export function FitBadge({ mark }: { mark: FitMark }) {
  const { word, tone, icon: Icon } = fitLook(mark);
  return (
    <Badge tone={tone} icon={<Icon aria-hidden className="size-icon-small" />}>
      {word}
    </Badge>
  );
}

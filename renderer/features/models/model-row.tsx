import CircleCheck from 'lucide-react/icons/circle-check';
import Download from 'lucide-react/icons/download';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Play from 'lucide-react/icons/play';
import Trash2 from 'lucide-react/icons/trash-2';
import { memo, useState } from 'react';
import type { CatalogModel } from '../../../shared/contract/catalog.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { referenceOf, repositoryOf } from '../../app/image-reference.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import { RemoveImageDialog } from './remove-image.tsx';

interface ModelRowProps {
  model: CatalogModel;
  /** Null: not on this machine. */
  image: LocalImage | null;
  isPulling: boolean;
  canUseEngine: boolean;
}

function facts(model: CatalogModel, image: LocalImage | null): string[] {
  const need = model.needs.find((each) => each.gpuMemoryGB !== null);
  return [
    model.parametersBillion === null ? '' : words.models.parameters(model.parametersBillion),
    model.contextTokens === null ? '' : words.models.context(model.contextTokens),
    need === undefined ? '' : words.models.gpuMemory(need.gpuMemoryGB ?? 0, need.gpus),
    image === null ? '' : words.models.onDisk(formatBytes(image.sizeBytes)),
    model.isRestrictedInEu === true ? words.models.restrictedInEu : '',
  ].filter((fact) => fact !== '');
}

/** Two hundred of them stand in the list: only the ones that changed render again. */
export const ModelRow = memo(function ModelRow({ model, image, isPulling, canUseEngine }: ModelRowProps) {
  const api = useApi();
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const pull = useAction((reference: string) => api.images.pull({ reference }));
  const [isRemoving, setRemoving] = useState(false);
  const localReference = image?.references.find((each) => repositoryOf(each) === model.repository);
  const reference = localReference ?? referenceOf(model.repository, model.tag);

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 hover:bg-hover/50">
      <div className="min-w-64 flex-1">
        <h2 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="break-words">{model.title}</span>
          <Badge tone="accent">{words.models.kinds[model.kind]}</Badge>
          {image !== null && (
            <Badge tone="good" icon={<CircleCheck aria-hidden className="size-3.5" />}>
              {words.models.installed}
            </Badge>
          )}
        </h2>
        <p className="font-mono text-xs wrap-anywhere text-ink-soft">{reference}</p>
        <p className="flex flex-wrap gap-x-3 text-xs text-ink-soft">
          {facts(model, image).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
          {model.docsUrl?.startsWith('https://') === true && (
            <a
              href={model.docsUrl}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={words.models.docsOf(model.title)}
              className="text-accent underline-offset-2 hover:underline"
            >
              {words.models.docs}
            </a>
          )}
        </p>
      </div>
      <div className="flex items-center gap-2">
        {image === null && (
          <Button
            size="small"
            icon={<Download aria-hidden className="size-3.5" />}
            aria-label={words.models.pullOf(model.title)}
            disabled={!canUseEngine}
            isBusy={isPulling || pull.isRunning}
            onClick={() => pull.run(reference)}
          >
            {isPulling ? words.models.pulling : words.models.pull}
          </Button>
        )}
        <Button
          size="small"
          variant={image === null ? 'secondary' : 'primary'}
          icon={<Play aria-hidden className="size-3.5" />}
          aria-label={words.models.runOf(model.title)}
          disabled={!canUseEngine}
          onClick={() => openRun(reference)}
        >
          {words.models.run}
        </Button>
        {image !== null && (
          <Menu
            size="small"
            label={words.common.moreActions(model.title)}
            icon={<EllipsisVertical aria-hidden className="size-4" />}
            actions={[
              {
                label: words.models.removeImage,
                icon: <Trash2 aria-hidden className="size-4" />,
                isDanger: true,
                onSelect: () => setRemoving(true),
              },
            ]}
          />
        )}
      </div>
      {isRemoving && image !== null && (
        <RemoveImageDialog reference={reference} sizeBytes={image.sizeBytes} onClose={() => setRemoving(false)} />
      )}
    </li>
  );
});

import CircleCheck from 'lucide-react/icons/circle-check';
import CirclePlay from 'lucide-react/icons/circle-play';
import Download from 'lucide-react/icons/download';
import EllipsisVertical from 'lucide-react/icons/ellipsis-vertical';
import Play from 'lucide-react/icons/play';
import Trash2 from 'lucide-react/icons/trash-2';
import { memo, useState } from 'react';
import type { CatalogModel } from '../../../shared/contract/catalog.ts';
import type { FitMark } from '../../../shared/contract/fit.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { markText, needText } from '../../app/fit-text.ts';
import { referenceOf } from '../../app/image-reference.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ListRow, type RowFact } from '../../ui/list.tsx';
import { Menu } from '../../ui/menu.tsx';
import { words } from '../../words.ts';
import { FailedPull } from './failed-pull.tsx';
import { FitBadge } from './fit-mark.tsx';
import { KindIcon } from './kind-icon.tsx';
import type { LocalTag } from './local-tags.ts';
import { RemoveImageDialog } from './remove-image.tsx';

interface ModelRowProps {
  model: CatalogModel;
  /** Null: not on this machine. */
  tag: LocalTag | null;
  /** Others of its tags are here, too, each in its row. */
  isOneOfSeveral: boolean;
  /** One of this image is up now: whether it fits beside what runs is no question. */
  isUp: boolean;
  /** Null: whether it fits cannot be said of any model here. */
  mark: FitMark | null;
  isPulling: boolean;
  /** Its last pull, where that failed and it is not here. */
  failedPull: Job | null;
  canUseEngine: boolean;
}

function facts(model: CatalogModel, tag: LocalTag | null, mark: FitMark | null): RowFact[] {
  const { facts: labels, billions, tokens, gigabytes } = words.models;
  const stated = model.needs.find((each) => each.gpuMemoryGB !== null);
  const least = stated === undefined ? null : gigabytes(stated.gpuMemoryGB ?? 0, stated.gpus);
  const files = mark?.modelFilesGB ?? null;
  return [
    { label: labels.parameters, value: model.parametersBillion === null ? null : billions(model.parametersBillion) },
    { label: labels.context, value: model.contextTokens === null ? null : tokens(model.contextTokens) },
    { label: labels.gpuMemory, value: mark === null ? least : (needText(mark) ?? least) },
    tag === null && files !== null
      ? { label: words.fit.modelFiles, value: words.fit.gigabytes(files) }
      : { label: labels.disk, value: tag === null ? null : formatBytes(tag.image.sizeBytes) },
  ];
}

/** Two hundred of them stand in the list: only the ones that changed render again. */
export const ModelRow = memo(function ModelRow(props: ModelRowProps) {
  const { model, tag, isOneOfSeveral, isUp, mark, isPulling, failedPull, canUseEngine } = props;
  const api = useApi();
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const pull = useAction((reference: string) => api.images.pull({ reference }));
  const [isRemoving, setRemoving] = useState(false);
  const why = mark === null || isUp ? null : markText(mark);
  const reference = tag?.reference ?? referenceOf(model.repository, model.tag);
  const name = isOneOfSeveral
    ? words.models.ofTag(model.title, reference.slice(model.repository.length + 1))
    : model.title;

  return (
    <ListRow
      lead={<KindIcon kind={model.kind} />}
      title={model.title}
      marks={
        <>
          <Badge>{words.models.kinds[model.kind]}</Badge>
          {isUp ? (
            <Badge tone="good" icon={<CirclePlay aria-hidden className="size-icon-small" />}>
              {words.models.up}
            </Badge>
          ) : (
            mark !== null && <FitBadge mark={mark} />
          )}
          {tag !== null && (
            <Badge tone="good" icon={<CircleCheck aria-hidden className="size-icon-small" />}>
              {words.models.installed}
            </Badge>
          )}
          {model.isRestrictedInEu === true && <Badge tone="warn">{words.models.restrictedInEu}</Badge>}
        </>
      }
      sub={
        <>
          <span className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-mono wrap-anywhere">{reference}</span>
            {model.docsUrl?.startsWith('https://') === true && (
              <a
                href={model.docsUrl}
                target="_blank"
                rel="noopener noreferrer"
                aria-label={words.models.docsOf(model.title)}
                className="rounded-sm text-accent underline-offset-2 hover:underline pointer-coarse:inline-flex pointer-coarse:min-h-control pointer-coarse:items-center"
              >
                {words.models.docs}
              </a>
            )}
          </span>
          {why !== null && <span className="block break-words first-letter:uppercase">{why}</span>}
        </>
      }
      facts={facts(model, tag, mark)}
      actions={
        <>
          {tag === null && (
            <Button
              size="small"
              icon={<Download aria-hidden className="size-icon-small" />}
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
            variant={tag === null ? 'secondary' : 'primary'}
            icon={<Play aria-hidden className="size-icon-small" />}
            aria-label={words.models.runOf(name)}
            disabled={!canUseEngine}
            onClick={() => openRun(reference)}
          >
            {words.models.run}
          </Button>
          {tag !== null && (
            <Menu
              size="small"
              label={words.common.moreActions(name)}
              icon={<EllipsisVertical aria-hidden className="size-icon" />}
              actions={[
                {
                  label: words.models.removeImage,
                  icon: <Trash2 aria-hidden className="size-icon" />,
                  isDanger: true,
                  onSelect: () => setRemoving(true),
                },
              ]}
            />
          )}
        </>
      }
    >
      {failedPull !== null && <FailedPull job={failedPull} />}
      {isRemoving && tag !== null && <RemoveImageDialog tag={tag} onClose={() => setRemoving(false)} />}
    </ListRow>
  );
});

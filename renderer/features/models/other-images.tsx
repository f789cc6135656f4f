import Box from 'lucide-react/icons/box';
import Play from 'lucide-react/icons/play';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { CatalogModel } from '../../../shared/contract/catalog.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useDialogs } from '../../app/dialogs.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { words } from '../../words.ts';
import { tagsOutside, type LocalTag } from './local-tags.ts';
import { RemoveImageDialog } from './remove-image.tsx';

interface OtherImagesProps {
  images: readonly LocalImage[];
  models: readonly CatalogModel[];
  canUseEngine: boolean;
}

/** What the engine has beside the listed models: NIM that the list does not know first, the rest on request. */
export function OtherImages({ images, models, canUseEngine }: OtherImagesProps) {
  const [showsAll, setShowsAll] = useState(false);
  const listed = new Set(models.map((model) => model.repository));
  const others = tagsOutside(images, listed);
  const nims = others.filter(({ image }) => image.nim !== null);
  const rest = others.filter(({ image }) => image.nim === null);
  const shown = showsAll ? [...nims, ...rest] : nims;
  if (others.length === 0) return null;
  return (
    <section aria-label={words.models.otherImages} className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{words.models.otherImages}</h2>
      <p className="text-sm text-ink-soft">{words.models.otherImagesHint}</p>
      {shown.length > 0 && (
        <List>
          {shown.map((tag) => (
            <OtherImage key={tag.reference} tag={tag} canUseEngine={canUseEngine} />
          ))}
        </List>
      )}
      {!showsAll && rest.length > 0 && (
        <div>
          <Button size="small" onClick={() => setShowsAll(true)}>
            {words.models.moreImages(rest.length)}
          </Button>
        </div>
      )}
    </section>
  );
}

function OtherImage({ tag, canUseEngine }: { tag: LocalTag; canUseEngine: boolean }) {
  const { reference, image } = tag;
  const hasName = image.references.length > 0;
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const [isRemoving, setRemoving] = useState(false);
  return (
    <ListRow
      lead={<Box className="size-icon-large" />}
      title={
        <span className="font-mono text-sm font-normal wrap-anywhere">
          {hasName ? reference : words.models.untagged(image.nim?.model ?? null, reference)}
        </span>
      }
      facts={[{ label: words.models.facts.disk, value: formatBytes(image.sizeBytes) }]}
      actions={
        <>
          {hasName && (
            <Button
              size="small"
              variant={image.nim === null ? 'secondary' : 'primary'}
              icon={<Play aria-hidden className="size-icon-small" />}
              aria-label={words.models.runOf(reference)}
              disabled={!canUseEngine}
              onClick={() => openRun(reference)}
            >
              {words.models.run}
            </Button>
          )}
          <IconButton
            size="small"
            label={words.models.removeImageTitle(reference)}
            icon={<Trash2 aria-hidden className="size-icon" />}
            disabled={!canUseEngine}
            onClick={() => setRemoving(true)}
          />
        </>
      }
    >
      {isRemoving && <RemoveImageDialog tag={tag} onClose={() => setRemoving(false)} />}
    </ListRow>
  );
}

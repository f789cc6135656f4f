import Play from 'lucide-react/icons/play';
import Trash2 from 'lucide-react/icons/trash-2';
import { useState } from 'react';
import type { CatalogModel } from '../../../shared/contract/catalog.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useDialogs } from '../../app/dialogs.ts';
import { repositoryOf } from '../../app/image-reference.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { words } from '../../words.ts';
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
  const others = images.filter(
    (image) =>
      image.references.length > 0 && !image.references.some((reference) => listed.has(repositoryOf(reference))),
  );
  const nims = others.filter((image) => image.nim !== null);
  const rest = others.filter((image) => image.nim === null);
  const shown = showsAll ? [...nims, ...rest] : nims;
  if (others.length === 0) return null;
  return (
    <section aria-label={words.models.otherImages} className="flex flex-col gap-2">
      <h2 className="font-semibold">{words.models.otherImages}</h2>
      <p className="text-sm text-ink-soft">{words.models.otherImagesHint}</p>
      {shown.length > 0 && (
        <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
          {shown.map((image) => (
            <OtherImage key={image.id} image={image} canUseEngine={canUseEngine} />
          ))}
        </ul>
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

function OtherImage({ image, canUseEngine }: { image: LocalImage; canUseEngine: boolean }) {
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const [isRemoving, setRemoving] = useState(false);
  const [reference = ''] = image.references;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-64 flex-1">
        <p className="font-mono text-sm wrap-anywhere">{reference}</p>
        <p className="text-xs text-ink-soft">{words.models.onDisk(formatBytes(image.sizeBytes))}</p>
      </div>
      <Button
        size="small"
        variant={image.nim === null ? 'secondary' : 'primary'}
        icon={<Play aria-hidden className="size-3.5" />}
        aria-label={words.models.runOf(reference)}
        disabled={!canUseEngine}
        onClick={() => openRun(reference)}
      >
        {words.models.run}
      </Button>
      <IconButton
        size="small"
        label={words.models.removeImageTitle(reference)}
        icon={<Trash2 aria-hidden className="size-4" />}
        disabled={!canUseEngine}
        onClick={() => setRemoving(true)}
      />
      {isRemoving && (
        <RemoveImageDialog reference={reference} sizeBytes={image.sizeBytes} onClose={() => setRemoving(false)} />
      )}
    </li>
  );
}

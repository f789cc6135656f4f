import Boxes from 'lucide-react/icons/boxes';
import Download from 'lucide-react/icons/download';
import Play from 'lucide-react/icons/play';
import type { CatalogModel } from '../../../shared/contract/catalog.ts';
import type { LocalImage } from '../../../shared/contract/images.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { formatBytes } from '../../../shared/format.ts';
import { useFilters } from '../../features/models/filter-store.ts';
import { noFilters } from '../../features/models/filter.ts';
import { navigate } from '../../router.ts';
import { words } from '../../words.ts';
import { attempt } from '../attempt.ts';
import { useDialogs } from '../dialogs.ts';
import { referenceOf, repositoryOf, shortName } from '../image-reference.ts';
import type { Command } from './command.ts';

const { commands } = words.palette;
const openRun = (reference: string) => useDialogs.getState().openRun(reference);

/** With its tag: of one image several may be here, and each is run by itself. */
const runId = (reference: string) => `model-run ${reference}`;

/** What can be run, pulled and shown: first the images that are here, then the list without them. */
export function modelCommands(
  models: readonly CatalogModel[],
  images: readonly LocalImage[],
  api: Api,
  canUseEngine: boolean,
): Command[] {
  const titles = new Map(models.map((model) => [model.repository, model.title]));
  const local = new Set(images.flatMap((image) => image.references.map(repositoryOf)));
  const here = new Map(
    images
      .filter((image) => image.nim !== null)
      .flatMap(({ references, sizeBytes }) => references.map((reference) => [reference, sizeBytes] as const)),
  );
  const runnable = canUseEngine
    ? [...here].map(([reference, size]): Command => {
        const title = titles.get(repositoryOf(reference)) ?? shortName(reference);
        return {
          id: runId(reference),
          kind: 'model',
          label: commands.run(title),
          detail: `${reference} · ${words.models.onDisk(formatBytes(size))}`,
          icon: Play,
          isOffered: true,
          run: () => openRun(reference),
        };
      })
    : [];
  return [...runnable, ...models.flatMap((model) => listed(model, local.has(model.repository), api, canUseEngine))];
}

function listed(model: CatalogModel, isHere: boolean, api: Api, canUseEngine: boolean): Command[] {
  const { title, repository } = model;
  const reference = referenceOf(repository, model.tag);
  const about = { kind: 'model', detail: repository, also: `${model.kind} ${model.publisher}` } as const;
  const show: Command = {
    ...about,
    id: `model-show ${repository}`,
    label: commands.showModel(title),
    icon: Boxes,
    run: () => {
      useFilters.getState().change({ ...noFilters, search: model.name });
      navigate({ page: 'models' });
    },
  };
  if (isHere || !canUseEngine) return [show];
  return [
    show,
    { ...about, id: runId(reference), label: commands.run(title), icon: Play, run: () => openRun(reference) },
    {
      ...about,
      id: `model-pull ${repository}`,
      label: commands.pull(title),
      icon: Download,
      run: () => {
        attempt(api.images.pull({ reference }));
        useDialogs.getState().setTrayOpen(true);
      },
    },
  ];
}

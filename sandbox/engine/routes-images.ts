import type { Containers } from './containers.ts';
import type { Events } from './events.ts';
import { EngineError, hasLabels, isTrue, readFilters, route, type Route, sendJson, sendNothing } from './http.ts';
import { layersOf } from './image.ts';
import { type ImageStore, inspectImage, listEntry, type StoredImage } from './image-store.ts';
import type { Pulls } from './pulls.ts';
import { parseReference } from './reference.ts';
import type { ModeFacts } from './store-mode.ts';

export interface ImageRoutesParts {
  images: ImageStore;
  containers: Containers;
  pulls: Pulls;
  events: Events;
  facts: ModeFacts;
  architecture: () => string;
}

export function imageRoutes({ images, containers, pulls, events, facts, architecture }: ImageRoutesParts): Route[] {
  const usersOf = (image: StoredImage) => containers.all().filter((each) => each.image === image);

  function remove(name: string, isForced: boolean): object[] {
    const image = images.get(name);
    const isById = !image.references.has(parseReference(name).name);
    const [first = name] = image.references;
    const reference = isById ? first : parseReference(name).name;
    const gone = (isById ? [...image.references] : [reference]).map((each) => ({ Untagged: each }));
    const [user] = usersOf(image).toSorted((a, b) => Number(b.isRunning) - Number(a.isRunning));
    const isLast = isById || image.references.size === 1;
    if (isLast && user !== undefined && (!isForced || (user.isRunning && isById))) {
      const must = user.isRunning && isById ? 'cannot be forced' : 'must force';
      throw new EngineError(
        409,
        `conflict: unable to remove repository reference "${name}" (${must}) - container ${user.id.slice(0, 12)} is using its referenced image ${image.id.replace('sha256:', '').slice(0, 12)}`,
      );
    }
    if (!isLast) {
      images.untag(image, reference);
      events.emit('image', 'untag', image.id, { name: reference });
      return gone;
    }
    image.references.clear();
    events.emit('image', 'untag', image.id, { name: reference });
    if (user !== undefined) return gone;
    images.drop(image);
    events.emit('image', 'delete', image.id, { name: image.id });
    const deleted = layersOf(image.recipe).map(({ digest }) => ({ Deleted: digest }));
    return [
      ...gone,
      { Untagged: `${parseReference(reference).repository}@${image.digest}` },
      { Deleted: image.id },
      ...(facts.isContainerd ? [] : deleted),
    ];
  }

  return [
    route('POST /images/create', (call) => {
      if ((call.query.get('fromImage') ?? '') === '') throw new EngineError(400, 'invalid reference format');
      return pulls.answer(call);
    }),
    route('GET /images/json', ({ query, response }) => {
      const filters = readFilters(query);
      const wanted = filters.get('reference') ?? [];
      const isWanted = (image: StoredImage) =>
        hasLabels(image.recipe.labels, filters.get('label') ?? []) &&
        (wanted.length === 0 || wanted.some((name) => matchesReference(image, name))) &&
        (!(filters.get('dangling') ?? []).includes('true') || image.references.size === 0);
      sendJson(
        response,
        images
          .all()
          .filter(isWanted)
          .map((image) => listEntry(image, facts, -1)),
      );
    }),
    route('GET /images/{name+}/json', ({ params, response }) =>
      sendJson(response, inspectImage(images.get(params['name'] ?? ''), facts, architecture())),
    ),
    route('GET /images/{name+}/history', ({ params, response }) => {
      const image = images.get(params['name'] ?? '');
      const history = layersOf(image.recipe).map(({ bytes }, index) => ({
        Comment: '',
        Created: image.createdSeconds,
        CreatedBy: `COPY layer-${index} / # buildkit`,
        Id: index === image.recipe.layers.length - 1 ? image.id : '<missing>',
        Size: bytes,
        Tags: index === image.recipe.layers.length - 1 ? [...image.references] : null,
      }));
      sendJson(response, history.toReversed());
    }),
    route('POST /images/{name+}/tag', ({ params, query, response }) => {
      const reference = parseReference(query.get('repo') ?? '', query.get('tag') ?? undefined).name;
      const image = images.get(params['name'] ?? '');
      images.tag(image, reference);
      events.emit('image', 'tag', image.id, { name: reference });
      sendNothing(response, 201);
    }),
    route('DELETE /images/{name+}', ({ params, query, response }) =>
      sendJson(response, remove(params['name'] ?? '', isTrue(query, 'force'))),
    ),
    route('POST /images/prune', ({ response }) => {
      const unused = images.all().filter((image) => image.references.size === 0 && usersOf(image).length === 0);
      for (const image of unused) images.drop(image);
      sendJson(response, { ImagesDeleted: unused.map(({ id }) => ({ Deleted: id })), SpaceReclaimed: 0 });
    }),
  ];
}

/** A name with or without tag, `*` for any part of it. */
function matchesReference(image: StoredImage, wanted: string): boolean {
  const pattern = new RegExp(`^${wanted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
  return [...image.references].some((name) => pattern.test(name) || pattern.test(parseReference(name).repository));
}

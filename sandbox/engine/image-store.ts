import { nowNano } from './clock.ts';
import { EngineError } from './http.ts';
import { configDigestOf, type ImageRecipe, indexDigestOf, layersOf } from './image.ts';
import { parseReference } from './reference.ts';
import type { ModeFacts } from './store-mode.ts';

export interface StoredImage {
  readonly id: string;
  readonly recipe: ImageRecipe;
  readonly digest: string;
  readonly createdSeconds: number;
  /** `repository:tag`. */
  readonly references: Set<string>;
}

export interface ImageStore {
  all(): StoredImage[];
  /** By reference, by id or its beginning. */
  find(name: string): StoredImage | null;
  /** Throws the engine's 404. */
  get(name: string): StoredImage;
  add(recipe: ImageRecipe, reference: string): StoredImage;
  tag(image: StoredImage, reference: string): void;
  /** What is gone then, as the engine says it. */
  untag(image: StoredImage, reference: string): void;
  drop(image: StoredImage): void;
  hasLayer(digest: string): boolean;
  /** Bytes of a layer that an earlier pull left behind, in containerd's store. */
  kept: Map<string, number>;
}

/** Unpacked layers are about twice as large as they travel. */
const unpackedFactor = 1.9;

export function createImageStore(facts: ModeFacts): ImageStore {
  const images = new Map<string, StoredImage>();
  const kept = new Map<string, number>();

  function find(name: string): StoredImage | null {
    const byId = images.get(name) ?? images.get(`sha256:${name}`);
    if (byId !== undefined) return byId;
    for (const image of images.values()) {
      if (/^(?:sha256:)?[0-9a-f]{4,64}$/.test(name) && image.id.startsWith(`sha256:${name.replace(/^sha256:/, '')}`)) {
        return image;
      }
    }
    const { name: spelled, repository, tag } = parseReference(name);
    for (const image of images.values()) {
      if (image.references.has(spelled)) return image;
      const isRepository = [...image.references].some((each) => parseReference(each).repository === repository);
      if (image.digest === tag && isRepository) return image;
    }
    return null;
  }

  return {
    all: () => [...images.values()],
    find,
    get(name) {
      const image = find(name);
      if (image === null) throw new EngineError(404, `No such image: ${/[:@]/.test(name) ? name : `${name}:latest`}`);
      return image;
    },
    add(recipe, reference) {
      const digest = indexDigestOf(recipe);
      const id = facts.isContainerd ? digest : configDigestOf(recipe);
      const image = images.get(id) ?? {
        id,
        recipe,
        digest,
        createdSeconds: Number(nowNano() / 1_000_000_000n) - 40 * 86_400,
        references: new Set<string>(),
      };
      images.set(id, image);
      this.tag(image, reference);
      for (const layer of layersOf(recipe)) kept.delete(layer.digest);
      return image;
    },
    tag(image, reference) {
      const { name } = parseReference(reference);
      for (const other of images.values()) other.references.delete(name);
      image.references.add(name);
    },
    untag: (image, reference) => void image.references.delete(parseReference(reference).name),
    drop: (image) => void images.delete(image.id),
    hasLayer: (digest) =>
      images.values().some(({ recipe }) => layersOf(recipe).some((layer) => layer.digest === digest)),
    kept,
  };
}

const compressed = ({ layers }: ImageRecipe) => layers.reduce((sum, bytes) => sum + bytes, 0);

/** overlay2 keeps what it unpacked only, containerd's store both. */
export function sizeOf(recipe: ImageRecipe, facts: ModeFacts): number {
  const unpacked = Math.round(compressed(recipe) * unpackedFactor);
  return facts.isContainerd ? unpacked + compressed(recipe) : unpacked;
}

function digestsOf({ references, digest }: StoredImage): string[] {
  return [...new Set([...references].map((name) => `${parseReference(name).repository}@${digest}`))];
}

export function listEntry(image: StoredImage, facts: ModeFacts, containers: number): object {
  const { recipe } = image;
  return {
    Containers: containers,
    Created: image.createdSeconds,
    Id: image.id,
    Labels: recipe.labels,
    ParentId: '',
    RepoDigests: digestsOf(image),
    RepoTags: [...image.references],
    SharedSize: -1,
    Size: sizeOf(recipe, facts),
  };
}

export function inspectImage(image: StoredImage, facts: ModeFacts, architecture: string): object {
  const { recipe } = image;
  const command =
    recipe.content.kind === 'plain' ? { Cmd: recipe.content.command } : { Cmd: ['/opt/nim/start_server.sh'] };
  const entrypoint = recipe.content.kind === 'nim' ? { Entrypoint: ['/opt/nim/start_server.sh'] } : {};
  return {
    Id: image.id,
    RepoTags: [...image.references],
    RepoDigests: digestsOf(image),
    Created: new Date(image.createdSeconds * 1000).toISOString(),
    Architecture: architecture,
    Os: 'linux',
    Size: sizeOf(recipe, facts),
    Config: {
      User: recipe.user,
      Env: recipe.env,
      Labels: recipe.labels,
      ExposedPorts: recipe.exposedPort === null ? null : { [`${recipe.exposedPort}/tcp`]: {} },
      WorkingDir: '',
      ...entrypoint,
      ...command,
    },
    GraphDriver: { Name: facts.driver, Data: null },
    RootFS: { Type: 'layers', Layers: layersOf(recipe).map(({ digest }) => digest) },
    Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
  };
}

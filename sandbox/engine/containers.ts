import { randomBytes } from 'node:crypto';
import { type Container, type ContainerWorld, createContainer } from './container.ts';
import { type ContainerSpec, readSpec } from './container-spec.ts';
import { EngineError } from './http.ts';
import type { StoredImage } from './image-store.ts';
import type { Volumes } from './volumes.ts';

export interface Containers {
  /** Newest first. */
  all(): Container[];
  /** By name, id, or the id's beginning. Throws the engine's 404. */
  get(name: string): Container;
  create(name: string | null, body: unknown, image: StoredImage): Container;
  rename(container: Container, name: string): void;
  remove(container: Container, options: { force: boolean; withVolumes: boolean }): Promise<void>;
  onRemove(listener: (id: string) => void): () => void;
}

export interface ContainersParts extends Omit<ContainerWorld, 'remove'> {
  volumes: Volumes;
  knowsRuntime(name: string): boolean;
}

const namePattern = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const adjectives = ['calm', 'brave', 'quiet', 'eager', 'keen', 'clever', 'gentle', 'jolly'];
const nouns = ['turing', 'hopper', 'noether', 'euler', 'lovelace', 'gauss', 'curie', 'bohr'];

export function createContainers(parts: ContainersParts): Containers {
  const containers = new Map<string, Container>();
  const removeListeners = new Set<(id: string) => void>();
  const world: ContainerWorld = {
    ...parts,
    remove(id) {
      const container = containers.get(id);
      if (container !== undefined) void removeOne(container, true);
    },
  };

  function checkName(name: string, own?: string): void {
    if (!namePattern.test(name)) {
      throw new EngineError(400, `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    }
    for (const other of containers.values()) {
      if (other.name === name && other.id !== own) {
        throw new EngineError(
          409,
          `Conflict. The container name "/${name}" is already in use by container "${other.id}". You have to remove (or rename) that container to be able to reuse that name.`,
        );
      }
    }
  }

  function freeName(): string {
    for (let number = 0; ; number += 1) {
      const name = `${pick(adjectives)}_${pick(nouns)}${number === 0 ? '' : number}`;
      if (![...containers.values()].some((other) => other.name === name)) return name;
    }
  }

  function checkSpec(spec: ContainerSpec): void {
    const { runtime } = spec;
    if (runtime !== '' && !parts.knowsRuntime(runtime)) {
      throw new EngineError(400, `unknown or invalid runtime name: ${runtime}`);
    }
  }

  async function removeOne(container: Container, withVolumes: boolean): Promise<void> {
    await container.end();
    if (!containers.delete(container.id)) return;
    parts.volumes.release(container.id, withVolumes);
    container.emit('destroy');
    for (const listener of removeListeners) listener(container.id);
  }

  return {
    all: () => [...containers.values()].toReversed(),
    get(name) {
      const plain = name.replace(/^\//, '');
      const exact = containers.get(plain) ?? [...containers.values()].find((other) => other.name === plain);
      if (exact !== undefined) return exact;
      const found = [...containers.values()].filter(({ id }) => /^[0-9a-f]+$/.test(plain) && id.startsWith(plain));
      const [only] = found;
      if (only === undefined || found.length > 1) throw new EngineError(404, `No such container: ${name}`);
      return only;
    },
    create(wanted, body, image) {
      const spec = readSpec(body, image);
      checkSpec(spec);
      const name = wanted === null ? freeName() : wanted.replace(/^\//, '');
      checkName(name);
      const id = randomBytes(32).toString('hex');
      const container = createContainer(world, { id, name, image, spec });
      containers.set(id, container);
      for (const { type, source } of spec.mounts) if (type === 'volume') parts.volumes.use(source, id);
      container.emit('create');
      return container;
    },
    rename(container, name) {
      const plain = name.replace(/^\//, '');
      if (plain === container.name)
        throw new EngineError(400, 'Renaming a container with the same name as its current name');
      checkName(plain, container.id);
      const oldName = `/${container.name}`;
      container.name = plain;
      container.emit('rename', { oldName });
    },
    async remove(container, { force, withVolumes }) {
      if (container.isRunning && !force) {
        throw new EngineError(
          409,
          `cannot remove container "/${container.name}": container is running: stop the container before removing or force remove`,
        );
      }
      if (container.isRunning) {
        // As real engines do: its death is told before its end.
        const end = container.wait(true);
        container.kill('KILL');
        await end;
      }
      await removeOne(container, withVolumes);
    },
    onRemove(listener) {
      removeListeners.add(listener);
      return () => void removeListeners.delete(listener);
    },
  };
}

const pick = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] ?? '';

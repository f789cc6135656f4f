import { randomBytes } from 'node:crypto';
import type { Events } from './events.ts';
import { EngineError } from './http.ts';
import type { ModeFacts } from './store-mode.ts';

interface Volume {
  name: string;
  labels: Readonly<Record<string, string>>;
  createdAt: string;
  users: Set<string>;
  isAnonymous: boolean;
}

export interface Volumes {
  list(): Volume[];
  get(name: string): Volume;
  create(name: string | null, labels: Readonly<Record<string, string>>): Volume;
  /** A container is made with it; made where it is not there. */
  use(name: string, containerId: string): void;
  release(containerId: string, withAnonymous: boolean): void;
  remove(name: string): void;
  view(volume: Volume): object;
}

export function createVolumes(facts: ModeFacts, events: Events): Volumes {
  const volumes = new Map<string, Volume>();

  function create(name: string | null, labels: Readonly<Record<string, string>>): Volume {
    const found = name === null ? undefined : volumes.get(name);
    if (found !== undefined) return found;
    const isAnonymous = name === null || name === '';
    const volume: Volume = {
      name: isAnonymous ? randomBytes(32).toString('hex') : name,
      labels,
      createdAt: new Date().toISOString(),
      users: new Set(),
      isAnonymous,
    };
    volumes.set(volume.name, volume);
    events.emit('volume', 'create', volume.name, { driver: 'local' });
    return volume;
  }

  function get(name: string): Volume {
    const volume = volumes.get(name);
    if (volume === undefined) throw new EngineError(404, `get ${name}: no such volume`);
    return volume;
  }

  return {
    list: () => [...volumes.values()],
    get,
    create,
    use: (name, containerId) => void create(name === '' ? null : name, {}).users.add(containerId),
    release(containerId, withAnonymous) {
      for (const volume of volumes.values()) {
        if (!volume.users.delete(containerId)) continue;
        if (withAnonymous && volume.isAnonymous && volume.users.size === 0) volumes.delete(volume.name);
      }
    },
    remove(name) {
      const volume = get(name);
      if (volume.users.size > 0) {
        throw new EngineError(409, `remove ${name}: volume is in use - [${[...volume.users].join(', ')}]`);
      }
      volumes.delete(name);
      events.emit('volume', 'destroy', name, { driver: 'local' });
    },
    view: ({ name, labels, createdAt }) => ({
      CreatedAt: createdAt,
      Driver: 'local',
      Labels: labels,
      Mountpoint: `${facts.rootFolder}/volumes/${name}/_data`,
      Name: name,
      Options: null,
      Scope: 'local',
    }),
  };
}

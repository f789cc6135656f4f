import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FootprintItem, FootprintKind } from '../../shared/contract/footprint.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { ChatService } from '../chat/service.ts';
import type { CoreDeps } from '../deps.ts';
import { dockerError, engineStatus } from '../engine/docker-errors.ts';
import type { EngineService } from '../engine/service.ts';
import { abortable } from '../lib/abortable.ts';
import { first } from '../lib/first.ts';
import { hasSystemCode } from '../lib/system-code.ts';
import { folderSize, modelFolder, removeModel } from '../nims/cost.ts';
import { cacheVolume } from '../nims/model-cache.ts';
import type { SettingsService } from '../settings/service.ts';

export interface FootprintService {
  api: Api['footprint'];
  /** Somebody asked for the data folder to go; its owner does that when everything has ended. */
  isDataUnwanted(): boolean;
}

export interface FootprintParts {
  api: Pick<Api, 'images' | 'ngc' | 'nims'>;
  chat: Pick<ChatService, 'heldKeys' | 'forgetKey'>;
  engine: Pick<EngineService, 'docker' | 'settled' | 'state'>;
  settings: Pick<SettingsService, 'get'>;
}

interface Found {
  isEngineKnown: boolean;
  items: FootprintItem[];
}

/** Containers hold images, volumes and models; data is only marked. */
const order: readonly FootprintKind[] = ['container', 'image', 'volume', 'model', 'key', 'data'];

export function createFootprintService(
  deps: Pick<CoreDeps, 'dataFolder' | 'home'>,
  { api, chat, engine, settings }: FootprintParts,
): FootprintService {
  let isDataUnwanted = false;
  const never = new AbortController().signal;
  const modelsRoot = () => join(settings.get().cacheFolder ?? join(deps.home, '.cache', 'nim'), 'ngc', 'hub');

  async function read(signal: AbortSignal): Promise<Found> {
    await engine.settled(signal).catch(() => null);
    const isEngineKnown = engine.state().status === 'connected';
    const nims = isEngineKnown ? (await first(api.nims.watch({}, { signal }))).nims : [];
    const [fromEngine, models, keys, data] = await Promise.all([
      isEngineKnown ? readEngine(nims, signal) : [],
      readModels(nims, signal),
      readKeys(signal),
      readData(signal),
    ]);
    return { isEngineKnown, items: [...fromEngine, ...models, ...keys, ...data] };
  }

  async function readEngine(nims: readonly Nim[], signal: AbortSignal): Promise<FootprintItem[]> {
    const containers = nims.map((nim): FootprintItem => {
      const runs = nim.status !== 'stopped' && nim.status !== 'exited';
      return item('container', nim.id, nim.name, { notes: runs ? ['runs'] : [] });
    });
    const local = (await first(api.images.watch({}, { signal }))) ?? [];
    const images = local
      .filter(({ nim, references }) => nim !== null || nims.some(({ reference }) => references.includes(reference)))
      .map(({ id, references, sizeBytes }) =>
        item('image', id, references[0] ?? id, {
          sizeBytes,
          usedBy: nims.filter(({ reference }) => references.includes(reference)).map(({ name }) => name),
        }),
      );
    return [...containers, ...images, ...(await readVolume(signal))];
  }

  async function readVolume(signal: AbortSignal): Promise<FootprintItem[]> {
    try {
      await abortable(engine.docker().getVolume(cacheVolume).inspect(), signal);
      return [item('volume', cacheVolume, cacheVolume)];
    } catch (error) {
      if (engineStatus(error) === 404) return [];
      throw dockerError(error, { signal, action: 'inspect the volume' });
    }
  }

  /** One a model: a user may want to keep the one of 40 GB that took the night. */
  async function readModels(nims: readonly Nim[], signal: AbortSignal): Promise<FootprintItem[]> {
    const root = modelsRoot();
    const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
      if (hasSystemCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return [];
      throw error;
    });
    const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith('models--'));
    return await Promise.all(
      folders.map(async ({ name }) => {
        const path = join(root, name);
        const cache = settings.get().cacheFolder ?? join(deps.home, '.cache', 'nim');
        const usedBy = nims.filter(({ reference }) => modelFolder(cache, reference) === path).map((nim) => nim.name);
        const sizeBytes = await folderSize(path, signal);
        return item('model', name, name.replace(/^models--/, '').replaceAll('--', '/'), {
          path,
          sizeBytes,
          usedBy,
          notes: ['command-lines'],
        });
      }),
    );
  }

  async function readKeys(signal: AbortSignal): Promise<FootprintItem[]> {
    const status = await first(api.ngc.watch({}, { signal }));
    // A key of the environment is not ours to remove.
    const ngc = status.storage === null ? [] : [item('key', 'ngc', 'NGC')];
    return [...ngc, ...chat.heldKeys().map(({ id, name }) => item('key', id, name))];
  }

  async function readData(signal: AbortSignal): Promise<FootprintItem[]> {
    const sizeBytes = await folderSize(deps.dataFolder, signal);
    return [item('data', 'folder', deps.dataFolder, { path: deps.dataFolder, sizeBytes, notes: ['at-end'] })];
  }

  async function removeOne({ kind, id, name, path }: FootprintItem, signal: AbortSignal): Promise<void> {
    const key = id.slice(kind.length + 1);
    if (kind === 'container') await api.nims.remove({ nimId: key }, { signal });
    else if (kind === 'image') await removeImage(key, signal);
    else if (kind === 'volume') await removeVolume(name, signal);
    else if (kind === 'model' && path !== null) await removeModel(path);
    else if (kind === 'key') await (key === 'ngc' ? api.ngc.signOut({}, { signal }) : chat.forgetKey(key));
    else if (kind === 'data') isDataUnwanted = true;
  }

  /** By every name it has: an image with two tags stays until both are gone. */
  async function removeImage(id: string, signal: AbortSignal): Promise<void> {
    const local = (await first(api.images.watch({}, { signal }))) ?? [];
    const references = local.find((image) => image.id === id)?.references ?? [];
    for (const reference of references.length === 0 ? [id] : references) {
      await api.images.remove({ reference }, { signal });
    }
  }

  async function removeVolume(name: string, signal: AbortSignal): Promise<void> {
    try {
      await abortable(engine.docker().getVolume(name).remove(), signal);
    } catch (error) {
      if (engineStatus(error) !== 404) throw dockerError(error, { signal, action: 'remove the volume' });
    }
  }

  return {
    api: {
      read: (_input, { signal } = {}) => read(signal ?? never),
      async remove({ ids }, { signal = never } = {}) {
        const { items } = await read(signal);
        const wanted = order.flatMap((kind) => items.filter((each) => each.kind === kind && ids.includes(each.id)));
        const results: Awaited<ReturnType<Api['footprint']['remove']>> = [];
        for (const each of wanted) {
          signal.throwIfAborted();
          results.push({ id: each.id, failure: await failureOf(removeOne(each, signal)) });
        }
        const unknown = ids.filter((id) => !wanted.some((each) => each.id === id));
        const gone = new AppError('NOT_FOUND', 'It is not there any more.');
        return [...results, ...unknown.map((id) => ({ id, failure: gone.toFailure() }))];
      },
    },
    isDataUnwanted: () => isDataUnwanted,
  };
}

function item(kind: FootprintKind, key: string, name: string, more: Partial<FootprintItem> = {}): FootprintItem {
  return { id: `${kind}:${key}`, kind, name, path: null, sizeBytes: null, usedBy: [], notes: [], ...more };
}

async function failureOf(work: Promise<void>) {
  try {
    await work;
    return null;
  } catch (error) {
    const why = isAppError(error)
      ? error
      : new AppError('INTERNAL', error instanceof Error ? error.message : String(error));
    return why.toFailure();
  }
}

import type { ChatTarget } from '../../shared/contract/chat.ts';
import type { CatalogModel } from '../../shared/contract/catalog.ts';
import type { Failure } from '../../shared/contract/common.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim, NimCapability, NimDetails } from '../../shared/contract/nims.ts';
import type { ChatTargets, TargetInfo } from '../../shared/contract/targets.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { createValue } from '../lib/value.ts';
import type { NimsService } from '../nims/service.ts';
import type { Addresses } from './addresses.ts';
import type { Server } from './ask.ts';
import { addressCapabilities, createLearned, hostedCapabilities, lacking, nimCapabilities } from './capabilities.ts';
import type { Connections } from './connections.ts';
import type { Hosted } from './hosted.ts';
import { type HostedRow, readHostedTable } from './hosted-table.ts';
import { askForModels, type ListedModel } from './model-list.ts';

export type Endpoint = 'chat' | 'embeddings' | 'ranking';

/** One that can be asked now. */
export interface Resolved {
  server: Server;
  /** The id that it is asked by. */
  model: string;
  /** As it is kept beside a chat. */
  name: string;
}

export interface Targets {
  watch(signal: AbortSignal | undefined): AsyncGenerator<ChatTargets, void, undefined>;
  refresh(): Promise<void>;
  /** Throws what keeps it from being asked; never chooses another one in its place. */
  resolve(target: ChatTarget, endpoint: Endpoint): Promise<Resolved>;
  /** What an answer, or its failure, has shown of the model. */
  learn(target: ChatTarget, shown: AppError | 'reasoning' | 'tools' | 'vision' | 'chat' | 'embedding' | 'rerank'): void;
  /** Tells the readers that keys or addresses have changed. */
  changed(): void;
  close(): void;
}

export interface TargetParts {
  nims: Pick<NimsService, 'api' | 'get'>;
  catalog: Api['catalog'];
  hosted: Hosted;
  addresses: Addresses;
  connections: Connections;
}

interface Listed {
  models: ListedModel[] | null;
  failure: Failure | null;
}

export function createTargets(deps: Pick<CoreDeps, 'log'>, parts: TargetParts): Targets {
  const { nims, catalog, hosted, addresses, connections } = parts;
  const closing = new AbortController();
  const state = createValue<ChatTargets | null>(null);
  const learned = createLearned(() => rebuild());
  const retired = new Set<string>();
  /** Of each start of a NIM: what its container says of itself. Null: it could not be asked. */
  const inspected = new Map<string, Pick<NimDetails, 'capabilities' | 'contextTokens'> | null>();
  const ofAddress = new Map<string, Listed>();
  let ofHosted: Listed = { models: null, failure: null };
  let present: readonly Nim[] = [];
  let tables: { catalog: readonly CatalogModel[]; hosted: ReadonlyMap<string, HostedRow> } | null = null;
  let isFollowing = false;

  /** From when somebody first looks. */
  function follow(): void {
    if (isFollowing) return;
    isFollowing = true;
    void followNims();
    void refresh().catch((error: unknown) => note('chat.targets-not-asked', error));
  }

  async function followNims(): Promise<void> {
    try {
      tables = { catalog: (await catalog.list({})).models, hosted: await readHostedTable() };
      for await (const list of nims.api.watch({}, { signal: closing.signal })) {
        present = list.nims;
        rebuild();
        for (const nim of present) if (nim.status === 'ready') void inspect(nim);
      }
    } catch (error) {
      if (!closing.signal.aborted) note('chat.targets-ended', error);
      isFollowing = false;
    }
  }

  const startOf = ({ id, startedAt }: Nim) => `${id} ${startedAt ?? ''}`;

  async function inspect(nim: Nim): Promise<void> {
    const key = startOf(nim);
    if (inspected.has(key)) return;
    for (const old of inspected.keys()) if (old.startsWith(`${nim.id} `)) inspected.delete(old);
    inspected.set(key, null);
    try {
      inspected.set(key, await nims.api.inspect({ nimId: nim.id }, { signal: closing.signal }));
      rebuild();
    } catch (error) {
      // The tables say something, too.
      if (!closing.signal.aborted) note('chat.nim-not-inspected', error);
    }
  }

  function note(event: string, error: unknown): void {
    deps.log.info(event, { reason: error instanceof Error ? error.message : String(error) });
  }

  async function refresh(): Promise<void> {
    const askHosted = async () => {
      const unread = await hosted.reread().then(() => null, toAppError);
      if (unread !== null) ofHosted = { models: null, failure: unread.toFailure() };
      else if (hosted.choice().key === null) ofHosted = { models: null, failure: null };
      // The list needs no key (ngc facts 5.2), and gets none; that it is asked for is what was chosen.
      else ofHosted = await listOf({ asker: 'hosted', url: hosted.listUrl(), headers: {} });
      rebuild();
    };
    const askAddress = async ({ id, url, hasKey }: (typeof known)[number]) => {
      const server = await addresses.server(url, hasKey ? id : null, '/models').catch(toAppError);
      ofAddress.set(
        id,
        server instanceof AppError ? { models: null, failure: server.toFailure() } : await listOf(server),
      );
      rebuild();
    };
    const known = addresses.list();
    for (const id of ofAddress.keys()) if (!known.some((each) => each.id === id)) ofAddress.delete(id);
    await Promise.all([askHosted(), ...known.map(askAddress)]);
  }

  async function listOf(server: Omit<Server, 'statusUrl'>): Promise<Listed> {
    try {
      return { models: await askForModels(server, connections, closing.signal), failure: null };
    } catch (error) {
      if (closing.signal.aborted) throw cancelled();
      return { models: null, failure: toAppError(error).toFailure() };
    }
  }

  function rebuild(): void {
    if (tables === null || !isFollowing) return;
    const choice = hosted.choice();
    state.set({
      targets: [...present.map(ofNim), ...addresses.list().flatMap(modelsOfAddress), ...hostedModels()],
      hosted: {
        key: choice.key,
        keyHint: choice.hint,
        isLive: ofHosted.models !== null,
        failure: ofHosted.failure,
      },
      addresses: addresses.list().map(({ id, name, url, hasKey }) => ({
        id,
        name,
        url,
        hasKey,
        failure: ofAddress.get(id)?.failure ?? null,
      })),
    });
  }

  function ofNim(nim: Nim): TargetInfo {
    const target: ChatTarget = { kind: 'nim', nimId: nim.id };
    const model = nim.models[0] ?? null;
    const repository = nim.reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const entry = tables?.catalog.find((each) => each.repository === repository);
    const name = model ?? repository.replace(/^[^/]+\/nim\//, '');
    const about = inspected.get(startOf(nim)) ?? null;
    const said: readonly NimCapability[] | null = about?.capabilities ?? null;
    const row = tables?.hosted.get(name);
    const known = nimCapabilities({ model: name, catalog: entry, row, said, version: nim.nimVersion });
    return {
      target,
      name: nim.name,
      model,
      state: stateOfNim(nim),
      status: nim.status,
      gpus: nim.gpus,
      ...learned.apply(keyOf(target), known),
      contextTokens: about?.contextTokens ?? entry?.contextTokens ?? null,
    };
  }

  function modelsOfAddress(address: ReturnType<Addresses['list']>[number]): TargetInfo[] {
    const listed = ofAddress.get(address.id);
    const named = address.model === null ? [] : [{ id: address.model, contextTokens: null }];
    const models = listed?.models && listed.models.length > 0 ? listed.models : named;
    return models.map(({ id, contextTokens }) => {
      const { url, hasKey } = address;
      const target: ChatTarget = { kind: 'address', url, model: id, keyName: hasKey ? address.id : null };
      const known = addressCapabilities(id, tables?.hosted.get(id));
      return {
        target,
        name: address.name,
        model: id,
        state: listed?.failure ? 'unavailable' : 'ready',
        status: null,
        gpus: null,
        ...learned.apply(keyOf(target), known),
        contextTokens,
      };
    });
  }

  function hostedModels(): TargetInfo[] {
    const rows = tables?.hosted ?? new Map<string, HostedRow>();
    const hasKey = hosted.choice().key !== null;
    const ids =
      ofHosted.models?.map(({ id }) => id) ??
      [...rows.values()].flatMap(({ id, kind, isRetired }) => (kind === 'other' || isRetired ? [] : [id]));
    return ids.map((id) => {
      const target: ChatTarget = { kind: 'hosted', model: id };
      const row = rows.get(id);
      const isGone = row?.isRetired === true || retired.has(id);
      return {
        target,
        name: id,
        model: id,
        state: isGone ? 'retired' : hasKey ? 'ready' : 'needs-key',
        status: null,
        gpus: null,
        ...learned.apply(keyOf(target), hostedCapabilities(id, row)),
        contextTokens: row?.contextTokens ?? null,
      };
    });
  }

  async function resolve(target: ChatTarget, endpoint: Endpoint): Promise<Resolved> {
    if (target.kind === 'nim') return resolveNim(target, endpoint);
    const { model } = target;
    if (target.kind === 'hosted') {
      return { server: await hosted.server(model, hostedPaths[endpoint]), model, name: model };
    }
    const server = await addresses.server(target.url, target.keyName, addressPaths[endpoint]);
    const named = addresses.list().find(({ url }) => url === target.url)?.name;
    return { server, model, name: named ?? new URL(server.url).host };
  }

  function resolveNim({ nimId, model: wanted }: Extract<ChatTarget, { kind: 'nim' }>, endpoint: Endpoint): Resolved {
    const nim = nims.get(nimId);
    const model = wanted ?? nim.models[0];
    if (nim.status === 'paused') {
      throw new AppError('NIM_NOT_READY', `${nim.name} is paused; resume it first.`, { status: nim.status });
    }
    if (nim.status !== 'ready' || nim.address === null || model === undefined) {
      throw new AppError('NIM_NOT_READY', `${nim.name} is not ready to answer.`, { status: nim.status });
    }
    const url = new URL(nimPaths[endpoint], nim.address);
    return { server: { asker: 'nim', url, headers: {}, statusUrl: null }, model, name: nim.name };
  }

  return {
    async *watch(signal) {
      follow();
      for await (const targets of state.watch(signal)) if (targets !== null) yield targets;
    },
    refresh: async () => {
      isFollowing = isFollowing || state.get() !== null;
      await refresh();
    },
    resolve,
    learn(target, shown) {
      if (!isAppError(shown)) {
        learned.note(keyOf(target), shown, true);
        return;
      }
      if (shown.code === 'MODEL_RETIRED' && target.kind === 'hosted') {
        retired.add(target.model);
        rebuild();
      }
      const missing = lacking(shown);
      if (missing !== null) learned.note(keyOf(target), missing, false);
    },
    changed: rebuild,
    close: () => closing.abort(),
  };
}

const nimPaths: Readonly<Record<Endpoint, string>> = {
  chat: '/v1/chat/completions',
  embeddings: '/v1/embeddings',
  ranking: '/v1/ranking',
};
const hostedPaths = { chat: '/v1/chat/completions', embeddings: '/v1/embeddings', ranking: 'ranking' } as const;
const addressPaths: Readonly<Record<Endpoint, string>> = {
  chat: '/chat/completions',
  embeddings: '/embeddings',
  ranking: '/ranking',
};

function keyOf(target: ChatTarget): string {
  if (target.kind === 'nim') return `nim ${target.nimId}`;
  return target.kind === 'hosted' ? `hosted ${target.model}` : `address ${target.url} ${target.model}`;
}

function stateOfNim({ status, models }: Nim): TargetInfo['state'] {
  if (status === 'ready') return models.length > 0 ? 'ready' : 'unavailable';
  if (status === 'starting') return 'starting';
  return status === 'stopped' || status === 'exited' ? 'startable' : 'unavailable';
}

function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  return new AppError('INTERNAL', error instanceof Error ? error.message : String(error));
}

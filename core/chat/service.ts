import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { NgcService } from '../ngc/service.ts';
import type { NimsService } from '../nims/service.ts';
import type { Store } from '../store/store.ts';
import { createAddresses } from './addresses.ts';
import { type Asker, createAsker } from './asker.ts';
import { type Asking, createAsking } from './asking.ts';
import { createConnections } from './connections.ts';
import { pathIn } from './conversations.ts';
import { curlText } from './curl.ts';
import { createHistory } from './history.ts';
import { createHosted } from './hosted.ts';
import { type Parting, readRequest } from './kept-request.ts';
import { askForModels } from './model-list.ts';
import { createRawLog } from './raw-log.ts';
import { requestBody } from './request-body.ts';
import { createTargets } from './targets.ts';
import { askForRanking, askForVectors } from './vectors.ts';

export interface ChatService {
  api: Api['chat'];
  /** For whoever asks outside of a chat. */
  asker: Asker;
  /** The keys that chats have of their own, beside NGC's. */
  heldKeys(): { id: string; name: string }[];
  /** By the id of `heldKeys`; an address stays, without its key. */
  forgetKey(id: string): Promise<void>;
  /** Their values, to be taken out of what is handed on. */
  keyValues(): Promise<string[]>;
  /** Saves what every turn has so far and closes the connections. */
  close(): Promise<void>;
}

export interface ChatParts {
  nims: Pick<NimsService, 'api' | 'get'>;
  ngc: Pick<NgcService, 'key'>;
  catalog: Api['catalog'];
  store: Store;
}

export async function createChatService(
  deps: CoreDeps,
  { nims, ngc, catalog, store }: ChatParts,
): Promise<ChatService> {
  const connections = createConnections();
  const hosted = await createHosted(deps, ngc);
  const addresses = await createAddresses(deps);
  const targets = createTargets(deps, { nims, catalog, hosted, addresses, connections });
  const rawLog = createRawLog();
  // Each needs the other: the history asks for what is under way, and what is under way is kept in it.
  const late: { asking?: Asking } = {};
  const history = await createHistory({
    store,
    now: deps.now,
    live: (message) => late.asking?.withLive(message) ?? message,
    stopIn: async (conversationId) => late.asking?.stopIn(conversationId),
  });
  const { conversations } = history;
  const asking = createAsking(deps, {
    conversations,
    targets,
    connections,
    rawLog,
    isThere: (id) => !history.isRemoved(id),
  });
  late.asking = asking;
  const closing = new AbortController();
  const signalOf = (signal: AbortSignal | undefined) =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);

  /** What was sent, or would be sent now for the same question. */
  async function sentFor(messageId: string): Promise<{ sent: Parting; isRebuilt: boolean }> {
    const kept = rawLog.read(messageId);
    if (kept !== null) return { sent: kept, isRebuilt: false };
    const { extras, conversationId, parentId, role } = await conversations.message(messageId);
    const asked = readRequest(extras.request);
    if (role !== 'assistant' || asked === null || parentId === null)
      throw new AppError('NOT_FOUND', 'What was asked for this answer was not kept.');
    const resolved = await targets.resolve(asked.target, 'chat');
    const path = pathIn(await conversations.whole(conversationId), parentId);
    return { sent: { asked, resolved, body: requestBody({ ...asked, model: resolved.model, path }) }, isRebuilt: true };
  }

  return {
    asker: createAsker(deps, { targets, connections }),
    heldKeys: () => [
      ...(hosted.ownKey() === null ? [] : [{ id: 'hosted', name: 'build.nvidia.com' }]),
      ...addresses.list().flatMap(({ id, name, hasKey }) => (hasKey ? [{ id, name }] : [])),
    ],
    async forgetKey(id) {
      const address = addresses.list().find((each) => each.id === id);
      if (address === undefined) await hosted.use({ key: 'none' });
      else await addresses.save({ ...address, hasKey: false }, null);
      targets.changed();
    },
    keyValues: async () => [hosted.ownKey() ?? '', ...(await addresses.keys())],
    api: {
      ...history.api,
      send: (input, { signal } = {}) => asking.send(input, signal),
      answerAgain: (input, { signal } = {}) => asking.answerAgain(input, signal),
      toolResult: (input, { signal } = {}) => asking.toolResult(input, signal),
      continue: (input, { signal } = {}) => asking.goOn(input, signal),
      follow: (from, { signal } = {}) => asking.follow(from, signal),
      async stop({ turnId }) {
        await asking.stop(turnId);
        return {};
      },

      async raw({ messageId }) {
        const { sent, isRebuilt } = await sentFor(messageId);
        return rawLog.exchange(sent, messageId, isRebuilt);
      },
      async curl({ messageId }) {
        const { sent } = await sentFor(messageId);
        const { server } = sent.resolved;
        const keyVariable = server.asker === 'hosted' ? 'NVIDIA_API_KEY' : 'API_KEY';
        const hasKey = server.headers['authorization'] !== undefined;
        return {
          text: curlText({ url: server.url.href, keyVariable: hasKey ? keyVariable : null, body: sent.body }),
        };
      },

      targets: (_input, { signal } = {}) => targets.watch(signal),
      async refreshTargets() {
        await targets.refresh();
        return {};
      },
      async saveAddress(input, { signal } = {}) {
        const { address, key } = addresses.prepare(input);
        const server =
          key === undefined
            ? await addresses.server(address.url, address.hasKey ? address.id : null, '/models')
            : addresses.serverWith(address.url, key, '/models');
        const models = await listOrNamed(server, input.model, signalOf(signal));
        await addresses.save(address, key);
        targets.changed();
        await targets.refresh();
        return { id: address.id, models };
      },
      async removeAddress({ id }) {
        await addresses.remove(id);
        targets.changed();
        return {};
      },
      async chooseHosted(choice) {
        await hosted.use(choice);
        targets.changed();
        await targets.refresh();
        return {};
      },

      async embed(input, { signal } = {}) {
        const resolved = await targets.resolve(input.target, 'embeddings');
        const answer = await askForVectors(resolved, input, { connections, signal: signalOf(signal) });
        targets.learn(input.target, 'embedding');
        return answer;
      },
      async rerank(input, { signal } = {}) {
        const resolved = await targets.resolve(input.target, 'ranking');
        const answer = await askForRanking(resolved, input, { connections, signal: signalOf(signal) });
        targets.learn(input.target, 'rerank');
        return answer;
      },
    },

    async close() {
      closing.abort();
      targets.close();
      history.close();
      await asking.close();
      await connections.close();
    },
  };

  /** One that lists no models may be asked by the name that was given. */
  async function listOrNamed(
    server: Parameters<typeof askForModels>[0],
    named: string | null,
    signal: AbortSignal,
  ): Promise<string[]> {
    try {
      const models = await askForModels(server, connections, signal);
      if (models.length === 0 && named === null)
        throw new AppError('BAD_INPUT', 'This server lists no model; name one.');
      return models.map(({ id }) => id);
    } catch (error) {
      if (named !== null && error instanceof AppError && error.code === 'MODEL_NOT_SERVED') return [named];
      throw error;
    }
  }
}

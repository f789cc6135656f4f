import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { parseJson } from '../lib/parse-json.ts';
import { keyHint, readKey } from '../ngc/key.ts';
import type { NgcService } from '../ngc/service.ts';
import type { Server } from './ask.ts';
import { readHostedTable } from './hosted-table.ts';

/** NVIDIA's hosted models (ngc facts 5). */
export interface Hosted {
  choice(): { key: 'own' | 'ngc' | null; hint: string | null };
  use(choice: { key: 'own'; value: string } | { key: 'ngc' } | { key: 'none' }): Promise<void>;
  /** Throws NGC_KEY_MISSING where no key may be sent. */
  server(model: string, path: '/v1/chat/completions' | '/v1/embeddings' | 'ranking'): Promise<Server>;
  listUrl(): URL;
  /** Reads again what the key store did not give so far; throws KEY_STORE_UNAVAILABLE where it still does not. */
  reread(): Promise<void>;
  /** The key of its own, where one was entered. */
  ownKey(): string | null;
}

const secretName = 'hosted';
const chosen = z.discriminatedUnion('key', [
  z.object({ key: z.literal('own'), value: z.string().min(1) }),
  z.object({ key: z.literal('ngc') }),
]);
type Chosen = z.infer<typeof chosen>;

const apiHost = 'integrate.api.nvidia.com';
const otherHost = 'ai.api.nvidia.com';
const statusHost = 'api.nvcf.nvidia.com';

export async function createHosted(
  deps: Pick<CoreDeps, 'secrets' | 'addressOf' | 'log'>,
  ngc: Pick<NgcService, 'key'>,
): Promise<Hosted> {
  const { secrets, addressOf } = deps;
  let present: Chosen | null = null;
  let isUnread = true;
  await reread().catch((error: unknown) => {
    // A key store that does not answer keeps nobody from chatting with what runs here.
    deps.log.warn('chat.hosted-key-unreadable', { error: error instanceof Error ? error.message : String(error) });
  });

  async function reread(): Promise<void> {
    if (!isUnread) return;
    const saved = chosen.safeParse(parseJson((await secrets.get(secretName)) ?? ''));
    // What was chosen meanwhile is newer.
    if (isUnread) present = saved.success ? saved.data : null;
    isUnread = false;
  }

  async function key(): Promise<string> {
    await reread();
    const value = present?.key === 'own' ? present.value : present?.key === 'ngc' ? await ngc.key() : null;
    if (value !== null) return value;
    throw new AppError(
      'NGC_KEY_MISSING',
      present === null
        ? 'No key was chosen for NVIDIA’s hosted models.'
        : 'The NGC key was to be used for hosted models, and none is there that NGC accepts.',
    );
  }

  return {
    choice: () => ({ key: present?.key ?? null, hint: present?.key === 'own' ? keyHint(present.value) : null }),
    async use(choice) {
      if (choice.key === 'none') {
        await secrets.remove(secretName);
        present = null;
        isUnread = false;
        return;
      }
      const next: Chosen = choice.key === 'own' ? { key: 'own', value: readKey(choice.value) } : { key: 'ngc' };
      await secrets.set(secretName, JSON.stringify(next));
      present = next;
      isUnread = false;
    },
    async server(model, path) {
      const headers = { authorization: `Bearer ${await key()}` };
      return {
        asker: 'hosted',
        url: await endpointOf(model, path),
        headers,
        statusUrl: (id) => new URL(`/v2/nvcf/pexec/status/${id}`, addressOf(statusHost)),
      };
    },
    reread,
    ownKey: () => (present?.key === 'own' ? present.value : null),
    listUrl: () => new URL('/v1/models', addressOf(apiHost)),
  };

  /** Rerankers and a few vision models have an address of their own; a name is in it with dots as underscores (ngc facts 5.1). */
  async function endpointOf(model: string, path: string): Promise<URL> {
    const named = (await readHostedTable()).get(model)?.endpoint ?? null;
    if (named !== null && path !== '/v1/embeddings') return new URL(new URL(named).pathname, addressOf(otherHost));
    if (path !== 'ranking') return new URL(path, addressOf(apiHost));
    const name = encodeURIComponent((model.split('/').at(-1) ?? model).replaceAll('.', '_'));
    return new URL(`/v1/retrieval/nvidia/${name}/reranking`, addressOf(otherHost));
  }
}

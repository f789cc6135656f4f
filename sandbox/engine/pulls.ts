import type { Events } from './events.ts';
import type { FaultBoard } from './fault-board.ts';
import { type Call, EngineError, isRecord } from './http.ts';
import { type ImageRecipe, indexDigestOf, type LayerOfImage, layersOf } from './image.ts';
import type { ImageStore } from './image-store.ts';
import { errorLine, firstLines, lastLines, type LayerNews, spellNews } from './pull-lines.ts';
import { parseReference, type Reference } from './reference.ts';
import { factsOf, type StoreMode } from './store-mode.ts';
import { runTransfer } from './transfer.ts';

export interface PullsParts {
  mode: StoreMode;
  store: ImageStore;
  events: Events;
  faults: FaultBoard;
  pace: { bytesPerSecond: number; speed: number };
  recipeFor(reference: string): ImageRecipe | null;
  isKeyRight(key: string): boolean | Promise<boolean>;
  platform: () => string;
}

interface Pull {
  readonly listeners: Set<(lines: readonly object[], isEnd: boolean) => void>;
  readonly abort: AbortController;
}

export interface Pulls {
  answer(call: Call): Promise<void>;
  close(): Promise<void>;
}

const slowBytesPerSecond = 600_000;

export function createPulls(parts: PullsParts): Pulls {
  const { mode, store, events, faults } = parts;
  const facts = factsOf[mode];
  const running = new Map<string, Pull>();
  const ends = new Set<Promise<void>>();

  /** What is refused before a stream begins has a status of its own (test host 2.4). */
  async function resolve(reference: Reference, header: string | undefined): Promise<ImageRecipe> {
    const key = readKey(header);
    const at = `Head "https://${reference.registry}/v2/${reference.path}/manifests/${reference.tag}"`;
    const isRefused = key !== null && !(await parts.isKeyRight(key));
    const recipe = parts.recipeFor(reference.name);
    if (isRefused || (recipe?.needsKey === true && key === null))
      throw new EngineError(500, refusal(at, reference, key));
    if (recipe === null) {
      const text = `manifest for ${reference.name} not found: manifest unknown: manifest unknown`;
      throw new EngineError(404, mode === 'podman' ? `initializing source docker://${reference.name}: ${text}` : text);
    }
    const platform = parts.platform();
    if (!recipe.platforms.includes(platform)) {
      const text = `no matching manifest for ${platform}${platform === 'linux/arm64' ? '/v8' : ''} in the manifest list entries`;
      throw new EngineError(404, text);
    }
    return recipe;
  }

  function refusal(at: string, { name, registry }: Reference, key: string | null): string {
    if (mode === 'overlay2') return `${at}: unauthorized`;
    if (mode === 'podman')
      return `initializing source docker://${name}: unable to retrieve auth token: invalid username/password: unauthorized`;
    const why = key === null ? 'failed to fetch anonymous token' : 'failed to fetch oauth token';
    const status = key === null ? '401 Unauthorized' : '403 Forbidden';
    return `failed to resolve reference "${name}": failed to authorize: ${why}: unexpected status from GET request to https://${registry}/proxy_auth: ${status}`;
  }

  function begin(reference: Reference, recipe: ImageRecipe): Pull {
    const pull: Pull = { listeners: new Set(), abort: new AbortController() };
    const tell = (lines: readonly object[], isEnd = false) => {
      for (const listener of pull.listeners) listener(lines, isEnd);
    };
    const layers = layersOf(recipe);
    const say = (layer: LayerOfImage, news: LayerNews) => {
      const lines = spellNews(mode, layer.digest.slice('sha256:'.length).slice(0, 12), news);
      if (lines.length > 0) tell(lines);
    };
    const run = async () => {
      // Whoever asked for it hears its first word, too.
      await Promise.resolve();
      const isNew = store.find(reference.name)?.digest !== indexDigestOf(recipe);
      try {
        if (isNew) {
          await runTransfer(
            {
              layers,
              facts,
              store,
              say,
              bytesPerSecond: () =>
                (faults.has('pulls-are-slow') ? slowBytesPerSecond : parts.pace.bytesPerSecond) / running.size,
              speed: () => parts.pace.speed,
              takeFault: () =>
                faults.take(['next-pull-breaks', 'next-pull-dies', 'next-pull-fills-disk', 'next-pull-stalls']) ??
                (faults.has('disk-is-nearly-full') ? 'next-pull-fills-disk' : null),
              isStalled: () =>
                faults.list().some(({ fault, hasHappened }) => fault === 'next-pull-stalls' && hasHappened),
            },
            pull.abort.signal,
          );
        }
        if (pull.abort.signal.aborted) return;
        const { id, digest } = store.add(recipe, reference.name);
        events.emit('image', 'pull', reference.name, { ...recipe.labels, name: reference.repository });
        tell(lastLines(mode, { isNew, name: reference.name, digest, imageId: id }), true);
      } catch (error) {
        tell([errorLine(failureText(error, reference))], true);
      } finally {
        running.delete(reference.name);
      }
    };
    running.set(reference.name, pull);
    const end = run();
    ends.add(end);
    void end.finally(() => ends.delete(end));
    return pull;
  }

  /** A fault of the transfer in the words of the engine at hand. */
  function failureText(error: unknown, { registry, path }: Reference): string {
    const said = error instanceof Error ? error.message : String(error);
    if (said === 'next-pull-fills-disk') {
      const file =
        mode === 'overlay2'
          ? `${facts.rootFolder}/tmp/GetImageBlob1138113987`
          : mode === 'podman'
            ? '/var/tmp/container_images_storage1138113987/1'
            : '/var/lib/containerd/io.containerd.content.v1.content/ingest/5f1c0a/data';
      const before = mode === 'overlay2' ? '' : mode === 'podman' ? 'writing blob: ' : 'failed to copy: ';
      return `${before}write ${file}: no space left on device`;
    }
    if (said === 'next-pull-dies') {
      const blob = `Get "https://${registry}/v2/${path}/blobs"`;
      return mode === 'overlay2'
        ? 'dial tcp 127.0.0.1:443: connect: connection refused'
        : `failed to copy: httpReadSeeker: failed open: failed to do request: ${blob}: dial tcp 127.0.0.1:443: connect: connection refused`;
    }
    return said;
  }

  return {
    async answer({ query, headers, response, signal }) {
      const from = query.get('fromImage') ?? '';
      const reference = parseReference(from, query.get('tag') ?? undefined);
      const recipe = await resolve(reference, textOfHeader(headers['x-registry-auth']));
      if (signal.aborted) return;
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = (lines: readonly object[]) => {
        if (lines.length > 0) response.write(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''));
      };
      write(firstLines(mode, reference.path, reference.tag));
      const joined = running.get(reference.name);
      const pull = joined ?? begin(reference, recipe);
      const listener = (lines: readonly object[], isEnd: boolean) => {
        write(lines);
        if (isEnd) response.end();
      };
      pull.listeners.add(listener);
      const leave = () => {
        pull.listeners.delete(listener);
        if (pull.listeners.size === 0) pull.abort.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    },
    async close() {
      for (const { abort } of running.values()) abort.abort();
      await Promise.all(ends);
    },
  };
}

const textOfHeader = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/** The password in `X-Registry-Auth`: JSON in base64, of either alphabet. Null where there is none. */
export function readKey(header: string | undefined): string | null {
  if (header === undefined || header === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
  } catch {
    // Real engines ignore what they cannot read (ngc facts 2.5).
    return null;
  }
  const password = isRecord(value) ? value['password'] : undefined;
  return typeof password === 'string' && password !== '' ? password : null;
}

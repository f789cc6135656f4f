import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Server } from './ask.ts';

const kept = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** The base, with its version: `http://127.0.0.1:8000/v1`. */
  url: z.url(),
  hasKey: z.boolean(),
  /** Named by hand, where the server lists none. */
  model: z.string().nullable(),
});
export type KeptAddress = z.infer<typeof kept>;

/** Servers of the same language that somebody named. */
export interface Addresses {
  list(): readonly KeptAddress[];
  /** Throws BAD_INPUT for what is no address, or would send a key unencrypted. */
  prepare(wish: AddressWish): { address: KeptAddress; key: string | null | undefined };
  save(address: KeptAddress, key: string | null | undefined): Promise<void>;
  remove(id: string): Promise<void>;
  /** Every key that is kept for one of them. */
  keys(): Promise<string[]>;
  /** @param keyName the id of the address whose key is sent: to that one's url only */
  server(url: string, keyName: string | null, path: string): Promise<Server>;
  /** As it would be asked with a key that is not kept yet. */
  serverWith(url: string, key: string | null, path: string): Server;
}

export interface AddressWish {
  id: string | null;
  name: string;
  url: string;
  model: string | null;
  key?: string | null | undefined;
  allowUnencryptedKey?: boolean | undefined;
}

const fileVersion = 1;
const secretOf = (id: string) => `address:${id}`;
/** With the address that it is for: whoever changes the file must not send it elsewhere. */
const keptKey = z.object({ url: z.string(), key: z.string().min(1) });

export async function createAddresses({
  dataFolder,
  secrets,
  now,
}: Pick<CoreDeps, 'dataFolder' | 'secrets' | 'now'>): Promise<Addresses> {
  const file = join(dataFolder, 'addresses.json');
  const { content } = await readJsonFile(file, fileVersion, now());
  const items = Array.isArray(content?.['addresses']) ? content['addresses'] : [];
  // One that cannot be read takes none of the others with it.
  let list = items.flatMap((item) => {
    const read = kept.safeParse(item);
    return read.success ? [read.data] : [];
  });
  let written: Promise<void> = Promise.resolve();

  const write = async (next: KeptAddress[]): Promise<void> => {
    const before = written;
    written = (async () => {
      await before.catch(() => undefined);
      await writeJsonFile(file, fileVersion, { addresses: next });
    })();
    await written;
    list = next;
  };

  async function keyOf(keyName: string, url: string): Promise<string> {
    const saved = keptKey.safeParse(parseJson((await secrets.get(secretOf(keyName))) ?? ''));
    if (!saved.success) throw new AppError('BAD_INPUT', 'The key of this address is no longer there; enter it again.');
    if (saved.data.url !== url) throw new AppError('BAD_INPUT', 'This key was saved for another address.');
    return saved.data.key;
  }

  return {
    list: () => list,
    prepare({ id, name, url, model, key, allowUnencryptedKey }) {
      const before = id === null ? undefined : list.find((each) => each.id === id);
      if (id !== null && before === undefined) throw new AppError('NOT_FOUND', 'This address is no longer there.');
      const base = baseOf(url);
      const hasKey = key === undefined ? before?.hasKey === true : key !== null;
      if (key === undefined && hasKey && before?.url !== base)
        throw new AppError('BAD_INPUT', 'The address was changed: enter its key again.');
      const { protocol, host } = new URL(base);
      if (hasKey && protocol === 'http:' && !isLoopbackHost(host) && allowUnencryptedKey !== true) {
        throw new AppError('BAD_INPUT', `The key would travel to ${host} unencrypted. Use https, or allow that.`, {
          field: 'allowUnencryptedKey',
        });
      }
      return { address: { id: id ?? randomUUID(), name, url: base, hasKey, model }, key };
    },
    async save(address, key) {
      if (key === null) await secrets.remove(secretOf(address.id));
      else if (key !== undefined) await secrets.set(secretOf(address.id), JSON.stringify({ url: address.url, key }));
      const others = list.filter(({ id }) => id !== address.id);
      await write([...others, address].toSorted((a, b) => a.name.localeCompare(b.name)));
    },
    async remove(id) {
      if (!list.some((each) => each.id === id)) throw new AppError('NOT_FOUND', 'This address is no longer there.');
      await secrets.remove(secretOf(id));
      await write(list.filter((each) => each.id !== id));
    },
    async keys() {
      const withKey = list.filter(({ hasKey }) => hasKey);
      return await Promise.all(withKey.map(({ id, url }) => keyOf(id, url).catch(() => '')));
    },
    async server(url, keyName, path) {
      const base = baseOf(url);
      return serverWith(base, keyName === null ? null : await keyOf(keyName, base), path);
    },
    serverWith,
  };
}

function serverWith(url: string, key: string | null, path: string): Server {
  return {
    asker: 'address',
    url: new URL(`${baseOf(url)}${path}`),
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    statusUrl: null,
  };
}

/** As people give it: with or without `/v1`, with the endpoint behind it, without a scheme. */
export function baseOf(text: string): string {
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  if (!URL.canParse(withScheme)) throw new AppError('BAD_INPUT', `“${text}” is no address.`);
  const url = new URL(withScheme);
  if (!['http:', 'https:'].includes(url.protocol)) throw new AppError('BAD_INPUT', 'The address must begin with http.');
  if (url.username !== '' || url.password !== '') {
    throw new AppError('BAD_INPUT', 'A password in the address would be shown; enter it as the key.');
  }
  const path = url.pathname
    .replace(/\/(?:chat\/completions|completions|embeddings|models|ranking|rerank)\/?$/, '')
    .replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

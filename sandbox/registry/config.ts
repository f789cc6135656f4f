import { parseArgs } from 'node:util';
import { accesses, type Access, type Behaviour, defaultBehaviour, isOneOf } from './behaviour.ts';

export class ConfigError extends Error {}

export interface GateConfig {
  upstream: URL;
  host: string;
  /** Null: 127.0.0.2, or `host` where the system has no second loopback address. */
  blobHost: string | null;
  ports: { registry: number; blobs: number; ngc: number; control: number };
  /** The keys that are right. They come by the environment, so that no process list shows them. */
  keys: string[];
  behaviour: Behaviour;
  announceFd: number;
  followsParent: boolean;
}

export const usage = `Usage: node sandbox/registry/main.ts --upstream http://127.0.0.1:5000 [options]
  --host ADDRESS          loopback address to listen on (127.0.0.1)
  --blob-host ADDRESS     the second address, where blobs are (127.0.0.2)
  --port N --blob-port N --ngc-port N --control-port N      (0: a free one)
  --repository NAME=ACCESS   may be repeated; ${accesses.join(', ')}
  --default-access ACCESS    for all others (public)
  --hidden-tag TAG           may be repeated; resolves, but is not in the list
  --token-seconds N          life of a token (300)
  --wrong-key-status 401|403 (401)
  --bytes-per-second N       of all blobs together (no limit)
The right keys: NIMDECK_SANDBOX_KEYS, divided by commas.
`;

export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): GateConfig {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      upstream: text,
      host: text,
      'blob-host': text,
      port: text,
      'blob-port': text,
      'ngc-port': text,
      'control-port': text,
      repository: many,
      'default-access': text,
      'hidden-tag': many,
      'token-seconds': text,
      'wrong-key-status': text,
      'bytes-per-second': text,
    },
  });
  const { upstream } = values;
  if (upstream === undefined || !URL.canParse(upstream)) throw new ConfigError('--upstream: an address is needed');

  return {
    upstream: new URL(upstream),
    host: values.host ?? '127.0.0.1',
    blobHost: values['blob-host'] ?? null,
    ports: {
      registry: toNumber('--port', values.port, 0),
      blobs: toNumber('--blob-port', values['blob-port'], 0),
      ngc: toNumber('--ngc-port', values['ngc-port'], 0),
      control: toNumber('--control-port', values['control-port'], 0),
    },
    keys: (env.NIMDECK_SANDBOX_KEYS ?? '').split(',').filter((key) => key !== ''),
    behaviour: {
      ...defaultBehaviour,
      repositories: Object.fromEntries((values.repository ?? []).map(toRepository)),
      defaultAccess: toAccess(values['default-access'] ?? 'public'),
      hiddenTags: values['hidden-tag'] ?? [],
      tokenSeconds: toNumber('--token-seconds', values['token-seconds'], defaultBehaviour.tokenSeconds),
      wrongKeyStatus: values['wrong-key-status'] === '403' ? 403 : 401,
      bytesPerSecond:
        values['bytes-per-second'] === undefined ? null : toNumber('--bytes-per-second', values['bytes-per-second'], 0),
    },
    announceFd: toNumber('NIMDECK_SANDBOX_ANNOUNCE_FD', env.NIMDECK_SANDBOX_ANNOUNCE_FD, 1),
    followsParent: env.NIMDECK_SANDBOX_FOLLOW_PARENT === '1',
  };
}

function toRepository(text: string): [string, Access] {
  const [name = '', access = ''] = text.split('=');
  return [name, toAccess(access)];
}

function toAccess(text: string): Access {
  if (!isOneOf(accesses, text)) throw new ConfigError(`${text} is none of ${accesses.join(', ')}`);
  return text;
}

function toNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new ConfigError(`${name}: not a number from 0 up: ${text}`);
  return value;
}

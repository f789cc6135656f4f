import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { parseJson } from '../../core/lib/parse-json.ts';

/** What an engine answers, after docker-modem has taken it off the wire. */
export interface Reply {
  status: number;
  chunks: readonly Buffer[];
}

interface Asked {
  path: string;
  isStream?: boolean;
}

/**
 * A client whose engine answers from memory: what docker-modem does with an answer (modem.js, buildRequest and
 * buildPayload) without a connection, so that hundreds of thousands can be read.
 */
export function createFakeDocker(reply: (path: string) => Reply): Docker {
  const docker = new Docker({ socketPath: '/nowhere/docker.sock' });
  const dial = (asked: Asked, done: (error: Error | null, answer: unknown) => void) => {
    const { status, chunks } = reply(asked.path);
    const text = Buffer.concat(chunks).toString();
    // An answer that is no JSON stays as it came.
    const json = parseJson(text) ?? Buffer.from(text);
    if (status < 200 || status > 299) {
      const said = typeof json === 'object' && 'message' in json ? String(json.message) : text;
      const message = `(HTTP code ${status}) unexpected - ${said} `;
      setImmediate(() => done(Object.assign(new Error(message), { statusCode: status, json }), null));
    } else setImmediate(() => done(null, asked.isStream === true ? Readable.from(chunks) : json));
  };
  Object.assign(docker.modem, { dial });
  return docker;
}

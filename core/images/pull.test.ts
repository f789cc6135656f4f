import Docker from 'dockerode';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { type EnginePull, pullImage } from './pull.ts';
import { parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const id = 'a'.repeat(12);
const success = { status: 'Status: Downloaded newer image for nvcr.io/nim/x:1' };
const begun = [
  { status: 'Pulling from nim/x', id: '1' },
  { status: 'Pulling fs layer', id },
  { status: 'Downloading', progressDetail: { current: 40, total: 100 }, id },
];

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The far side of the engine's socket, with a script. */
async function engine(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-pull-'));
  const socketPath = join(folder, 'engine.sock');
  const requests: { path: string; credential: string | null }[] = [];
  const server = createServer((request, response) => {
    const header = request.headers['x-registry-auth'];
    const decoded = typeof header === 'string' ? Buffer.from(header, 'base64').toString() : null;
    requests.push({ path: request.url ?? '', credential: decoded });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  return { docker: new Docker({ socketPath }), requests };
}

const write = (response: ServerResponse, ...lines: object[]) => {
  for (const line of lines) response.write(`${JSON.stringify(line)}\r\n`);
};
const refuse = (response: ServerResponse, status: number, message: string) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));

function pull(docker: Docker, change: Partial<EnginePull> = {}) {
  const states: PullProgress[] = [];
  const ended = pullImage({
    docker,
    reference: parseReference('nvcr.io/nim/x:1'),
    isPodman: false,
    givesUpEarly: false,
    retryPausesMs: [0, 0],
    credential: async () => null,
    checkKey: async () => 'unknown',
    layerSizes: async () => null,
    onProgress: (progress) => states.push(progress),
    now: Date.now,
    signal: new AbortController().signal,
    ...change,
  });
  ended.catch(() => undefined);
  return { states, ended };
}

const keyOf = (password: string) => async () => ({ username: '$oauthtoken', password, serveraddress: 'nvcr.io' });

describe('pullImage', () => {
  it('asks for exactly this tag, or this digest, with a credential of its own for each try', async () => {
    const { docker, requests } = await engine((_request, response) => {
      write(response, success);
      response.end();
    });
    const credential = { username: '$oauthtoken', password: 'k', serveraddress: 'nvcr.io' };
    await pull(docker, { credential: async () => credential }).ended;
    await pull(docker, { credential: async () => credential, reference: parseReference(`nvcr.io/nim/x:1@${digest}`) })
      .ended;
    const asked = requests.map(({ path }) => new URL(path, 'http://x').searchParams);
    expect(asked.map((query) => [query.get('fromImage'), query.get('tag')])).toEqual([
      ['nvcr.io/nim/x', '1'],
      ['nvcr.io/nim/x', digest],
    ]);
    expect(requests.map((request) => JSON.parse(request.credential ?? 'null') as unknown)).toEqual([
      credential,
      credential,
    ]);
  });

  it('takes the end of the stream alone for no success', async () => {
    const { docker } = await engine((_request, response) => {
      write(response, ...begun, { status: 'Pull complete', id });
      response.end();
    });
    const { ended, states } = pull(docker);
    await expect(ended).rejects.toMatchObject({ code: 'PULL_INTERRUPTED' });
    expect(states.at(-1)?.phase).toBe('FAILED');
  });

  it('takes an error inside the stream for a failure, whatever else was said', async () => {
    const { docker } = await engine((_request, response) => {
      write(response, ...begun, success, {
        errorDetail: { message: 'failed to register layer: no space left on device' },
      });
      response.end();
    });
    const { ended, states } = pull(docker);
    await expect(ended).rejects.toMatchObject({
      code: 'DISK_FULL',
      detail: { action: 'pull', reference: 'nvcr.io/nim/x:1' },
    });
    expect(states.at(-1)?.phase).toBe('FAILED');
  });

  const eof = { errorDetail: { message: 'failed to copy: failed to do request: Get "https://nvcr.io/v2/": EOF' } };

  it('asks an engine again that gives up early, and shows that it begins anew', async () => {
    let tries = 0;
    const { docker } = await engine((_request, response) => {
      tries += 1;
      if (tries === 1) write(response, ...begun, eof);
      else write(response, ...begun, { status: 'Download complete', id }, { status: 'Digest: x' }, success);
      response.end();
    });
    const { ended, states } = pull(docker, { givesUpEarly: true });
    await ended;
    const phases = states.map(({ phase }) => phase);
    expect(phases).not.toContain('FAILED');
    expect(states[phases.indexOf('RETRYING')]).toMatchObject({ bytesDone: 0 });
    expect(states.at(-1)).toMatchObject({ phase: 'DONE', bytesDone: 100, bytesTotal: 100 });
  });

  it('gives up after so many tries', async () => {
    let tries = 0;
    const { docker } = await engine((_request, response) => {
      tries += 1;
      write(response, ...begun, eof);
      response.end();
    });
    await expect(pull(docker, { givesUpEarly: true }).ended).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    expect(tries).toBe(3);
  });

  it.each([
    { what: 'an engine that tries often itself', givesUpEarly: false, lines: [...begun, eof] },
    { what: 'a registry that gave not one byte', givesUpEarly: true, lines: [eof] },
    {
      what: 'a full disk',
      givesUpEarly: true,
      lines: [...begun, { errorDetail: { message: 'no space left on device' } }],
    },
  ])('does not ask again: $what', async ({ givesUpEarly, lines }) => {
    let tries = 0;
    const { docker } = await engine((_request, response) => {
      tries += 1;
      write(response, ...lines);
      response.end();
    });
    await expect(pull(docker, { givesUpEarly }).ended).rejects.toThrow();
    expect(tries).toBe(1);
  });

  it('calls an engine lost whose connection breaks', async () => {
    const { docker } = await engine((_request, response) => {
      write(response, ...begun);
      response.write('{"status":"Downlo', () => response.destroy());
    });
    await expect(pull(docker).ended).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });

  it('closes the connection when it is cancelled, before the first line and after', async () => {
    for (const lines of [[], begun]) {
      const closed = Promise.withResolvers<void>();
      const abort = new AbortController();
      const { docker } = await engine((request, response) => {
        request.socket.once('close', () => closed.resolve());
        if (lines.length > 0) write(response, ...lines);
        else abort.abort();
      });
      const states: PullProgress[] = [];
      const { ended } = pull(docker, {
        signal: abort.signal,
        onProgress(progress) {
          states.push(progress);
          if (progress.phase === 'DOWNLOADING') abort.abort();
        },
      });
      await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(states.at(-1)?.phase).toBe('CANCELLED');
      await closed.promise;
    }
  });

  it('never fails, waits or changes its end because of the sizes', async () => {
    const { docker } = await engine((_request, response) => {
      write(response, ...begun, success);
      response.end();
    });
    for (const layerSizes of [() => Promise.reject(new Error('no')), () => new Promise<never>(() => undefined)]) {
      const { ended, states } = pull(docker, { layerSizes });
      await ended;
      expect(states.at(-1)).toMatchObject({ phase: 'DONE', bytesDone: 100 });
    }
  });

  it('shows the whole size as soon as the registry has named it', async () => {
    const { docker } = await engine((_request, response) => {
      write(response, ...begun);
      // The end comes only when the size has been shown.
      closers.unshift(async () => void response.end());
    });
    const shown = Promise.withResolvers<PullProgress>();
    const layerSizes = async () => [
      { digest, bytes: 100 },
      { digest: `sha256:${'b'.repeat(64)}`, bytes: 200 },
    ];
    const onProgress = (progress: PullProgress) => {
      if (progress.bytesDone === 40 && progress.bytesTotal !== null) shown.resolve(progress);
    };
    const { ended } = pull(docker, { layerSizes, onProgress });
    // The second layer was not named although the first is being fetched: the engine has it.
    expect(await shown.promise).toMatchObject({ bytesTotal: 100, layers: { total: 2, done: 1, existing: 1 } });
    await closers.shift()?.();
    await expect(ended).rejects.toMatchObject({ code: 'PULL_INTERRUPTED' });
  });

  describe('a key that is refused', () => {
    const refusing = (isPublic: boolean) =>
      engine((request, response) => {
        const hasKey = request.headers['x-registry-auth'] !== undefined;
        if (hasKey || !isPublic)
          refuse(response, 500, 'Head "https://nvcr.io/v2/nim/x/manifests/1": unauthorized: authentication required');
        else response.end(`${JSON.stringify(success)}\n`);
      });

    it('is left out for a public image, and checked', async () => {
      const { docker, requests } = await refusing(true);
      let checks = 0;
      const checkKey = async () => {
        checks += 1;
        return 'refused' as const;
      };
      await pull(docker, { credential: keyOf('bad'), checkKey }).ended;
      expect(requests.map(({ credential }) => credential !== null)).toEqual([true, false]);
      expect(checks).toBe(1);
    });

    it.each([
      ['refused', 'NGC_KEY_REJECTED'],
      ['accepted', 'IMAGE_NOT_FOUND'],
      ['unknown', 'NGC_KEY_REJECTED'],
    ] as const)('fails for a private image by what the check says: %s', async (verdict, code) => {
      const { docker, requests } = await refusing(false);
      const { ended } = pull(docker, { credential: keyOf('k'), checkKey: async () => verdict });
      await expect(ended).rejects.toMatchObject({ code, message: expect.stringContaining('unauthorized') });
      expect(requests).toHaveLength(2);
    });

    describe('after bytes had come with it', () => {
      const expired = { errorDetail: { message: 'unauthorized: authentication required' } };
      const fetched = (current: number) => ({ status: 'Downloading', id, progressDetail: { current, total: 100 } });

      it.each([keyOf('good'), async () => null])(
        'was a token that expired: the engine is asked again',
        async (credential) => {
          let tries = 0;
          const { docker, requests } = await engine((_request, response) => {
            tries += 1;
            write(response, ...begun, fetched(40 + tries * 20), ...(tries < 3 ? [expired] : [success]));
            response.end();
          });
          let checks = 0;
          const checkKey = async () => {
            checks += 1;
            return 'accepted' as const;
          };
          const { ended, states } = pull(docker, { credential, checkKey });
          await ended;
          expect(states.at(-1)?.phase).toBe('DONE');
          expect(new Set(requests.map((request) => request.credential)).size).toBe(1);
          expect([requests.length, checks]).toEqual([3, 0]);
        },
      );

      it('is asked about when no try gets further', async () => {
        const { docker, requests } = await engine((_request, response) => {
          write(response, ...begun, fetched(20), expired);
          response.end();
        });
        const { ended } = pull(docker, { credential: keyOf('revoked'), checkKey: async () => 'refused' });
        await expect(ended).rejects.toMatchObject({ code: 'NGC_KEY_REJECTED' });
        expect(requests.map(({ credential }) => credential !== null)).toEqual([true, true, false]);
      });
    });

    it('is not the matter when another thing fails', async () => {
      const { docker, requests } = await engine((_request, response) =>
        refuse(response, 500, 'dial tcp: lookup nvcr.io: no such host'),
      );
      await expect(pull(docker, { credential: keyOf('k') }).ended).rejects.toMatchObject({ code: 'DNS_FAILED' });
      expect(requests).toHaveLength(1);
    });
  });

  describe('Podman', () => {
    const podman = (isThere: boolean, ...lines: object[]) =>
      engine((request, response) => {
        if (request.method === 'POST') {
          write(response, ...lines);
          response.end();
        } else if (isThere) response.end(JSON.stringify({ Id: digest }));
        else refuse(response, 404, 'no such image');
      });
    const lines = [
      ...begun.slice(1),
      { status: 'Download complete', id },
      { status: 'Download complete', id: 'cccccccccccc' },
    ];

    it('is believed when the image is there', async () => {
      const { docker, requests } = await podman(true, ...lines);
      const { ended, states } = pull(docker, { isPodman: true });
      await ended;
      expect(states.at(-1)).toMatchObject({
        phase: 'DONE',
        bytesDone: 100,
        bytesTotal: 100,
        layers: { total: 1, done: 1 },
      });
      expect(requests.at(-1)?.path).toContain('/images/nvcr.io/nim/x:1/json');
    });

    it('is not believed when it is not', async () => {
      const { docker } = await podman(false, ...lines);
      const { ended, states } = pull(docker, { isPodman: true });
      await expect(ended).rejects.toMatchObject({ code: 'PULL_INTERRUPTED' });
      expect(states.some(({ phase }) => phase === 'DONE')).toBe(false);
    });
  });
});

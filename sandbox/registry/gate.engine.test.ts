import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  cleanUp,
  describeOnEngines,
  dockerOf,
  requireTestHost,
  startOwnEngine,
} from '../../core/testing/engine-host/kit.ts';
import type { TestEngine } from '../../core/testing/engine-host/host.ts';
import { startRegistryGate, type RegistryGate } from '../../core/testing/sandbox.ts';

const key = 'nvapi-right';

/** What Docker prints for nvcr.io, with the image store of its own and with that of containerd. */
const deniedText = /denied: \{"errors": \[\{"code": "DENIED", "message": "Access Denied"\}\]\}|403 Forbidden/;

describeOnEngines('an engine behind the gate', (engine) => {
  let gate: RegistryGate;
  let image: string;
  let repository: string;

  beforeAll(async () => {
    const host = requireTestHost();
    image = host.images.small;
    repository = image.split(':')[0] ?? '';
    gate = await startRegistryGate({ upstream: `http://${host.registry}`, keys: [key] });
  });
  beforeEach(() => gate.reset());
  afterAll(async () => {
    await cleanUp(engine, 'nimdeck.test=gate', [`${gate.registry}/${image}`]);
    await gate.stop();
  });

  /** The text of the failure, in the stream or before it; null after a pull that worked. */
  async function pullError(password?: string, from: TestEngine = engine): Promise<string | null> {
    const reference = `${gate.registry}/${image}`;
    await cleanUp(from, 'nimdeck.test=gate', [reference]);
    const authconfig = { username: '$oauthtoken', password, serveraddress: gate.registry };
    try {
      const stream = await dockerOf(from).pull(reference, password === undefined ? {} : { authconfig });
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      const line = text.split('\n').find((entry) => entry.includes('"errorDetail"'));
      return line === undefined ? null : (JSON.parse(line) as { error: string }).error;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  it('pulls a public image without a key, its blobs without a token', async () => {
    // The containerd store keeps what it once had, also after the image is removed: only a new engine fetches for certain.
    await using own = await startOwnEngine(engine.name);
    expect(await pullError(undefined, own.engine)).toBeNull();
    const { seen, tokens } = await gate.state();
    expect(tokens).toMatchObject({ signedIn: 0, refused: 0 });
    const blobs = seen.filter(({ kind }) => kind === 'blob-host');
    expect(blobs.length).toBeGreaterThan(0);
    expect(new Set(blobs.map(({ authorization }) => authorization))).toEqual(new Set(['none']));
  });

  it('pulls a private image with the right key only', async () => {
    await gate.change({ repositories: { [repository]: 'private' } });
    expect(await pullError(key)).toBeNull();
    expect(await pullError('nvapi-wrong')).toMatch(/unauthorized: authentication required|401 Unauthorized/);
    expect(await pullError()).toMatch(/unauthorized: authentication required|401 Unauthorized/);
    expect((await gate.state()).keysTried).toHaveLength(2);
  });

  it('says that terms, entitlement or right are missing', async () => {
    await gate.change({ repositories: { [repository]: 'forbidden' } });
    expect(await pullError(key)).toMatch(deniedText);
    await gate.change({ repositories: { [repository]: 'unpaid' } });
    expect(await pullError(key)).toMatch(/"message": "Payment Required"|402 Payment Required/);
    await gate.change({ repositories: { [repository]: 'terms' } });
    expect(await pullError(key)).toMatch(/denied: Please accept license on the browser|412 Precondition Failed/);
  });

  it('refuses a public image to a wrong key', async () => {
    await gate.change({ wrongKeyStatus: 403 });
    expect(await pullError('nvapi-wrong')).toMatch(deniedText);
  });

  it('goes on after a broken connection', async () => {
    await gate.change({ dieAfterBytes: 200_000 });
    expect(await pullError()).toBeNull();
  });
});

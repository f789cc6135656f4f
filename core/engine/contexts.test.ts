import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { findCandidates } from './contexts.ts';
import { parseAddress } from './docker.ts';

/** The two files as `docker context create` and `docker context use` write them (client 28.2). */
function writeContext(configFolder: string, name: string, meta: object, isCurrent: boolean) {
  const digest = createHash('sha256').update(name).digest('hex');
  const folder = join(configFolder, 'contexts', 'meta', digest);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: meta } }));
  if (isCurrent) writeFileSync(join(configFolder, 'config.json'), JSON.stringify({ auths: {}, currentContext: name }));
  return digest;
}

test('DOCKER_HOST comes before every context', async () => {
  using deps = createTestDeps({ env: { DOCKER_HOST: 'unix:///tmp/a.sock', DOCKER_CONTEXT: 'far' } });
  expect(await findCandidates(deps)).toEqual([
    { source: 'docker-host', address: 'unix:///tmp/a.sock', contextName: null, tls: null },
  ]);
});

test('the current context of Docker’s configuration is used', async () => {
  using deps = createTestDeps();
  writeContext(join(deps.home, '.docker'), 'far', { Host: 'unix:///tmp/far.sock', SkipTLSVerify: false }, true);
  expect(await findCandidates(deps)).toEqual([
    { source: 'docker-context', address: 'unix:///tmp/far.sock', contextName: 'far', tls: null },
  ]);
});

test('DOCKER_CONTEXT comes before the current one, DOCKER_CONFIG moves the folder, certificates are found', async () => {
  using deps = createTestDeps();
  const configFolder = join(deps.home, 'elsewhere');
  writeContext(configFolder, 'far', { Host: 'unix:///tmp/far.sock' }, true);
  const digest = writeContext(configFolder, 'tls', { Host: 'tcp://10.0.0.1:2376' }, false);
  const folder = join(configFolder, 'contexts', 'tls', digest, 'docker');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.pem'), 'x');
  const env = { DOCKER_CONTEXT: 'tls', DOCKER_CONFIG: configFolder };
  expect(await findCandidates({ ...deps, env })).toEqual([
    { source: 'docker-context', address: 'tcp://10.0.0.1:2376', contextName: 'tls', tls: { folder, isVerified: true } },
  ]);
});

test.each([
  ['does not exist', null, 'does not exist'],
  ['cannot be read', 'no json', 'no readable address'],
])('a context that %s is named', async (_how, text, message) => {
  using deps = createTestDeps({ env: { DOCKER_CONTEXT: 'gone' } });
  if (text !== null) {
    const folder = join(deps.home, '.docker/contexts/meta', createHash('sha256').update('gone').digest('hex'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), text);
  }
  await expect(findCandidates(deps)).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining(message),
  });
});

test('without any setting the usual sockets are tried in order; a damaged configuration changes nothing', async () => {
  using deps = createTestDeps({ platform: 'linux', userId: 1000, env: { XDG_RUNTIME_DIR: '/run/user/1000' } });
  mkdirSync(join(deps.home, '.docker'), { recursive: true });
  writeFileSync(join(deps.home, '.docker/config.json'), '{');
  expect((await findCandidates(deps)).map(({ address }) => address)).toEqual([
    `unix://${deps.home}/.docker/run/docker.sock`,
    'unix:///var/run/docker.sock',
    'unix:///run/user/1000/docker.sock',
    'unix:///run/user/1000/podman/podman.sock',
    'unix:///run/podman/podman.sock',
  ]);
  expect((await findCandidates({ ...deps, platform: 'win32' }))[0]?.address).toBe('npipe:////./pipe/docker_engine');
});

const at = (address: string, tls = false) =>
  parseAddress({
    source: 'docker-host',
    address,
    contextName: null,
    tls: tls ? { folder: '/', isVerified: true } : null,
  });

test.each([
  ['unix:///run/x.sock', { kind: 'socket', path: '/run/x.sock' }],
  ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
  ['tcp://box:2375', { kind: 'network', protocol: 'http', host: 'box', port: 2375 }],
  ['box:1234', { kind: 'network', protocol: 'http', host: 'box', port: 1234 }],
  ['tcp://box', { kind: 'network', protocol: 'http', host: 'box', port: 2375 }],
  ['tcp://[::1]:2375', { kind: 'network', protocol: 'http', host: '::1', port: 2375 }],
])('reads %s', (address, expected) => {
  expect(at(address)).toEqual(expected);
});

test('certificates make it https, on 2376 unless a port is named', () => {
  expect(at('tcp://box', true)).toEqual({ kind: 'network', protocol: 'https', host: 'box', port: 2376 });
});

test.each(['ssh://me@box', 'fd://', 'tcp://'])('%s is refused by name', (address) => {
  expect(() => at(address)).toThrow(
    expect.objectContaining({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining(address) }),
  );
});

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Api, contract } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { connect } from '../shared/rpc/connect.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { describeOnEngines, dockerOf, requireTestHost, withOwnEngine } from '../core/testing/engine-host/kit.ts';
import { filesOf, findKeys } from '../core/testing/find-keys.ts';
import { standIn } from '../core/testing/nims-core.ts';
import { startRegistryGate } from '../core/testing/sandbox.ts';

const key = `nvapi-${'Pl4nted-In_A'.repeat(5)}Test`;
const find = (texts: ReadonlyMap<string, string>) => findKeys(texts, [key]);
const root = join(import.meta.dirname, '..');

/** What every process of the machine shows to who may look: its command line and its environment. */
function readProcesses(into: Map<string, string>, isOurs: (folder: string) => boolean): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      const name = commandLine.replaceAll('\0', ' ').slice(0, 120);
      if (into.has(`${pid} ${name}`) || !isOurs(`/proc/${pid}`)) continue;
      into.set(`${pid} ${name}`, `${commandLine}\n${readFileSync(`/proc/${pid}/environ`, 'latin1')}`);
    } catch {
      // It ended between the listing and the reading.
    }
  }
}

async function untilEnded(api: Api, jobId: string): Promise<Job> {
  for await (const jobs of api.jobs.watch({}, { signal: AbortSignal.timeout(90_000) })) {
    const job = jobs.find(({ id }) => id === jobId);
    if (job !== undefined && job.state !== 'running') return job;
  }
  throw new Error('waited in vain');
}

describeOnEngines(
  'a planted key, on a machine with an engine that writes down everything',
  ({ name }) => {
    test('is in no process but those of the container that needs it, in no configuration and in no log', async () => {
      await withOwnEngine(
        name,
        async (own) => {
          const { registry, images } = requireTestHost();
          const repository = images.nim.replace(/:[^:/]+$/, '');
          await using gate = await startRegistryGate({
            upstream: `http://${registry}`,
            keys: [key],
            repositories: { [repository]: 'private' },
          });
          const folder = mkdtempSync(join(tmpdir(), 'nimdeck-planted-'));
          const home = join(folder, 'home');
          const bin = join(folder, 'bin');
          for (const each of [join(home, '.docker'), bin]) mkdirSync(each, { recursive: true });
          const dockerConfig = join(home, '.docker', 'config.json');
          const untouched = '{"auths":{"example.test":{}}}\n';
          writeFileSync(dockerConfig, untouched);
          // The driver's program, which is told nothing and prints what it was told.
          const told = join(folder, 'told');
          const program = `#!/bin/sh\n{ echo "$0 $*"; env; } >> ${told}\nexit 1\n`;
          for (const each of ['nvidia-smi', 'docker', 'nvidia-ctk'])
            writeFileSync(join(bin, each), program, { mode: 0o755 });

          const shell = spawn(process.execPath, ['headless/main.ts', '--port', '0', '--no-open'], {
            cwd: root,
            env: {
              PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
              HOME: home,
              NIMDECK_DATA: join(folder, 'data'),
              NIMDECK_SECRETS: 'file',
              NIMDECK_NGC_REGISTRY: gate.registry,
              DOCKER_HOST: own.engine.dockerHost,
            },
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          let printed = '';
          for (const stream of [shell.stdout, shell.stderr])
            stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
          const seen = new Map<string, string>();
          const inContainer = new Map<string, string>();
          const hostPids = readlinkSync('/proc/self/ns/pid');
          const isHost = (place: string) => readlinkSync(`${place}/ns/pid`) === hostPids;
          // This process and the registry's door hold the key themselves, and are not Nimdeck's.
          const notOurs = new Set([process.pid, gate.pid].map((pid) => `/proc/${pid}`));
          const isOther = (place: string) => isHost(place) && !notOurs.has(place);
          const looking = setInterval(() => readProcesses(seen, isOther), 150);
          try {
            const addressLine = () => /http:\/\/127\.0\.0\.1:(\d+)\/#token=(\S+)/.exec(printed);
            await expect.poll(addressLine, { timeout: 60_000 }).not.toBeNull();
            const [, portNumber, token = ''] = addressLine() ?? [];
            const open = () => openWebSocketPort(`ws://127.0.0.1:${portNumber}/rpc`, token);
            // As a page does: on a busy machine core is still being loaded.
            const port = await open().catch(open).catch(open);
            if (port === 'refused') throw new Error('The page was not let in.');
            const api = connect(port, contract);
            expect(await api.ngc.signIn({ key })).toMatchObject({ state: 'signed-in' });
            const reference = `${gate.registry}/${images.nim}`;
            expect((await untilEnded(api, (await api.images.pull({ reference })).jobId)).failure).toBeNull();
            await api.gpu.read({}).catch(() => null);
            const started = await untilEnded(api, (await api.nims.deploy(standIn(reference))).jobId);
            expect(started.failure).toBeNull();
            const nimId = started.nimId ?? '';

            // The one exception, by design, and what is said of it.
            const inspected = await dockerOf(own.engine).getContainer(nimId).inspect();
            expect(inspected.Config.Env).toContain(`NGC_API_KEY=${key}`);
            readProcesses(inContainer, (place) => !isHost(place));
            expect(find(inContainer)).not.toEqual([]);
            const details = await api.nims.inspect({ nimId });
            expect(details.environment.find((variable) => variable.name === 'NGC_API_KEY')).toMatchObject({
              value: null,
            });
            expect(find(new Map([['details', JSON.stringify(details)]]))).toEqual([]);
            await api.nims.stop({ nimId });
            port.close();
          } finally {
            clearInterval(looking);
            shell.kill('SIGTERM');
            await new Promise((resolve) => shell.once('close', resolve));
          }

          expect([...seen.keys()].some((line) => line.includes('headless/main.ts'))).toBe(true);
          expect([...seen.keys()].some((line) => line.includes('dockerd'))).toBe(true);
          expect(find(seen)).toEqual([]);
          expect(readFileSync(told, 'utf8')).toContain('nvidia-smi');
          expect(find(new Map([['what programs were told', readFileSync(told, 'latin1')]]))).toEqual([]);
          expect(readFileSync(dockerConfig, 'utf8')).toBe(untouched);
          expect(readdirSync(join(home, '.docker'))).toEqual(['config.json']);
          expect(find(filesOf(home))).toEqual([]);
          const engineLog = readFileSync(own.logFile, 'latin1');
          expect(engineLog).toMatch(/images\/create/);
          expect(engineLog).toMatch(/containers\/create/);
          const state = await gate.state();
          expect(state.authorization.basic).toBeGreaterThan(0);
          expect(
            find(
              new Map([
                ['engine log', engineLog],
                ['registry addresses', JSON.stringify(state)],
                ['printed', printed],
                ['own log', readFileSync(join(folder, 'data', 'nimdeck.log'), 'latin1')],
              ]),
            ),
          ).toEqual([]);
          rmSync(folder, { recursive: true });
        },
        { isDebug: true },
      );
    });
  },
  ['overlay2-26.1'],
);

import { createServer } from 'node:net';
import { expect } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { askEngine } from '../engine/ask.ts';
import { demux } from '../engine/demux.ts';
import { describeEngine } from '../engine/describe-engine.ts';
import { openEvents } from '../engine/events.ts';
import { openRepeater } from '../engine/repeat-in-container.ts';
import type { EngineEvent } from '../engine/service.ts';
import { toLines } from '../lib/lines.ts';
import {
  type ContractSubject,
  ended,
  eventNames,
  forever,
  ignoreMissing,
  label,
  linesOf,
  make,
  never,
  pulled,
  refusal,
  started,
  untilLine,
} from './engine-contract-kit.ts';
import { gpuIdsIn } from './engine-host/kit.ts';

export interface ContractCase {
  name: string;
  run: (subject: ContractSubject) => Promise<void>;
}

/** What an engine must do for this app, in the order in which it is tried. Each leaves nothing but the image behind. */
export const engineContract: readonly ContractCase[] = [
  {
    name: 'says what it is, without a version and with one; refuses a version from the future',
    async run({ docker, store }) {
      const facts = await describeEngine(docker, never);
      expect(facts.store).toBe(store);
      expect(facts.kind).toBe(store === 'podman' ? 'podman' : 'docker');
      const ask = (path: string) => askEngine(docker, { method: 'GET', path }, never);
      expect(await ask(`/v${facts.apiVersion}/_ping`)).toBeDefined();
      expect(await refusal(ask('/v1.99/info'))).toEqual({ status: 400, code: 'ENGINE_TOO_OLD' });
      expect((await refusal(ask('/nowhere'))).status).toBe(404);
    },
  },
  {
    name: 'pulls: forward only, all bytes, and the image is there; once more is no work',
    async run(subject) {
      const { docker, small } = subject;
      await docker.getImage(small).remove({ force: true }).catch(ignoreMissing);
      const states = await pulled(subject, small);
      const last = states.at(-1);
      expect(last?.phase).toBe('DONE');
      for (const [index, state] of states.entries()) {
        expect(state.bytesDone).toBeGreaterThanOrEqual(states[index - 1]?.bytesDone ?? 0);
      }
      // Without the registry's manifest a total is known only where every layer was named, and was large enough to be counted.
      if (last?.bytesTotal !== null) expect(last?.bytesDone).toBe(last?.bytesTotal);
      // The others keep what another image has in common with this one, or never name a size.
      if (subject.store === 'overlay2') expect(last?.bytesDone).toBeGreaterThan(0);
      expect(last?.layers.done).toBe(last?.layers.total);
      const image = await docker.getImage(small).inspect();
      const listed = (await docker.listImages()).find(({ RepoTags }) => RepoTags?.includes(small));
      expect(listed?.Id).toBe(image.Id);
      expect(listed?.Size).toBeGreaterThan(1000);
      expect(image.Os).toBe('linux');
      expect(await docker.getImage(small).history()).not.toEqual([]);
      expect((await pulled(subject, small)).at(-1)?.phase).toBe('DONE');
    },
  },
  {
    name: 'refuses a tag that is not there before it begins',
    async run(subject) {
      const failure = await pulled(subject, subject.missingTag).catch((error: unknown) => error);
      expect(isAppError(failure) && failure.code).toBe('TAG_NOT_FOUND');
      expect(await refusal(subject.docker.getImage(subject.missingTag).inspect())).toEqual({
        status: 404,
        code: 'IMAGE_NOT_FOUND',
      });
    },
  },
  {
    name: 'runs a container: made, started, ended, with times and code',
    async run(subject) {
      const container = await make(subject, { script: 'sleep 0.2; exit 3', name: 'contract-run' });
      const before = await container.inspect();
      expect(before.State).toMatchObject({ Status: 'created', Running: false, ExitCode: 0 });
      expect(Date.parse(before.State.StartedAt)).toBeLessThan(0);
      await container.start();
      expect(await container.wait()).toMatchObject({ StatusCode: 3 });
      const after = await container.inspect();
      expect(after.Name).toBe('/contract-run');
      expect(after.State).toMatchObject({ Status: 'exited', Running: false, ExitCode: 3, OOMKilled: false });
      expect(Date.parse(after.State.FinishedAt)).toBeGreaterThanOrEqual(Date.parse(after.State.StartedAt));
      const listed = await subject.docker.listContainers({ all: true, filters: { label: [label] } });
      expect(listed).toHaveLength(1);
      expect(listed[0]).toMatchObject({ Id: after.Id, State: 'exited', Names: ['/contract-run'] });
      expect(await subject.docker.listContainers({ filters: { label: [label] } })).toEqual([]);
    },
  },
  {
    name: 'keeps the log: both outputs, from the end, from a stamp on, and raw with a terminal',
    async run(subject) {
      const script = 'i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); done; sleep 0.1; echo wrong >&2';
      const [container, terminal] = await Promise.all([
        ended(subject, { script }),
        ended(subject, { script: 'echo one; echo two >&2', tty: true }),
      ]);
      const lines = await linesOf(container);
      expect(lines.filter(({ output }) => output === 'stdout').map(({ text }) => text)).toEqual(
        Array.from({ length: 20 }, (_, index) => `line ${index}`),
      );
      expect(lines.at(-1)).toMatchObject({ output: 'stderr', text: 'wrong' });
      expect(lines.every(({ at }) => at !== null)).toBe(true);
      const at = lines[10]?.at ?? '';
      const since = `${Math.floor(Date.parse(at) / 1000)}.${/\.(\d{9})Z$/.exec(at)?.[1]}`;
      expect((await linesOf(container, { since }))[0]?.text).toBe('line 10');
      expect((await linesOf(container, { tail: 3 })).map(({ text }) => text)).toEqual(['line 18', 'line 19', 'wrong']);
      expect((await linesOf(container, { stdout: false })).map(({ text }) => text)).toEqual(['wrong']);
      expect((await linesOf(terminal, {}, true)).map(({ text }) => text)).toEqual(['one', 'two']);
      expect((await refusal(container.logs({ follow: true, stdout: false, stderr: false }))).status).toBe(400);
    },
  },
  {
    name: 'tells what happens, with code and label',
    async run(subject) {
      const leaving = new AbortController();
      const stream = await openEvents(subject.docker, leaving.signal);
      const container = await ended(subject, { script: 'exit 5' });
      await container.rename({ name: 'contract-renamed' });
      await container.remove();
      const events: EngineEvent[] = [];
      for await (const event of stream) {
        events.push(event);
        if (event.id === container.id && event.action === 'destroy') break;
      }
      leaving.abort();
      expect(eventNames(events, container.id)).toEqual(['create', 'start', 'die', 'rename', 'destroy']);
      const died = events.find(({ id, action }) => id === container.id && action === 'die');
      expect(died?.attributes).toMatchObject({ exitCode: '5', [label]: '1', image: subject.small });
      expect(died?.timeNano).toBeGreaterThan(1_700_000_000_000_000_000n);
    },
  },
  {
    name: 'stops on TERM, kills who does not listen, and says how each ended',
    async run(subject) {
      const [polite, deaf, killed] = await Promise.all([
        started(subject, { script: forever }),
        started(subject, { script: 'trap "" TERM; echo up; while true; do sleep 0.1; done' }),
        started(subject, { script: forever }),
      ]);
      await Promise.all([polite, deaf, killed].map((each) => untilLine(each, 'up')));
      const waiting = polite.wait();
      await Promise.all([polite.stop({ t: 10 }), deaf.stop({ t: 1 }), killed.kill()]);
      expect(await waiting).toMatchObject({ StatusCode: 7 });
      await killed.wait();
      const states = await Promise.all([polite, deaf, killed].map(async (each) => (await each.inspect()).State));
      expect(states.map(({ Status, ExitCode }) => `${Status} ${ExitCode}`)).toEqual([
        'exited 7',
        'exited 137',
        'exited 137',
      ]);
      expect((await refusal(polite.stop())).status).toBe(304);
      expect((await refusal(polite.kill())).status).toBe(409);
      await polite.start();
      expect((await refusal(polite.start())).status).toBe(304);
    },
  },
  {
    name: 'runs a command inside, and samples what is used',
    async run(subject) {
      const container = await started(subject, { script: forever });
      const exec = await container.exec({
        Cmd: ['sh', '-c', 'echo in; exit 4'],
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: false });
      const said: string[] = [];
      for await (const lines of toLines(demux(stream, false), 'frame')) said.push(...lines.map(({ text }) => text));
      expect(said).toEqual(['in']);
      expect(await exec.inspect()).toMatchObject({ ExitCode: 4, Running: false, ContainerID: container.id });
      const stats = await container.stats({ stream: false });
      expect(stats.memory_stats.usage).toBeGreaterThan(0);
      expect(stats.cpu_stats.system_cpu_usage).toBeGreaterThan(stats.precpu_stats.system_cpu_usage);
      const { Processes } = await container.top();
      expect(Processes.length).toBeGreaterThan(0);
    },
  },
  {
    name: 'gives a command inside what is sent to it, hands on what it prints as it comes, and ends it with its input',
    async run(subject) {
      const container = await started(subject, { script: forever });
      const exec = await container.exec({
        Cmd: ['sh', '-c', 'while read -r word; do echo got $word; done; exit 3'],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: false });
      const batches = toLines(demux(stream, false), 'none');
      for (const word of ['one', 'two']) {
        stream.write(`${word}\n`);
        expect((await batches.next()).value).toMatchObject([{ output: 'stdout', text: `got ${word}` }]);
      }
      expect(await exec.inspect()).toMatchObject({ Running: true });
      stream.destroy();
      await expect.poll(() => exec.inspect(), { timeout: 10_000 }).toMatchObject({ Running: false, ExitCode: 3 });
    },
  },
  {
    name: 'runs a program inside again and again in one shell',
    async run(subject) {
      const { id } = await started(subject, { script: forever });
      const options = { timeoutMs: 20_000, signal: never };
      const command = "sh -c 'echo in; echo wrong >&2; exit 4'";
      {
        await using shell = await openRepeater(subject.docker, id, command, options);
        for (let count = 0; count < 3; count += 1) {
          const { stdout, exitCode } = await shell.run(20_000);
          expect([stdout.split('\n').filter((line) => line !== ''), exitCode]).toEqual([['in', 'wrong'], 4]);
        }
      }
      await using missing = await openRepeater(subject.docker, id, '/no/such/program', options);
      expect(await missing.run(20_000)).toMatchObject({ exitCode: 127 });
      await using slow = await openRepeater(subject.docker, id, 'sleep 20', options);
      expect(await slow.run(300)).toMatchObject({ exitCode: null, isTimedOut: true });
      await expect(slow.run(300)).rejects.toThrow();
      await subject.docker.getContainer(id).kill();
      await expect(missing.run(20_000)).rejects.toThrow();
    },
  },
  {
    name: 'refuses in the engines’ words: names, images, mounts, states',
    async run(subject) {
      const { docker } = subject;
      const [named, running] = await Promise.all([
        make(subject, { name: 'contract-name' }),
        started(subject, { script: forever }),
      ]);
      const unknown = docker.getContainer('nothere0nothere0');
      expect(await refusal(make(subject, { name: 'contract-name' }))).toEqual({ status: 409, code: 'NAME_IN_USE' });
      expect(await refusal(docker.createContainer({ Image: 'nope:1' }))).toEqual({
        status: 404,
        code: 'IMAGE_NOT_FOUND',
      });
      const mount = { Mounts: [{ Type: 'bind', Source: '/nonexistent/x', Target: '/x' }] };
      expect(await refusal(make(subject, { host: mount }))).toEqual({ status: 400, code: 'CACHE_NOT_WRITABLE' });
      expect((await refusal(make(subject, { host: { Runtime: 'nothing' } }))).status).toBe(400);
      expect(await refusal(unknown.inspect())).toEqual({ status: 404, code: 'NOT_FOUND' });
      expect(await refusal(unknown.start())).toEqual({ status: 404, code: 'NOT_FOUND' });
      expect(await refusal(running.remove())).toEqual({ status: 409, code: 'CONFLICT' });
      expect(await refusal(docker.getImage(subject.small).remove())).toEqual({ status: 409, code: 'CONFLICT' });
      const stopped = named.exec({ Cmd: ['true'] });
      expect(await refusal(stopped)).toEqual({ status: 409, code: 'CONFLICT' });
      await running.remove({ force: true });
      expect(await refusal(running.inspect())).toEqual({ status: 404, code: 'NOT_FOUND' });
    },
  },
  {
    name: 'refuses to start on a port that is taken, and what it does not find',
    async run(subject) {
      const onPort = (port: number) => ({
        PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: port === 0 ? '' : String(port) }] },
      });
      const [first, closed] = await Promise.all([
        started(subject, { script: forever, exposed: 8000, host: onPort(0) }),
        started(subject, { script: forever, host: onPort(0) }),
      ]);
      expect((await closed.inspect()).NetworkSettings.Ports).toEqual({});
      const { Ports } = (await first.inspect()).NetworkSettings;
      const port = Number(Ports['8000/tcp']?.[0]?.HostPort);
      expect(port).toBeGreaterThan(0);
      const stranger = createServer();
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
      const address = stranger.address();
      const foreign = typeof address === 'object' && address !== null ? address.port : 0;
      try {
        const [second, third, lost] = await Promise.all([
          make(subject, { exposed: 8000, host: onPort(port) }),
          make(subject, { exposed: 8000, host: onPort(foreign) }),
          make(subject, { command: ['/no/such/program'] }),
        ]);
        expect(await refusal(second.start())).toEqual({ status: 500, code: 'PORT_IN_USE' });
        expect(await refusal(third.start())).toEqual({ status: 500, code: 'PORT_IN_USE' });
        expect((await refusal(lost.start())).status).toBe(400);
        const states = await Promise.all([second, lost].map(async (each) => (await each.inspect()).State));
        expect(states.map(({ Status, ExitCode }) => `${Status} ${ExitCode}`)).toEqual(['created 128', 'created 127']);
      } finally {
        await new Promise((resolve) => stranger.close(resolve));
      }
    },
  },
  {
    name: 'gives the GPUs that are asked for, refuses others at the start',
    async run(subject) {
      const request = (ids: readonly string[]) =>
        subject.gpus === 'cdi'
          ? { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ids }] }
          : { DeviceRequests: [{ Driver: '', Count: 0, DeviceIDs: ids, Capabilities: [['gpu']], Options: {} }] };
      const wanted = subject.gpuIds.slice(0, 1);
      const unknown = subject.gpus === 'cdi' ? 'nvidia.com/gpu=GPU-unknown' : 'GPU-unknown';
      const [granted, refused] = await Promise.all([
        ended(subject, { command: ['env'], host: request(wanted) }),
        make(subject, { command: ['env'], host: request([unknown]) }),
      ]);
      const lines = await linesOf(granted, { timestamps: false });
      const inside = gpuIdsIn(lines.map(({ text }) => text).join('\n'));
      const plain = wanted.map((id) => id.replace(/^.*=/, ''));
      expect(inside).toEqual(subject.gpus === 'ignored' ? [] : plain);
      if (subject.gpus === 'ignored') {
        await refused.start();
        return;
      }
      const code = subject.gpus === 'cdi' ? 'CDI_DEVICE_UNKNOWN' : 'GPU_UNKNOWN';
      expect(await refusal(refused.start())).toEqual({ status: 500, code });
      expect((await refused.inspect()).State).toMatchObject({ Status: 'created', ExitCode: 128 });
      const both = { DeviceRequests: [{ Driver: '', Count: -1, DeviceIDs: ['0'], Capabilities: [['gpu']] }] };
      const strange = await make(subject, { host: both });
      expect((await refusal(strange.start())).status).toBe(500);
    },
  },
  {
    name: 'starts again what failed, as often as told, and ends what takes too much memory',
    async run(subject) {
      const [restarted, greedy] = await Promise.all([
        started(subject, {
          script: 'echo again; exit 1',
          host: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 1 } },
        }),
        started(subject, {
          command: ['tail', '/dev/zero'],
          host: { Memory: 32 * 1024 ** 2, MemorySwap: 32 * 1024 ** 2 },
        }),
      ]);
      expect(await greedy.wait()).toMatchObject({ StatusCode: 137 });
      expect((await greedy.inspect()).State.OOMKilled).toBe(true);
      await expect
        .poll(
          async () => {
            const { State, RestartCount } = await restarted.inspect();
            return `${State.Status} ${RestartCount}`;
          },
          { timeout: 15_000 },
        )
        .toBe('exited 1');
      expect((await linesOf(restarted)).map(({ text }) => text)).toEqual(['again', 'again']);
    },
  },
  {
    name: 'keeps volumes while they are used, and counts what lies on the disk',
    async run(subject) {
      const { docker } = subject;
      await docker.createVolume({ Name: 'contract-volume', Labels: { [label]: '1' } });
      const container = await make(subject, {
        host: { Mounts: [{ Type: 'volume', Source: 'contract-volume', Target: '/data' }] },
      });
      const volume = docker.getVolume('contract-volume');
      expect(await refusal(volume.remove())).toEqual({ status: 409, code: 'CONFLICT' });
      const usage: unknown = await docker.df();
      expect(usage).toMatchObject({
        Volumes: expect.arrayContaining([expect.objectContaining({ Name: 'contract-volume' })]),
      });
      expect(usage).toMatchObject({
        Images: expect.arrayContaining([expect.objectContaining({ Id: expect.any(String) })]),
      });
      await container.remove();
      await volume.remove();
      expect(await refusal(volume.inspect())).toEqual({ status: 404, code: 'NOT_FOUND' });
    },
  },
  {
    name: 'gives an image a second name, and takes names back one by one',
    async run(subject) {
      const { docker, small } = subject;
      await docker.getImage(small).tag({ repo: 'contract/other', tag: '2' });
      const id = (await docker.getImage('contract/other:2').inspect()).Id;
      expect(id).toBe((await docker.getImage(small).inspect()).Id);
      await docker.getImage('contract/other:2').remove();
      expect((await docker.getImage(small).inspect()).Id).toBe(id);
      expect((await refusal(docker.getImage('contract/other:2').inspect())).status).toBe(404);
    },
  },
];

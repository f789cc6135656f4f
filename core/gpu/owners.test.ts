import { afterEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../lib/logger.ts';
import { type ContainerRun, createOwners } from './owners.ts';

const nim = 'a'.repeat(64);
const outer = 'b'.repeat(64);
const other = 'c'.repeat(64);

/** The far sides: files of /proc, and what an engine lists of its containers. */
function ownersWith(cgroups: Record<number, string>, tops: Record<string, number[]> = {}, listsHostPids = true) {
  const asked: string[] = [];
  const docker = {
    modem: {
      dial({ path }: { path: string }, done: (error: Error | null, answer?: unknown) => void) {
        asked.push(path);
        const pids = tops[path.split('/')[2] ?? ''];
        if (pids === undefined) done(new Error('409'));
        else done(null, { Titles: ['UID', 'PID'], Processes: pids.map((pid) => ['root', String(pid)]) });
      },
    },
  };
  const system = {
    async readText(path: string) {
      const text = cgroups[Number(path.split('/')[2])];
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return text;
    },
  };
  const owners = createOwners(
    { log: silentLogger, processes: 'kernel', system: system as never },
    () => docker as never,
    () => listsHostPids,
  );
  const ofRuns = (pids: number[], runs: ContainerRun[]) => owners.of(pids, runs, new AbortController().signal);
  return { asked, tops, ofRuns, of: (...pids: number[]) => ofRuns(pids, [run(nim)]) };
}

const run = (id: string, startedAt = '2026-01-01T00:00:00Z'): ContainerRun => ({ id, startedAt });

afterEach(() => {
  vi.useRealTimers();
});

const mine = { kind: 'container', id: nim };

it.each([
  ['Docker with cgroupfs', `12:devices:/docker/${nim}\n1:name=systemd:/docker/${nim}\n`, mine],
  ['Docker with systemd', `0::/system.slice/docker-${nim}.scope\n`, mine],
  ['rootless', `0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${nim}.scope\n`, mine],
  ['Podman with crun', `0::/machine.slice/libpod-${nim}.scope/container\n`, mine],
  ['an engine inside of a container', `0::/docker/${outer}/engines/${nim}\n`, mine],
  ['a container inside of the NIM', `0::/docker/${nim}/docker/${other}\n`, mine],
  ['another container', `0::/docker/${other}\n`, { kind: 'other' }],
  ['no container', '0::/user.slice/session-2.scope\n', { kind: 'other' }],
])('%s: the kernel says it, and the engine is not asked', async (_what, cgroup, owner) => {
  const { of, asked } = ownersWith({ 7: cgroup });
  expect((await of(7)).get(7)).toEqual(owner);
  expect(asked).toEqual([]);
});

it('asks the engine for what the kernel does not know, and knows where nobody does', async () => {
  const { of } = ownersWith({}, { [nim]: [7] });
  expect([...(await of(7, 8))]).toEqual([
    [7, mine],
    [8, { kind: 'unknown' }],
  ]);
});

it('believes no engine that counts processes as its containers see them', async () => {
  const { of, asked } = ownersWith({}, { [nim]: [7] }, false);
  expect((await of(7)).get(7)).toEqual({ kind: 'unknown' });
  expect(asked).toEqual([]);
});

it('lives with a container that ended just now', async () => {
  expect((await ownersWith({}).of(7)).get(7)).toEqual({ kind: 'unknown' });
});

it('asks about a process once, for as long as each reading has it', async () => {
  const { of, asked } = ownersWith({}, { [nim]: [7] });
  for (let reading = 0; reading < 3; reading += 1) {
    expect([...(await of(7, 8))]).toEqual([
      [7, mine],
      [8, { kind: 'unknown' }],
    ]);
  }
  expect(asked).toHaveLength(1);
  expect((await of(7, 8, 9)).get(7)).toEqual(mine);
  expect(asked).toHaveLength(2);
});

it('asks anew of a number that was missing from one reading: it may be another process’s', async () => {
  const { of, asked, tops } = ownersWith({}, { [nim]: [7] });
  await of(7);
  await of(8);
  tops[nim] = [8];
  expect((await of(7)).get(7)).toEqual({ kind: 'unknown' });
  expect(asked).toHaveLength(3);
});

it('asks anew after a gap between readings', async () => {
  vi.useFakeTimers();
  const { of, tops } = ownersWith({}, { [nim]: [7] });
  await of(7);
  tops[nim] = [];
  vi.advanceTimersByTime(14_000);
  expect((await of(7)).get(7)).toEqual(mine);
  vi.advanceTimersByTime(16_000);
  expect((await of(7)).get(7)).toEqual({ kind: 'unknown' });
});

it('asks anew when a container was started again, and of a new one only whom nobody has', async () => {
  const { ofRuns, asked, tops } = ownersWith({}, { [nim]: [7], [other]: [8] });
  await ofRuns([7, 8], [run(nim)]);
  expect((await ofRuns([7, 8], [run(nim), run(other)])).get(8)).toEqual({ kind: 'container', id: other });
  expect(asked).toEqual([nim, other].map((id) => `/containers/${id}/top`));
  tops[nim] = [];
  expect((await ofRuns([7, 8], [run(nim, 'later'), run(other)])).get(7)).toEqual({ kind: 'unknown' });
  expect(asked).toHaveLength(3);
});

it('takes no engine’s silence for an answer', async () => {
  const { of, tops } = ownersWith({});
  expect((await of(7)).get(7)).toEqual({ kind: 'unknown' });
  tops[nim] = [7];
  expect((await of(7)).get(7)).toEqual(mine);
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { pullProgress } from '../../shared/contract/jobs.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { readRecordedPull, type RecordedEnd } from './recorded-pull.ts';

const folder = captureFolder('docker-pull');

function read(text: string): { states: PullProgress[]; end: RecordedEnd } {
  const items = [...readRecordedPull(text)];
  const end = items.pop();
  if (end === undefined || !('outcome' in end)) throw new Error('no end');
  return { states: items as PullProgress[], end };
}

/** The rules of the format that hold for every stream, however damaged. Plain comparisons: there are many states. */
function checkStates(states: PullProgress[], end: RecordedEnd): void {
  const broken: string[] = [];
  states.forEach((state, index) => {
    const before = states[index - 1];
    const rules: Record<string, boolean> = {
      'has the shape of the contract': pullProgress.safeParse(state).success,
      'more done than there is': state.layers.done <= state.layers.total && state.layers.existing <= state.layers.done,
      'stalled, and since when': (state.phase === 'STALLED') === (state.stalledSince !== null),
      'more bytes than there are': state.bytesTotal === null || state.bytesDone <= state.bytesTotal,
      'is a change': JSON.stringify(state) !== JSON.stringify(before),
      'bytes do not fall': before === undefined || state.bytesDone >= before.bytesDone,
      'share does not fall': before === undefined || before.bytesTotal === null || share(state) >= share(before),
    };
    for (const [rule, holds] of Object.entries(rules))
      if (!holds) broken.push(`${index}: ${rule}: ${JSON.stringify(state)}`);
  });
  expect(broken).toEqual([]);
  expect(end.bytesDone).toBe(states.at(-1)?.bytesDone ?? 0);
  expect(end.bytesTotal).toBe(states.at(-1)?.bytesTotal ?? null);
}

/** Unknown counts as a step back, wherever it was known before. */
function share({ bytesDone, bytesTotal }: PullProgress): number {
  if (bytesTotal === null) return -1;
  return bytesTotal === 0 ? 1 : bytesDone / bytesTotal;
}

const phasesOf = (states: PullProgress[]) =>
  states.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);

interface Expected {
  outcome: RecordedEnd['outcome'];
  code?: string;
  bytesDone: number;
  bytesTotal: number | null;
  /** total, done, existing */
  layers: [number, number, number];
  phases?: string[];
}

const failed = (code: string): Expected => ({
  outcome: 'failed',
  code,
  bytesDone: 0,
  bytesTotal: null,
  layers: [0, 0, 0],
});
const whole = { outcome: 'done', bytesDone: 480_975_623, bytesTotal: 480_975_623, layers: [8, 8, 0] } as const;
const there = {
  outcome: 'done',
  bytesDone: 0,
  bytesTotal: null,
  layers: [0, 0, 0],
  phases: ['RESOLVING', 'DONE'],
} as const;
const usual = ['RESOLVING', 'DOWNLOADING', 'EXTRACTING', 'VERIFYING', 'DONE'];

const table: Record<string, Expected> = {
  'gh-29.5.2-extracting-line.jsonl': {
    outcome: 'incomplete',
    bytesDone: 0,
    bytesTotal: null,
    layers: [1, 0, 0],
    phases: ['EXTRACTING'],
  },
  'gh-alpine-engine-2021.jsonl': {
    outcome: 'done',
    bytesDone: 2_811_969,
    bytesTotal: 2_811_969,
    layers: [1, 1, 0],
    phases: ['RESOLVING', 'DOWNLOADING', 'VERIFYING', 'EXTRACTING', 'VERIFYING', 'DONE'],
  },
  'gh-error-frames.jsonl': failed('NGC_KEY_REJECTED'),
  'gh-ha-containerd-store.json': {
    outcome: 'done',
    bytesDone: 43_043_243,
    bytesTotal: 43_043_243,
    layers: [2, 2, 0],
    phases: usual,
  },
  'gh-ha-overlay2.json': {
    outcome: 'done',
    bytesDone: 462_613_539,
    bytesTotal: 462_613_539,
    layers: [4, 4, 2],
    phases: usual,
  },
  'gh-podman-compat-2025-excerpt.jsonl': {
    outcome: 'incomplete',
    bytesDone: 14_817_543,
    bytesTotal: null,
    layers: [1, 0, 0],
  },
  'real-20.10-pull-after-cancel.jsonl': { ...whole, layers: [8, 8, 0], phases: usual },
  'real-20.10-pull-already-have.jsonl': { ...there, layers: [0, 0, 0], phases: ['RESOLVING', 'DONE'] },
  'real-20.10-pull-bad-key.jsonl': failed('NGC_KEY_REJECTED'),
  'real-20.10-pull-cancelled.jsonl': {
    outcome: 'cancelled',
    bytesDone: 273_157_506,
    bytesTotal: null,
    layers: [8, 4, 0],
  },
  'real-20.10-pull-disk-full-extract.jsonl': {
    outcome: 'failed',
    code: 'DISK_FULL',
    bytesDone: 480_975_623,
    bytesTotal: 480_975_623,
    layers: [8, 0, 0],
  },
  'real-20.10-pull-disk-full.jsonl': {
    outcome: 'failed',
    code: 'DISK_FULL',
    bytesDone: 480_975_623,
    bytesTotal: 480_975_623,
    layers: [8, 0, 0],
  },
  'real-20.10-pull-dns-failure.jsonl': failed('DNS_FAILED'),
  'real-20.10-pull-drop-and-retry.jsonl': {
    ...whole,
    layers: [8, 8, 0],
    phases: ['RESOLVING', 'DOWNLOADING', 'RETRYING', 'DOWNLOADING', 'EXTRACTING', 'VERIFYING', 'DONE'],
  },
  'real-20.10-pull-no-auth.jsonl': failed('NGC_KEY_MISSING'),
  'real-20.10-pull-ok-fast.jsonl': { ...whole, layers: [8, 8, 0], phases: usual },
  'real-20.10-pull-registry-dies.jsonl': {
    outcome: 'failed',
    code: 'NETWORK_UNREACHABLE',
    bytesDone: 144_900_360,
    bytesTotal: null,
    layers: [8, 0, 0],
    phases: ['RESOLVING', 'DOWNLOADING', 'RETRYING', 'FAILED'],
  },
  'real-20.10-pull-registry-down.jsonl': failed('NETWORK_UNREACHABLE'),
  'real-20.10-pull-repo-missing.jsonl': failed('TAG_NOT_FOUND'),
  'real-20.10-pull-slow-40MBps.jsonl': { ...whole, layers: [8, 8, 0], phases: usual },
  'real-20.10-pull-stalled.jsonl': {
    outcome: 'cancelled',
    bytesDone: 19_326_480,
    bytesTotal: null,
    layers: [8, 0, 0],
    phases: ['RESOLVING', 'DOWNLOADING', 'STALLED', 'CANCELLED'],
  },
  'real-20.10-pull-tag-missing.jsonl': failed('TAG_NOT_FOUND'),
  'real-20.10-pull-token-bad-key.jsonl': failed('NGC_KEY_MISSING'),
  'real-20.10-pull-token-forbidden.jsonl': failed('IMAGE_NOT_FOUND'),
  'real-20.10-pull-token-no-auth.jsonl': failed('NGC_KEY_MISSING'),
  'real-20.10-pull-token-tag-missing.jsonl': failed('TAG_NOT_FOUND'),
  'real-26.1-containerd-after-cancel.jsonl': {
    outcome: 'done',
    bytesDone: 240_074_352,
    bytesTotal: 240_074_352,
    layers: [6, 6, 0],
    phases: ['RESOLVING', 'DOWNLOADING', 'EXTRACTING', 'DONE'],
  },
  'real-26.1-containerd-already-have.jsonl': { ...there, layers: [0, 0, 0], phases: ['RESOLVING', 'DONE'] },
  'real-26.1-containerd-cancelled.jsonl': {
    outcome: 'incomplete',
    bytesDone: 125_829_120,
    bytesTotal: null,
    layers: [7, 0, 0],
  },
  'real-26.1-overlay2-after-cancel.jsonl': {
    outcome: 'done',
    bytesDone: 241_138_886,
    bytesTotal: 241_138_886,
    layers: [7, 7, 0],
    phases: usual,
  },
  'real-26.1-overlay2-already-have.jsonl': { ...there, layers: [0, 0, 0], phases: ['RESOLVING', 'DONE'] },
  'real-26.1-overlay2-cancelled.jsonl': {
    outcome: 'incomplete',
    bytesDone: 85_194_766,
    bytesTotal: null,
    layers: [7, 1, 0],
  },
};

describe.skipIf(folder === null)('recorded pulls (skipped where the captures are not beside the checkout)', () => {
  const capture = (file: string) => readCapture(folder ?? '', file);

  it.each(Object.entries(table))('%s', (file, expected) => {
    const { states, end } = read(capture(file));
    checkStates(states, end);
    const [total, done, existing] = expected.layers;
    expect(end).toEqual({
      outcome: expected.outcome,
      error: expected.code === undefined ? null : { code: expected.code, message: expect.stringMatching(/\S/) },
      bytesDone: expected.bytesDone,
      bytesTotal: expected.bytesTotal,
      layers: { total, done, existing },
    });
    if (expected.phases !== undefined) expect(phasesOf(states)).toEqual(expected.phases);
  });

  it('reads each case of the error frames by itself', () => {
    const ends = capture('gh-error-frames.jsonl')
      .trim()
      .split('\n')
      .map((line) => read(line).end);
    expect(ends.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['failed', 'NGC_KEY_REJECTED'],
      ['failed', 'IMAGE_NOT_FOUND'],
      ['failed', 'DISK_FULL'],
      ['failed', 'DISK_FULL'],
    ]);
    expect(ends.at(-1)?.error?.message).toContain('write /var/lib/docker/...');
  });

  it('says since when nothing came, by the recorded times', () => {
    const stalled = read(capture('real-20.10-pull-stalled.jsonl')).states.find(({ phase }) => phase === 'STALLED');
    expect(stalled).toMatchObject({ stalledSince: '1970-01-01T00:00:06.592Z', bytesPerSecond: null, etaSeconds: null });
  });

  it('has a rate and a time to go once it knows enough, and neither before', () => {
    const { states } = read(capture('real-20.10-pull-slow-40MBps.jsonl'));
    const downloading = states.filter(({ phase }) => phase === 'DOWNLOADING');
    expect(downloading[0]).toMatchObject({ bytesPerSecond: null, etaSeconds: null });
    const rates = downloading.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? []);
    expect(rates.length).toBeGreaterThan(100);
    // The registry sent 40 MB/s.
    expect(rates.at(-1)).toBeGreaterThan(30e6);
    expect(rates.at(-1)).toBeLessThan(50e6);
    expect(downloading.every(({ bytesTotal, etaSeconds }) => bytesTotal !== null || etaSeconds === null)).toBe(true);
  });

  it('gives the same with other line ends, blank lines, colours, prose and prefixes around', () => {
    const file = 'real-20.10-pull-drop-and-retry.jsonl';
    const text = capture(file);
    const expected = read(text);
    expect(read(text.replaceAll('\n', '\r\n\r\n'))).toEqual(expected);
    expect(read(`$ curl -s --unix-socket [x]\n{ not json\n${text}\nThat was {it}.\n`)).toEqual(expected);
    expect(read(text.replace(/^/gm, 'pull-1  | '))).toEqual(expected);
    expect(read(text.replace(/^/gm, '\u001b[32m').replace(/$/gm, '\u001b[0m'))).toEqual(expected);
    expect(
      read(
        JSON.stringify(
          text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
          null,
          2,
        ),
      ),
    ).toEqual(expected);
    expect(read(JSON.stringify({ case: 'x', stream: text.trim().split('\n') }))).toEqual(expected);
  });

  it('is incomplete wherever it is cut off, and keeps what came before', () => {
    const text = capture('real-26.1-overlay2-after-cancel.jsonl');
    const end = text.indexOf('"Status: ');
    fc.assert(
      fc.property(fc.nat(end), (length) => {
        const { states, end: last } = read(text.slice(0, length));
        checkStates(states, last);
        expect(last).toMatchObject({ outcome: 'incomplete', error: null });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    'real-20.10-pull-drop-and-retry.jsonl',
    'gh-ha-overlay2.json',
    'real-26.1-containerd-after-cancel.jsonl',
    'gh-ha-containerd-store.json',
    'real-20.10-pull-registry-dies.jsonl',
  ])('never runs backwards when lines of %s are lost, repeated or out of order', (file) => {
    const text = capture(file);
    const lines = file.endsWith('.json')
      ? (JSON.parse(text) as unknown[]).map((line) => JSON.stringify(line))
      : text.trim().split('\n');
    const damage = fc.array(
      fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.constantFrom('lose', 'repeat', 'swap')),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(damage, (steps) => {
        const damaged = [...lines];
        for (const [a, b, step] of steps) {
          if (step === 'lose') damaged[a] = '';
          else if (step === 'repeat') damaged[a] = `${damaged[a]}\n${damaged[b]}`;
          else [damaged[a], damaged[b]] = [damaged[b] ?? '', damaged[a] ?? ''];
        }
        const { states, end } = read(damaged.join('\n'));
        checkStates(states, end);
      }),
      { numRuns: 30 },
    );
  });
});

describe('readRecordedPull', () => {
  const lines = (...values: object[]) => values.map((value) => JSON.stringify(value)).join('\n');
  const layer = (id: string, status: string, current?: number, total?: number) => ({
    status,
    id,
    progressDetail: current === undefined ? {} : { current, total },
  });

  it('ends with incomplete for a text that holds no pull at all', () => {
    for (const text of ['', 'nothing here', '[1, 2]', '{"level":"info","message":"pulling"}', '{{{{[[[[']) {
      expect(read(text).end).toMatchObject({ outcome: 'incomplete', error: null, bytesDone: 0, bytesTotal: null });
    }
  });

  it('takes an HTTP error body for the failure it is', () => {
    const { end } = read('HTTP/1.1 404 Not Found\n\n{"message":"manifest for x:1 not found: manifest unknown"}');
    expect(end).toMatchObject({ outcome: 'failed', error: { code: 'TAG_NOT_FOUND' } });
  });

  it('takes an error whose line was cut off for the failure it is', () => {
    const { end } = read(
      '{"status":"Pulling from a","id":"1"}\n{"errorDetail":{"message":"write /x: no space left on device',
    );
    expect(end).toMatchObject({
      outcome: 'failed',
      error: { code: 'DISK_FULL', message: 'write /x: no space left on device' },
    });
  });

  it('does not let success stand beside an error, whichever came first', () => {
    const success = { status: 'Status: Downloaded newer image for a:1' };
    const error = { error: 'unexpected EOF' };
    expect(read(lines(success, error)).end.outcome).toBe('failed');
    expect(read(lines(error, success)).end.outcome).toBe('failed');
  });

  it('is done when our side only hung up afterwards, cancelled when before', () => {
    const success = { status: 'Status: Downloaded newer image for a:1' };
    expect(read(lines(success, { t: 9, client: 'destroy' })).end.outcome).toBe('done');
    expect(read(lines({ t: 9, client: 'destroy' }, success)).end.outcome).toBe('cancelled');
    expect(read(lines({ t: 1, client: 'pull' }, success)).end.outcome).toBe('done');
    const abort = { t: 10, exception: { name: 'Error', message: 'aborted', code: 'ECONNRESET' } };
    expect(read(lines({ t: 9, client: 'abort' }, abort)).end).toMatchObject({ outcome: 'cancelled', error: null });
    expect(read(lines(abort)).end).toMatchObject({ outcome: 'failed', error: { code: 'ENGINE_LOST' } });
  });

  describe('Podman, which never says that all is well', () => {
    const blobs = [
      layer('aaaaaaaaaaaa', 'Pulling fs layer'),
      layer('aaaaaaaaaaaa', 'Downloading', 50, 100),
      layer('aaaaaaaaaaaa', 'Download complete'),
      layer('cccccccccccc', 'Pulling fs layer'),
      layer('cccccccccccc', 'Download complete'),
    ];

    it('is done by the line that names the image', () => {
      const { end } = read(lines(...blobs, layer('cccccccccccc', 'Download complete')));
      expect(end).toMatchObject({ outcome: 'done', bytesDone: 100, layers: { total: 2, done: 2, existing: 0 } });
      expect(
        read(lines(layer('aaaaaaaaaaaa', 'Already exists'), layer('ffffffffffff', 'Download complete'))).end,
      ).toMatchObject({
        outcome: 'done',
        layers: { total: 1, done: 1, existing: 1 },
      });
    });

    it('is done by its own form of the end', () => {
      expect(read('{"stream":"Trying to pull x\\n"}\n{"images":["abc"],"id":"abc"}').end.outcome).toBe('done');
    });

    it('is incomplete while a layer is under way, and knows no total: later layers are not named yet', () => {
      const { end, states } = read(lines(...blobs, layer('bbbbbbbbbbbb', 'Downloading', 5, 10)));
      expect(end).toMatchObject({ outcome: 'incomplete', bytesTotal: null });
      expect(states.every(({ bytesTotal }) => bytesTotal === null)).toBe(true);
    });
  });
});

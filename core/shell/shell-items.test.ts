import { describe, expect, test } from 'vitest';
import { someJob, someNim } from '../testing/shell-values.ts';
import { type CoreView, describeTray, type ShellItem } from './shell-items.ts';

const view = (change: Partial<CoreView> = {}): CoreView => ({
  isPractice: false,
  nims: { isKnown: true, nims: [] },
  jobs: [],
  ...change,
});
const labels = (items: readonly ShellItem[]) => items.map((item) => (item.kind === 'line' ? '-' : item.label));
const tail = ['Open Nimdeck', 'Settings …', 'Quit Nimdeck'];

describe('describeTray', () => {
  test('what runs, what is under way, and what can be done', () => {
    const nims = [
      someNim({ id: 'a1'.repeat(32), name: 'one' }),
      someNim({ name: 'two', status: 'starting' }),
      someNim({ name: 'three', status: 'exited' }),
      someNim({ name: 'four', status: 'stopped' }),
    ];
    const jobs = [
      someJob(),
      someJob({ kind: 'start', title: 'two', nimId: nims[1]!.id, pull: null }),
      someJob({ state: 'done', title: 'old' }),
    ];
    const { tooltip, items } = describeTray([view({ nims: { isKnown: true, nims }, jobs })]);
    expect(tooltip).toBe('Nimdeck\n2 NIMs run, 2 jobs under way');
    expect(labels(items)).toEqual([
      '2 NIMs run, 2 jobs under way',
      'one, ready',
      'two, starting',
      'Pulling nim/x:1, 20 %',
      'Starting two',
      '-',
      ...tail,
    ]);
    expect(items[1]).toMatchObject({ kind: 'link', route: `#/running/${'a1'.repeat(32)}/overview` });
    expect(items[3]).toMatchObject({ route: '#/running' });
    expect(items[4]).toMatchObject({ route: `#/running/${nims[1]!.id}/overview` });
  });

  test('what is not known is not said to be nothing', () => {
    const nims = [someNim()];
    expect(labels(describeTray([view({ nims: { isKnown: false, nims } })]).items)).toEqual([
      'The engine cannot be asked',
      'chat, unknown',
      '-',
      ...tail,
    ]);
    expect(describeTray([view()]).tooltip).toBe('Nimdeck\nNo NIM runs');
    const pull = someJob().pull!;
    const sizes = [null, 0, 1000].map((bytesTotal) => someJob({ pull: { ...pull, bytesTotal } }));
    expect(labels(describeTray([view({ jobs: sizes })]).items).slice(1, 4)).toEqual([
      'Pulling nim/x:1',
      'Pulling nim/x:1',
      'Pulling nim/x:1, 20 %',
    ]);
  });

  test('practice says that it is practice, beside the real thing', () => {
    const { tooltip, items } = describeTray([view(), view({ isPractice: true, jobs: [someJob()] })]);
    expect(tooltip).toBe('Nimdeck\nNo NIM runs\nPractice: No NIM runs, 1 job under way');
    expect(labels(items).slice(0, 4)).toEqual([
      'No NIM runs',
      '-',
      'Practice: No NIM runs, 1 job under way',
      'Pulling nim/x:1, 20 %',
    ]);
    expect(labels(describeTray([]).items)).toEqual(tail);
  });

  test('a pull that is being deployed is a pull until its container begins', () => {
    const start = {
      step: 'starting',
      phase: 'CREATED',
      phaseSince: '2026-01-01T00:00:00.000Z',
      lastLine: null,
    } as const;
    const jobs = [someJob({ kind: 'deploy' }), someJob({ kind: 'deploy', start })];
    expect(labels(describeTray([view({ jobs })]).items).slice(1, 3)).toEqual([
      'Pulling nim/x:1, 20 %',
      'Starting nim/x:1',
    ]);
  });
});

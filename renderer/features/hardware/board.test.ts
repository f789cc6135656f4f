import { describe, expect, it } from 'vitest';
import type { GpuReport, MemoryHolder } from '../../../shared/contract/gpu.ts';
import type { GpuProof } from '../../../shared/contract/gpu-proof.ts';
import { fakeGpu, fakeGpuReport, fakeNim } from '../../testing/fake-data.ts';
import { fakeSlice } from '../../testing/hardware-worlds.ts';
import { buildBoard, type BoardParts, segmentsOf } from './board.ts';

const build = (parts: Partial<BoardParts> & { report: GpuReport }) =>
  buildBoard({ nims: [], holders: [], proofs: [], needs: {}, ...parts });

const holder = (changes: Partial<MemoryHolder>): MemoryHolder => ({
  gpuIndex: 0,
  pid: 1,
  processName: 'python3',
  memoryMiB: 100,
  nim: null,
  ...changes,
});
const proof = (nimId: string, devices: GpuProof['devices']): GpuProof => ({
  nimId,
  startedAt: '2026-01-01T00:00:00.000Z',
  state: 'proven',
  since: '2026-01-01T00:00:00.000Z',
  devices,
  failure: null,
  doubt: null,
  isRestartUseful: false,
  isBack: false,
});

describe('the board', () => {
  it('joins the lanes of a NIM that is spread over GPUs', () => {
    const nim = fakeNim('spread', { gpus: { kind: 'devices', ids: ['GPU-b', '0'] } });
    const report = fakeGpuReport([fakeGpu({ uuid: 'GPU-a' }), fakeGpu({ index: 1, uuid: 'GPU-b' })]);
    const { gpus } = build({
      report,
      nims: [nim],
      holders: [holder({ nim: { id: nim.id, name: nim.name }, memoryMiB: 900 })],
      needs: { [nim.id]: 1000 },
    });
    const blocks = gpus.map(({ lanes: [lane] }) => lane?.nims[0]);
    expect(blocks).toMatchObject([
      { part: 2, parts: 2, heldMiB: 900, needMiB: 1000 },
      { part: 1, parts: 2, heldMiB: null },
    ]);
    // Of the second it is not known what it holds: that may be what is in use there.
    expect(gpus.map(({ lanes: [lane] }) => lane?.reservedMiB)).toEqual([100, 0]);
  });

  it('knows what a NIM holds on a slice by its proof, and by processes where it has the card to itself', () => {
    const report = fakeGpuReport([
      fakeGpu({ migEnabled: true, utilizationPercent: null, migDevices: [fakeSlice(0, 0), fakeSlice(0, 1)] }),
    ]);
    const both = fakeNim('both', { gpus: { kind: 'devices', ids: ['MIG-0-0', 'MIG-0-1'] } });
    const one = fakeNim('one', { gpus: { kind: 'devices', ids: ['MIG-0-1'] } });
    const device = (id: string, memoryMiB: number | null) => ({ id, name: null, gpuIndex: 0, memoryMiB });
    const [gpu] = build({
      report,
      nims: [both, one],
      proofs: [proof(both.id, [device('MIG-0-0', 40), device('MIG-0-1', null)])],
      holders: [holder({ nim: { id: one.id, name: 'one' }, memoryMiB: 7 }), holder({ pid: 2 })],
    }).gpus;
    const held = gpu?.lanes.map(({ nims }) => nims.map(({ nim, heldMiB }) => `${nim.name} ${heldMiB}`));
    expect(held).toEqual([['both 40'], ['both null', 'one 7']]);
    // On which slice the other program is, the driver does not say.
    expect(gpu?.lanes.map(({ othersMiB }) => othersMiB)).toEqual([null, null]);
  });

  it('counts once the memory that compute instances share', () => {
    const half = (ci: number) => fakeSlice(0, ci, { gi: 2, ci, uuid: `MIG-${ci}`, profile: `${ci + 1}c.3g.40gb` });
    const report = fakeGpuReport([fakeGpu({ migEnabled: true, migDevices: [half(0), half(1), fakeSlice(0, 4)] })]);
    const lanes = build({ report }).gpus[0]?.lanes ?? [];
    expect(lanes.map(({ targets, totalMiB }) => [targets.length, totalMiB])).toEqual([
      [2, 9_984],
      [1, 9_984],
    ]);
  });

  it('leaves out what does not run, and names what this machine does not list', () => {
    const nims = [
      fakeNim('stopped', { status: 'stopped' }),
      fakeNim('stranger', { gpus: { kind: 'devices', ids: ['MIG-gone'] } }),
      fakeNim('without', { gpus: { kind: 'none' } }),
    ];
    const board = build({ report: fakeGpuReport(), nims });
    expect(board.gpus[0]?.lanes[0]?.nims).toEqual([]);
    expect(board.strangers).toMatchObject([{ nim: { name: 'stranger' }, ids: ['MIG-gone'] }]);
  });

  it('keeps a lost GPU: in its place where it is listed, at the end where it is not', () => {
    const lost = (index: number, uuid: string) => ({
      index,
      uuid,
      name: 'a card',
      memoryTotalMiB: 100,
      lastSeenAt: '2026-01-01T00:00:00.000Z',
    });
    const board = build({
      report: {
        ...fakeGpuReport([fakeGpu({ uuid: null }), fakeGpu({ index: 1, uuid: 'GPU-b' })]),
        lost: [lost(0, 'GPU-a'), lost(2, 'GPU-c')],
      },
    });
    expect(board.gpus.map((gpu) => gpu.lost?.uuid ?? null)).toEqual(['GPU-a', null]);
    expect(board.lost.map(({ uuid }) => uuid)).toEqual(['GPU-c']);
  });

  it('has no lane on a GPU that is to be cut and is not', () => {
    expect(build({ report: fakeGpuReport([fakeGpu({ migEnabled: true })]) }).gpus[0]?.lanes).toEqual([]);
  });
});

describe('the pieces of a bar', () => {
  const block = (heldMiB: number | null, needMiB: number | null) => ({
    nim: fakeNim('a'),
    colour: 1 as const,
    heldMiB,
    needMiB,
    part: 1,
    parts: 1,
  });
  const pieces = (...of: Parameters<typeof segmentsOf>) =>
    segmentsOf(...of).map(({ kind, memoryMiB }) => `${kind} ${memoryMiB}`);

  it('tell NIMs, others, the unnamed and what is reserved apart', () => {
    expect(pieces({ totalMiB: 100, usedMiB: 60, othersMiB: 10, nims: [block(30, 45)] })).toEqual([
      'nim 30',
      'other 10',
      'unnamed 20',
      'reserved 15',
    ]);
  });

  it('are never more than there is, whatever the driver’s figures say', () => {
    expect(pieces({ totalMiB: 100, usedMiB: 90, othersMiB: 50, nims: [block(95, 300)] })).toEqual([
      'nim 95',
      'reserved 5',
    ]);
  });

  it('count what nobody is named for to a NIM of which nothing is known', () => {
    expect(pieces({ totalMiB: 100, usedMiB: 20, othersMiB: 0, nims: [block(null, 50)] })).toEqual([
      'unnamed 20',
      'reserved 30',
    ]);
  });

  it('are none where the memory is not known', () => {
    expect(pieces({ totalMiB: null, usedMiB: 5, othersMiB: 5, nims: [] })).toEqual([]);
    expect(pieces({ totalMiB: 100, usedMiB: null, othersMiB: 5, nims: [] })).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { joinGpus } from './join.ts';
import { parseList } from './parse-list.ts';
import { parseQuery } from './parse-query.ts';
import { parseXml } from './parse-xml.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/h100-two-slices.${name}`, import.meta.url), 'utf8');
const fromXml = parseXml(fixture('xml')).gpus;
const listed = parseList(fixture('list.txt'));
const queried = parseQuery(fixture('query.csv'));

describe('the three calls joined', () => {
  it('gives slices their UUID and profile, and GPUs their compute capability', () => {
    const gpus = joinGpus(fromXml, listed, queried);
    expect(gpus.map((gpu) => gpu.computeCapability)).toEqual(['9.0', '12.1']);
    expect(gpus[0]?.migDevices).toEqual([
      {
        index: 0,
        gi: 2,
        ci: 0,
        uuid: 'MIG-bbbbbbbb-0000-5000-8000-000000000001',
        profile: '3g.40gb',
        memoryTotalMiB: 40448,
        memoryUsedMiB: 1200,
      },
      {
        index: 1,
        gi: 3,
        ci: 0,
        uuid: 'MIG-bbbbbbbb-0000-5000-8000-000000000002',
        profile: '2g.20gb',
        memoryTotalMiB: 20096,
        memoryUsedMiB: 44,
      },
    ]);
  });

  it('follows the UUID when a board went away between two calls', () => {
    const gpus = joinGpus(fromXml, [], parseQuery('0, GPU-aaaaaaaa-0000-4000-8000-000000000002, 12.1\n'));
    expect(gpus.map((gpu) => gpu.computeCapability)).toEqual([null, '12.1']);
  });

  it('does not give a slice the UUID of another instance that has its number', () => {
    const old = parseList(
      'GPU 0: A100 (UUID: GPU-aaaaaaaa-0000-4000-8000-000000000001)\n' +
        '  MIG 1g.5gb Device 0: (UUID: MIG-GPU-aaaaaaaa-0000-4000-8000-000000000001/9/0)\n' +
        '  MIG 2g.10gb Device 1: (UUID: MIG-GPU-aaaaaaaa-0000-4000-8000-000000000001/3/0)\r\n',
    );
    expect(joinGpus(fromXml, old, [])[0]?.migDevices.map(({ uuid, profile }) => [uuid, profile])).toEqual([
      [null, null],
      ['MIG-GPU-aaaaaaaa-0000-4000-8000-000000000001/3/0', '2g.10gb'],
    ]);
  });

  it('reads no capability from an error or from N/A', () => {
    expect(parseQuery('Field "compute_cap" is not a valid field to query.\n')).toEqual([]);
    expect(parseQuery('0, GPU-1, [N/A]\r\n')).toEqual([{ index: 0, uuid: 'GPU-1', computeCapability: null }]);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../../core/testing/captures.ts';
import { createMachine, type MachineId } from './machine.ts';

const captures = captureFolder('nvidia-smi');
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

async function textOf(id: MachineId, name: string, isBusy = false): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-machine-'));
  folders.push(folder);
  const machine = await createMachine(id, folder);
  const device = machine.devices().findLast(({ kind }) => kind === (id.includes('mig') ? 'mig' : 'gpu'));
  if (isBusy) machine.hold({ pid: 21_180, name: 'python3', deviceUuid: device?.uuid ?? '', memoryMiB: 4321 });
  const text = readFileSync(join(folder, 'texts', name), 'utf8');
  await machine.close();
  return text;
}

const capture = (name: string) => readCapture(captures ?? '', name);

/** The path of every element of the first GPU, in the order of the document, equal ones once. */
function xmlShape(xml: string): string[] {
  const open: string[] = [];
  const paths = new Set<string>();
  const [first = ''] = xml.split('</gpu>');
  for (const [, closing, name = ''] of first.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (closing === '/') open.pop();
    else {
      open.push(name);
      paths.add(open.join('/'));
    }
  }
  return [...paths].filter((path) => !/remapped_rows\/|process_info|mig_device\//.test(path));
}

/** Indent and label of every line, equal ones once. */
function textShape(text: string): string[] {
  const [, gpu = ''] = text.split(/^GPU .*$/m);
  return [...new Set(gpu.split('\n').map((line) => line.replace(/ *: .*$/, '')))].filter((line) => line !== '');
}

/** Where a table has its columns: everything but the frame is left out. */
const frame = (line: string) =>
  line
    .replaceAll('C+G', '   ')
    .replaceAll(/[^|+=-]/g, ' ')
    .replaceAll(/(?<=[^+=-])-(?=[^+=-])/g, ' ');

describe.skipIf(captures === null)(
  'the texts have the shape of real ones (skipped where the captures are missing)',
  () => {
    it.each([
      ['two-rtx-6000-ada', 'rtx-3080-r595.xml'],
      ['gb10', 'h100-sxm-x8-r580.xml'],
    ] as const)('-q -x of %s: the elements of %s', async (id, name) => {
      // A GB10 says its limits as a workstation's board does, not as an H100 does.
      const limits = (path: string) =>
        !/temperature\/gpu_temp_(?:max|slow)|supported_(?:mem|graphics)_clock/.test(path);
      expect(xmlShape(await textOf(id, 'xml')).filter(limits)).toEqual(xmlShape(capture(name)).filter(limits));
    });

    it('-q -x of a data-centre board: the elements of an L40S', async () => {
      expect(xmlShape(await textOf('h100-mig-7', 'xml'))).toEqual(
        expect.arrayContaining(xmlShape(capture('l40s-r595.xml'))),
      );
    });

    it('-q -x with slices and processes: the elements of an A100’s', async () => {
      const inside = (xml: string, name: string) =>
        /<(\w+)>/g[Symbol.matchAll](new RegExp(`<${name}>.*?</${name}>`, 's').exec(xml)?.[0] ?? '');
      const names = (xml: string, name: string) => [...inside(xml, name)].map(([, tag]) => tag);
      const ours = await textOf('a100-mig-mixed', 'xml', true);
      expect(names(ours, 'mig_device')).toEqual(names(capture('a100-sxm4-80gb-mig4-r535.xml'), 'mig_device'));
      expect(names(ours, 'process_info')).toEqual(names(capture('tesla-t4-r515.xml'), 'process_info'));
    });

    it.each([
      ['rtx-4090', 'rtx-4080-super-r595.q.txt', []],
      // R590 lacks one line of R595.
      ['h100-mig-7', 'h100-mig4-r590.load-q.txt', ['            Partition Assigned']],
    ] as const)('-q of %s: the lines of %s', async (id, name, newer) => {
      const ours = textShape(await textOf(id, 'q', true)).filter(
        (line) => !(newer as readonly string[]).includes(line),
      );
      expect(ours).toEqual(textShape(capture(name)));
    });

    it.each([
      ['rtx-4090', false, 'rtx-4080-super-r595.table.txt'],
      ['h100-mig-7', true, 'h100-mig4-r590.load-table.txt'],
      ['h100-mig-7', false, 'h100-mig4-r590.table.txt'],
    ] as const)('the table of %s (busy: %s): the columns of %s', async (id, isBusy, name) => {
      const kinds = (text: string) => new Set(text.trimEnd().split('\n').slice(1).map(frame));
      const ours = kinds(await textOf(id, 'table', isBusy));
      expect(ours).toEqual(kinds(capture(name)));
      const heads = (text: string) =>
        text.split('\n').filter((line) => /Bus-Id|Volatile|Pwr:|MIG M|Shared|Type {3}|Usage  /.test(line));
      expect(heads(await textOf(id, 'table', isBusy))).toEqual(heads(capture(name)));
    });

    it.each([
      ['table', 'gb10-dgx-spark.table.txt', /^\| N\/A.*$/m],
      ['table', 'gb10-dgx-spark.table.txt', /^\| NVIDIA-SMI.*$/m],
      ['table', 'gb10-dgx-spark.table.txt', /^\|   0 .*$/m],
    ])('the GB10’s %s has a line of %s exactly (%s)', async (text, name, line) => {
      expect(line.exec(await textOf('gb10', text))?.[0]).toBe(line.exec(capture(name))?.[0]);
    });

    it.each([
      ['mig-lgipp', 'h100.mig-lgipp.txt', 'h100-mig-7'],
      ['version', 'rtx-4080-super-r595.version.txt', 'rtx-4090'],
      ['topo', 'h100-mig4-r590.topo.txt', 'h100-mig-7'],
      ['list', 'h100-mig4-r590.list.txt', 'a100-mig-mixed'],
      ['mig-lgi', 'a100-40gb-3-2-1-1.mig-lgi.txt', 'a100-mig-mixed'],
      ['mig-lci', 'a100-sxm4-80gb-one-slice.mig-lci.txt', 'a100-mig-mixed'],
    ] as const)('%s as in %s', async (text, name, id) => {
      const common = (lines: string) =>
        new Set(
          lines
            .trimEnd()
            .split('\n')
            .map((line) =>
              line
                .replaceAll(/(?:GPU|MIG)-[0-9a-f-]{36}/g, 'UUID')
                .replaceAll(/(NVIDIA )(?:A|H)100\S*(?: 80GB HBM3)?/g, '$1CARD')
                .replaceAll(/\b\dg\.\d+gb */g, 'PROFILE ')
                .replaceAll(/\b0-\d+\b/g, 'CPUS')
                .replaceAll(/5\d\d\.\d[\d.]*/g, 'VERSION')
                .replaceAll(/ +\d+(?::\d)?(?= |$)/g, ' N'),
            ),
        );
      expect(common(await textOf(id, text))).toEqual(common(capture(name)));
    });

    it('mig -lgip of an H100: every row of a real one, with no slice left to make', async () => {
      const rows = (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/\d\/\d/, 'F/T'));
      const real = rows(capture('h100-sxm5-80gb-x4.mig-lgip.txt'));
      const ours = await textOf('h100-mig-7', 'mig-lgip');
      expect(rows(ours)).toEqual(real.slice(0, 26));
      expect(ours.match(/\d\/\d/g)).toEqual(['0/7', '0/1', '0/4', '0/3', '0/2', '0/1', '0/1']);
    });
  },
);

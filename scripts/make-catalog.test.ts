import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalog } from '../shared/contract/catalog.ts';
import { catalogFile, makeCatalog, sourceFile } from './make-catalog.ts';

const row = {
  image: 'nvcr.io/nim/meta/small',
  name: 'small',
  publisher: 'meta',
  task: 'chat',
  params_b: 8,
  context_length: null,
  precisions: [
    { precision: 'bf16', gpus: 2, gpu_memory_gb: 10, disk_gb: null },
    { precision: 'bf16', gpus: 1, gpu_memory_gb: 33, disk_gb: null },
    { precision: 'fp8', gpus: 1, gpu_memory_gb: 27, disk_gb: null },
    { precision: 'fp4', gpus: 1, gpu_memory_gb: null, disk_gb: null },
  ],
  latest_tag_seen: null,
  docs_url: null,
  source: 'somewhere (2026-03-06)',
};

const make = (...rows: object[]) => catalog.list.output.parse(JSON.parse(makeCatalog(JSON.stringify(rows))));

test('a model without an image of its own is no container and is left out', () => {
  expect(make({ ...row, image: null, publisher: null }, row).models.map((model) => model.name)).toEqual(['small']);
});

test('needs come smallest first and only where something is stated', () => {
  expect(make(row).models[0]?.needs.map((need) => `${need.gpus}x${need.gpuMemoryGB}`)).toEqual([
    '1x27',
    '1x33',
    '2x10',
  ]);
});

test('the order of the source does not matter, and what is not known is null', () => {
  const other = { ...row, image: 'nvcr.io/nim/arc/a', name: 'a', display_name: 'A', eu_restricted: true };
  const list = make(row, other);
  expect(list).toEqual(make(other, row));
  expect(list.asOf).toBe('2026-03-06');
  expect(list.models.map((model) => [model.title, model.isRestrictedInEu])).toEqual([
    ['A', true],
    ['small', null],
  ]);
});

test.skipIf(!existsSync(sourceFile))(
  'the shipped file is what the source makes (skipped where ../shared is absent)',
  () => {
    expect(readFileSync(catalogFile, 'utf8')).toBe(makeCatalog(readFileSync(sourceFile, 'utf8')));
  },
);

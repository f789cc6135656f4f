import { expect, test } from 'vitest';
import { createCatalogService } from './service.ts';

test('the shipped list is read once and holds what the main job needs', async () => {
  const catalog = createCatalogService();
  const list = await catalog.list({});
  expect(await catalog.list({})).toBe(list);
  const llama = list.models.find((model) => model.repository === 'nvcr.io/nim/meta/llama-3.1-8b-instruct');
  expect(llama).toMatchObject({
    publisher: 'meta',
    kind: 'chat',
    parametersBillion: 8,
    title: 'Llama-3.1-8B-Instruct',
  });
  expect(llama?.needs[0]).toMatchObject({ precision: 'nvfp4', gpus: 1, gpuMemoryGB: 24 });
});

test('every repository is listed once, under a registry, without a tag', async () => {
  const { models } = await createCatalogService().list({});
  expect(models.length).toBeGreaterThan(200);
  expect(new Set(models.map((model) => model.repository)).size).toBe(models.length);
  for (const model of models) expect(model.repository).toMatch(/^nvcr\.io\/nim\/[^:@]+$/);
});

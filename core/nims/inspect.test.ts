import { expect, test } from 'vitest';
import type { EngineState } from '../../shared/contract/engine.ts';
import { cacheFolderOf } from './inspect.ts';
import type { Entry } from './roster.ts';

const facts = { cacheFolder: '/home/ada/.cache/nim', reference: 'nvcr.io/nim/meta/llama:1.0' };

test.each([
  ['this machine’s engine', true, facts, '/home/ada/.cache/nim/ngc/hub/models--nim--meta--llama'],
  ['an engine far away, whose folders are not these', false, facts, null],
  ['an engine of which that is not known', null, facts, null],
  ['a volume', true, { ...facts, cacheFolder: null }, null],
] as const)('the folder of a model on %s', (_name, isLocal, given, folder) => {
  const engine = { state: () => ({ isLocal }) as EngineState };
  const roster = { get: () => ({ facts: given }) as unknown as Entry };
  expect(cacheFolderOf({ engine, roster }, 'any')).toBe(folder);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { root } from '../stages.ts';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  homepage: z.string(),
  author: z.object({ name: z.string(), email: z.string() }),
  devDependencies: z.record(z.string(), z.string()),
});

/** The project's own package.json, what packages are made with. */
export function readManifest(): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
}

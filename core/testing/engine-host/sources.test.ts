import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sourcesOf } from './sources.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nimdeck-sources-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

it('takes all files of the folder but tests, and what they import from elsewhere', () => {
  write({
    'app/main.ts': `import { a } from './part/a.ts';\nimport {\n  b,\n  type B,\n} from '../shared/b.ts';\nimport 'node:fs';\n`,
    'app/part/a.ts': `export { c } from '../../shared/c.ts';\nimport type { D } from '../../shared/d.ts';\n`,
    'app/main.test.ts': `import { it } from 'vitest';\n`,
    'app/answers.md': `import x from 'not-code'\n`,
    'shared/b.ts': `import './deep/e.ts';\n`,
    'shared/c.ts': '',
    'shared/d.ts': '',
    'shared/deep/e.ts': '',
    'shared/unused.ts': '',
  });
  expect(sourcesOf(root, 'app')).toEqual([
    'app/answers.md',
    'app/main.ts',
    'app/part/a.ts',
    'shared/b.ts',
    'shared/c.ts',
    'shared/deep/e.ts',
  ]);
});

it('refuses a package, which would not be there', () => {
  write({ 'app/main.ts': `import { z } from 'zod';\n` });
  expect(() => sourcesOf(root, 'app')).toThrow('app/main.ts imports zod');
});

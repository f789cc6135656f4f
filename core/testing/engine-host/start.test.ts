import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('a machine without the means for test engines is told so in one line', () => {
  const empty = mkdtempSync(join(tmpdir(), 'nimdeck-cache-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      encoding: 'utf8',
      input: '',
      env: { ...process.env, XDG_CACHE_HOME: empty },
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/^(test engines (need root|run on Linux only)|\/\S+ is not there \(.+\))\n$/);
    expect(readdirSync(empty)).toEqual([]);
  } finally {
    rmSync(empty, { recursive: true });
  }
});

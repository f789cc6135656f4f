import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoreDeps, Secrets } from '../deps.ts';
import { silentLogger } from '../lib/logger.ts';
import { internetAddress } from '../lib/loopback.ts';
import { systemFilesIn } from '../lib/system-files.ts';

export function memorySecrets(): Secrets {
  const kept = new Map<string, string>();
  return {
    storage: 'key-store',
    get: async (name) => kept.get(name) ?? null,
    set: async (name, value) => void kept.set(name, value),
    remove: async (name) => void kept.delete(name),
  };
}

export interface TestDeps extends CoreDeps, Disposable {}

/** Core's dependencies in a scratch folder that goes with `using`; no program runs unless the test gives `run`. */
export function createTestDeps(overrides: Partial<CoreDeps> = {}): TestDeps {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-test-'));
  return {
    shell: 'terminal',
    version: '0.0.0-test',
    dataFolder: join(folder, 'data'),
    home: join(folder, 'home'),
    userId: process.getuid?.() ?? null,
    env: {},
    platform: process.platform,
    architecture: process.arch,
    secrets: memorySecrets(),
    run: async (file) => {
      throw Object.assign(new Error(`spawn ${file} ENOENT`), { code: 'ENOENT' });
    },
    memInfo: async () => null,
    // An empty machine; what is under the test's own folder is real.
    system: systemFilesIn(join(folder, 'root'), folder),
    processes: 'engine',
    addressOf: internetAddress,
    startSandbox: null,
    practice: { isPractice: false, open: async () => {} },
    log: silentLogger,
    now: Date.now,
    steady: () => performance.now(),
    ...overrides,
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

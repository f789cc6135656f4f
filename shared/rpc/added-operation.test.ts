import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Shells and transports: what carries operations without knowing them. Electron's part joins by its folder. */
const carriers = ['shared/rpc', 'core/host', 'headless', 'electron', 'renderer/connection.ts', 'renderer/api.tsx'];

/** What a shell asks for itself. Each further one is a reason to ask whether core should do it. */
const known = [
  // Ctrl-C, and the end of a command: whose work would be lost, and is anybody's still under way.
  'core/host/watch-losses.ts: jobs.watch',
  'cli/session.ts: jobs.watch',
  // What went wrong when the terminal opened core: a store that was set aside, above all.
  'cli/session.ts: app.info',
  // Only the holder of both cores can open the one for practice, and only whoever began it can begin it anew.
  'core/host/cores.ts: practice.open',
  'core/host/practice-core.ts: practice.reset',
  // One line in the terminal that there is a way to begin without an engine.
  'headless/no-engine-note.ts: engine.watch',
  // An example in a comment.
  'shared/rpc/contract.ts: jobs.watch',
];

const operations = Object.entries(contract).flatMap(([domain, verbs]) =>
  Object.keys(verbs).map((verb) => ({
    name: `${domain}.${verb}`,
    // `api.jobs.watch`, `'jobs.watch'`, `jobs['watch']`, `{ jobs: { watch`.
    shape: new RegExp(`\\b${domain}(\\??\\.|\\['|\\s*:\\s*\\{\\s*(async )?\\*?)${verb}\\b`),
  })),
);

const namedIn = (text: string) => operations.filter(({ shape }) => shape.test(text)).map(({ name }) => name);

/**
 * That one more operation crosses every transport with its line in the contract and its service alone is a case of
 * `describeTransport`; this is the other half: nothing on the way knows any operation by its name.
 */
describe('a change that adds an operation', () => {
  it('touches no shell and no transport, because none names one', () => {
    const files = globSync(
      [...carriers.map((carrier) => (carrier.includes('.') ? carrier : `${carrier}/**/*.ts`)), 'cli/session.ts'],
      {
        cwd: root,
      },
    ).filter((file) => !/\.test\.tsx?$/.test(file));
    expect(files.length).toBeGreaterThan(25);
    const found = files.flatMap((file) =>
      namedIn(readFileSync(`${root}${file}`, 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(found.toSorted()).toEqual(known.toSorted());
  });

  it.each([
    'await api.chat.send({})',
    'if (op === "nims.deploy") return',
    'ipcMain.handle(`logs.read`, read)',
    'api.images?.pull({})',
    "api.images['pull']({})",
    '({ settings: { async *watch() {} } })',
  ])('would be seen in %s', (text) => {
    expect(namedIn(text)).toHaveLength(1);
  });
});

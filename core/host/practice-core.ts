import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { placeFault, writeFault } from '../data-folder.ts';
import type { CoreDeps, RunProgram } from '../deps.ts';
import { createLogFile } from '../lib/log-file.ts';
import { createLogger } from '../lib/logger.ts';
import { readMemInfo } from '../lib/mem-info.ts';
import { createRunProgram } from '../lib/run-program.ts';
import { systemFilesIn } from '../lib/system-files.ts';
import { writeError } from '../lib/write-error.ts';
import type { Announcement } from '../practice/tree.ts';
import { openSecrets } from '../secrets/open-secrets.ts';
import { joinCore } from './joined-core.ts';
import { type CoreHandle, openCore } from './open-core.ts';
import { privateFolders, shortNameOf } from './private-folder.ts';

// [Note: practice] The practice core is the ordinary one on other `deps`: a data folder of its own inside the real one,
// and an engine, a driver and an internet that are stand-ins. No service knows which of the two it belongs to.

/** What of the user's surroundings it may see: nothing that names an engine, a key, a proxy or a registry. */
const seenVariables = ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'TZ', 'XDG_RUNTIME_DIR'];

/**
 * The practice core of a data folder: this process's, which starts the stand-ins, or another one's. What an earlier one
 * made is thrown away: its containers ended with it.
 * @param real what the shell gives to the real core
 */
export async function openPracticeCore(real: CoreDeps, { signal }: { signal?: AbortSignal | undefined } = {}) {
  const deps = await practiceDeps(real);
  const goneListeners = new Set<() => void>();
  const core = await openCore(deps, {
    contract,
    signal,
    create: async () => {
      if (deps.startSandbox === null)
        throw new AppError('PRACTICE_UNAVAILABLE', 'This shell cannot start programs of its own.');
      emptyFolder(deps.dataFolder);
      const { startTree } = await import('../practice/tree.ts');
      const folder = treeFolder(deps);
      const tree = await startTree(deps.startSandbox, { ...chosenOptions(real.env), folder }, deps.log);
      const endTree = async () => {
        await tree.close();
        // Where it was killed it could not do that itself.
        rmSync(folder, { recursive: true, force: true });
      };
      // For a terminal beside it: `docker -H` with the address in here reaches the stand-in.
      writeFileSync(join(deps.dataFolder, 'tree.json'), JSON.stringify(tree.place), { mode: 0o600 });
      try {
        const { createServices } = await import('../index.ts');
        const services = await createServices({
          ...standIns(deps, tree.place),
          practice: {
            isPractice: true,
            tree,
            reset: () =>
              void reset().catch((error: unknown) => deps.log.error('practice.reset', { error: String(error) })),
          },
        });
        const end = async () => {
          await services.close();
          await endTree();
        };
        return { api: services.api, close: end };
      } catch (error) {
        await endTree();
        throw error;
      }
    },
  });
  const reset = async () => {
    for (const listener of goneListeners) listener();
    await core.close();
  };
  return {
    ...core,
    async close() {
      await core.close();
      if (core.isOwner && deps.dataFolder !== folderOf(real)) rmSync(deps.dataFolder, { recursive: true, force: true });
    },
    onGone(listener) {
      goneListeners.add(listener);
      core.onGone(listener);
    },
  } satisfies CoreHandle;
}

/** The practice core that runs beside this data folder; never begins one. */
export async function joinPracticeCore(real: CoreDeps, signal: AbortSignal | undefined): Promise<CoreHandle> {
  for (const dataFolder of [folderOf(real), ...foldersElsewhere(real)]) {
    const core = await joinCore({ ...real, dataFolder }, signal);
    if (core !== null) return core;
  }
  throw new AppError('PRACTICE_NOT_RUNNING', 'No practice mode runs here.');
}

const folderOf = ({ dataFolder }: Pick<CoreDeps, 'dataFolder'>) => join(dataFolder, 'practice');

/** For a data folder that cannot be written: nothing of practice is kept in any case. */
function* foldersElsewhere(real: CoreDeps): Generator<string, void, undefined> {
  for (const folder of privateFolders(real)) yield join(folder, `${shortNameOf(real.dataFolder)}-practice`);
}

/** The first in which something can be written. */
function makeFolder(real: CoreDeps): string {
  const usual = folderOf(real);
  const fault = faultOf(usual);
  if (fault === null) return usual;
  for (const folder of foldersElsewhere(real)) if (faultOf(folder) === null) return folder;
  throw writeError(placeFault(usual) ?? fault, usual);
}

function faultOf(folder: string): Error | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return writeFault(folder);
}

async function practiceDeps(real: CoreDeps): Promise<CoreDeps> {
  const dataFolder = makeFolder(real);
  const env = {
    ...Object.fromEntries(seenVariables.map((name) => [name, real.env[name]])),
    NIMDECK_SECRETS: 'file',
    DOCKER_CONFIG: join(dataFolder, 'docker'),
  };
  return {
    ...real,
    env,
    dataFolder,
    home: join(dataFolder, 'home'),
    secrets: await openSecrets(dataFolder, env),
    log: createLogger(createLogFile(join(dataFolder, 'nimdeck.log'))),
  };
}

function standIns(deps: CoreDeps, { dockerHost, nvidiaSmi, memInfo, systemRoot, disk, hosts }: Announcement): CoreDeps {
  return {
    ...deps,
    env: { ...deps.env, DOCKER_HOST: dockerHost },
    run: onlySmi(createRunProgram(deps.env, deps.platform), nvidiaSmi),
    memInfo: () => readMemInfo(memInfo),
    system: systemFilesIn(systemRoot, deps.dataFolder, disk),
    // Its processes are none of this machine's.
    processes: 'engine',
    addressOf(host) {
      const address = hosts[host] ?? hosts['*'];
      if (address === undefined) throw new AppError('DNS_FAILED', `In practice mode nothing stands in for ${host}.`);
      return new URL(address);
    },
  };
}

export const practiceVariable = 'NIMDECK_PRACTICE';

/** For rehearsals and tests: how practice begins, `{"machine":"gb10","speed":1}` (sandbox/README.md has all of it). */
function chosenOptions(env: CoreDeps['env']): object {
  const text = env[practiceVariable];
  if (text === undefined || text === '') return {};
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options === 'object' && options !== null) return options;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new AppError('BAD_INPUT', `${practiceVariable} must hold a JSON object.`);
}

/** No program of this machine runs in practice, wherever core looks for it. */
function onlySmi(run: RunProgram, [program = '', ...leading]: readonly string[]): RunProgram {
  return async (file, args, options) => {
    if (/^nvidia-smi(\.exe)?$/.test(file)) return run(program, [...leading, ...args], options);
    throw Object.assign(new Error(`There is no ${file} in practice mode.`), { code: 'ENOENT' });
  };
}

/** All but what belongs to the lock, which is held, and the log. */
function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^(core|nimdeck\.log)/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** The kernel's limit for a socket's path is 104 bytes on macOS, the final zero included. */
const longestFolderBytes = 80;

function treeFolder({ dataFolder, platform }: CoreDeps): string {
  const folder = join(dataFolder, 'tree');
  // There the engine listens on a pipe, whose name is no path.
  return platform === 'win32' || Buffer.byteLength(folder) <= longestFolderBytes
    ? folder
    : mkdtempSync('/tmp/nimdeck-practice-');
}

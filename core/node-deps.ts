import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { z } from '../shared/zod.ts';
import { isOpenToOthers, makeDataFolder } from './data-folder.ts';
import type { CoreDeps, Shell, StartSandbox } from './deps.ts';
import { createLogFile } from './lib/log-file.ts';
import { createLogger } from './lib/logger.ts';
import { internetAddress } from './lib/loopback.ts';
import { readMemInfo } from './lib/mem-info.ts';
import { createRunProgram } from './lib/run-program.ts';
import { shippedPath } from './lib/shipped.ts';
import { systemFiles } from './lib/system-files.ts';
import { spawnSandbox } from './practice/start-sandbox.ts';
import type { StartHelper } from './secrets/key-store.ts';
import { openSecrets } from './secrets/open-secrets.ts';

export interface NodeDepsOptions {
  shell: Shell;
  /** Default: NIMDECK_DATA, else the platform's own place for data of programs. */
  dataFolder?: string | undefined;
  env?: Readonly<Record<string, string | undefined>>;
  /** Both for a shell whose program is not Node (Electron): forking it would start the app again. */
  startSandbox?: StartSandbox;
  startHelper?: StartHelper;
}

/** A shell that serves pages opens the practice core and puts that here; a terminal leaves it to the shell of the page. */
const notHere: CoreDeps['practice'] = { isPractice: false, open: async () => {} };

/** What any shell on Node gives to core. Makes the data folder, open to its user only. */
export async function createNodeDeps(options: NodeDepsOptions): Promise<CoreDeps> {
  requireNode(process.versions.node);
  const { shell, env = process.env, startHelper } = options;
  const { platform, arch } = process;
  const home = homedir();
  const dataFolder = makeDataFolder(options.dataFolder, env);
  const log = createLogger(createLogFile(join(dataFolder, 'nimdeck.log')));
  if (isOpenToOthers(dataFolder, platform)) log.warn('data-folder.open-to-others', { folder: dataFolder });

  return {
    shell,
    version: readVersion(),
    dataFolder,
    home,
    userId: process.getuid?.() ?? null,
    env,
    platform,
    architecture: arch,
    secrets: await openSecrets(dataFolder, env, startHelper === undefined ? {} : { startHelper }),
    run: createRunProgram(env, platform),
    system: systemFiles,
    memInfo: () => readMemInfo('/proc/meminfo'),
    // Elsewhere engines run in a machine of their own, with process numbers of their own.
    processes: platform === 'linux' ? 'kernel' : 'nobody',
    addressOf: internetAddress,
    startSandbox: options.startSandbox ?? (process.versions['electron'] === undefined ? spawnSandbox(env) : null),
    practice: notHere,
    log,
    now: Date.now,
    steady: () => performance.now(),
  };
}

const oldestNode = 24;

/** @param version as in `process.versions.node` */
export function requireNode(version: string): void {
  if (Number(version.split('.')[0]) >= oldestNode) return;
  throw new AppError(
    'CONFLICT',
    `Nimdeck needs Node ${oldestNode} or newer, this is Node ${version}. On Linux and Windows “npm ci” brings it along: ` +
      'start with “npm start” or “npm run”. On macOS install Node 24, for instance from nodejs.org.',
  );
}

function readVersion(): string {
  const text = readFileSync(shippedPath('package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { _electron, type BrowserContext, type Page } from '@playwright/test';
import { findElectron } from '../../scripts/electron-binary.ts';
import { type Standin, startStandin } from '../electron-standin/standin.ts';
import type { World } from '../shell.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run e2e:electron` sets it: the same stories in the real thing. */
export const isReal = process.env['NIMDECK_ELECTRON'] !== undefined;

export interface Desktop extends AsyncDisposable {
  page: Page;
  /** What records and provokes more; null in Electron. */
  standin: Standin | null;
  printed(): string;
  /** Asks it to end; the exit code. */
  end(): Promise<number | null>;
}

/** The built desktop with its first window: in Electron where the run is about that, else in the stand-in. */
export async function openDesktop(
  context: BrowserContext,
  { env }: World,
  args: readonly string[] = [],
): Promise<Desktop> {
  return isReal ? openElectron(env, args) : openStandin(context, env, args);
}

async function openStandin(context: BrowserContext, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Desktop> {
  const standin = await startStandin(context, { env, args });
  const page = await standin.page();
  return {
    page,
    standin,
    printed: () => standin.printed(),
    end: () => standin.end(),
    [Symbol.asyncDispose]: () => standin[Symbol.asyncDispose](),
  };
}

async function openElectron(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Desktop> {
  const found = findElectron();
  if ('missing' in found || !existsSync(`${root}out/main/index.js`)) throw new Error('There is no Electron to run.');
  const electron = await _electron.launch({
    executablePath: found.program,
    args: [root, ...args],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  const child = electron.process();
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    page: await electron.firstWindow(),
    standin: null,
    printed: () => text,
    async end() {
      child.kill('SIGTERM');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

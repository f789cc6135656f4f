import { join } from 'node:path';
import type { CoreDeps } from '../core/deps.ts';
import { type CoreHandle, openCore } from '../core/host/open-core.ts';
import { createQuit } from '../core/host/quit.ts';
import { isSameToken } from '../core/lib/token.ts';
import { createNodeDeps } from '../core/node-deps.ts';
import { errorCatalog, isAppError } from '../shared/errors.ts';
import { acceptLogin } from '../shared/rpc/login.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { openToken } from './access.ts';
import { createCoreLink } from './core-link.ts';
import { defaultPort, readFlags, usage } from './flags.ts';
import { createLosses } from './losses.ts';
import { hasDisplay, openBrowser } from './open-browser.ts';
import { loadPages } from './pages.ts';
import { type PageServer, type PageServerOptions, startPageServer } from './server.ts';

export interface HeadlessOptions {
  port?: number;
  /** Default: as `createNodeDeps` says. */
  dataFolder?: string | undefined;
  /** Default: only where there is a display. */
  shouldOpen?: boolean | undefined;
  /** Forget the token of earlier starts: pages that are open elsewhere are shut out. */
  isNewToken?: boolean;
  /** Default: the built pages. */
  pages?: Pick<PageServerOptions, 'servePage' | 'headers' | 'isForeignUpgrade'>;
  /** What is worth a line, without secrets. */
  note?: (text: string) => void;
  open?: (deps: CoreDeps) => Promise<CoreHandle>;
  env?: CoreDeps['env'];
}

export interface Headless {
  /** With the token in its fragment, which browsers send nowhere. */
  address: string;
  port: number;
  /** What would be lost by closing now, in words; null when nothing would be. */
  losses: () => string | null;
  /** In the order of a clean end: pages, then core. */
  close: () => Promise<void>;
}

const builtPages = join(import.meta.dirname, '../out/renderer');

/** Serves the pages and their connections on loopback, with the core of the data folder, ours or another process's. */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const {
    env = process.env,
    port = defaultPort,
    note = () => {},
    pages = { servePage: () => loadPages(builtPages) },
  } = options;
  const deps = await createNodeDeps({ shell: 'browser', dataFolder: options.dataFolder, env });
  const { log } = deps;
  const losses = createLosses();
  const link = createCoreLink(
    () => (options.open ?? openCore)(deps),
    log,
    (core) =>
      void losses.watch(core).catch((error: unknown) => log.error('browser-shell.losses', { error: String(error) })),
  );

  const token = openToken(deps.dataFolder, { isNew: options.isNewToken ?? false });
  const isRight = (given: string) => isSameToken(given, token);
  const onWire = (wire: Wire) => {
    const accept = async () => {
      if (await acceptLogin(wire, { isRight, shell: 'browser' })) await link.attach(wire);
    };
    void accept();
  };

  const core = await link.open();
  let server: PageServer;
  try {
    server = await startPageServer({ ...pages, onWire, port, log });
  } catch (error) {
    await link.close();
    throw error;
  }
  if (port !== 0 && server.port !== port) note(`Port ${port} is taken, so this is port ${server.port}.`);
  const address = `http://127.0.0.1:${server.port}/#token=${token}`;
  const forget = (options.shouldOpen ?? hasDisplay(deps)) ? openBrowser(deps, address) : () => {};
  log.info('browser-shell.start', { port: server.port, isOwner: core.isOwner });

  return {
    address,
    port: server.port,
    losses: () => losses.now(),
    async close() {
      forget();
      await server.close();
      await link.close();
      log.info('browser-shell.end');
    },
  };
}

/** Core waits this long for what it ends; a start that is asked to end has no more to say. */
const closeWithinMs = 10_000;

/** The browser shell as a program: until a signal ends it. Answers the exit code. */
export async function runHeadless(
  args: readonly string[],
  options: Pick<HeadlessOptions, 'pages' | 'open'> = {},
): Promise<number> {
  const note = (text: string) => void process.stderr.write(`${text}\n`);
  try {
    const flags = readFlags(args);
    if (flags === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const ended = Promise.withResolvers<void>();
    const starting = startHeadless({ ...options, ...flags, note });
    let headless: Headless | null = null;
    const losses = () => headless?.losses() ?? null;
    const onInterrupt = createQuit({ losses, say: note, quit: ended.resolve });
    // Whoever sends SIGTERM does not read questions, and would kill next.
    const onTerminate = () => {
      const lost = losses();
      if (lost !== null) note(lost);
      ended.resolve();
    };
    process.on('SIGINT', onInterrupt);
    process.on('SIGTERM', onTerminate);
    headless = await starting;
    process.stdout.write(`Nimdeck is at ${headless.address}\n`);
    await ended.promise;
    const late = setTimeout(() => {
      note('Something did not end in time; Nimdeck stops without it.');
      process.exit(1);
    }, closeWithinMs);
    await headless.close();
    clearTimeout(late);
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
    return 0;
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { title, remedy } = errorCatalog[error.code];
    note(`${title}: ${error.message}\n${remedy}`);
    return 1;
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = await runHeadless(process.argv.slice(2));

import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { makeDataFolder } from '../core/data-folder.ts';
import type { CoreDeps } from '../core/deps.ts';
import { hearEndSignals } from '../core/host/end-signals.ts';
import type { CoreHandle } from '../core/host/open-core.ts';
import { createQuit } from '../core/host/quit.ts';
import { keepCompiledCode } from '../core/lib/compiled-code.ts';
import { createLogFile } from '../core/lib/log-file.ts';
import { createLogger } from '../core/lib/logger.ts';
import { errorCatalog, isAppError } from '../shared/errors.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { makeToken } from './access.ts';
import { calmHeap } from './calm-heap.ts';
import type { CoreSide } from './core-side.ts';
import { defaultPort, readFlags, usage } from './flags.ts';
import { hasDisplay, openBrowser } from './open-browser.ts';
import { loadPages } from './pages.ts';
import { type PageServerOptions, startPageServer } from './server.ts';

export interface HeadlessOptions {
  port?: number;
  /** The address opens on practice mode. */
  isPractice?: boolean;
  /** Default: as `createNodeDeps` says. */
  dataFolder?: string | undefined;
  /** Default: only where there is a display. */
  shouldOpen?: boolean | undefined;
  /** Default: the built pages. */
  pages?: Pick<PageServerOptions, 'servePage' | 'headers' | 'isForeignUpgrade'>;
  /** What is worth a line, without secrets. */
  note?: (text: string) => void;
  open?: (deps: CoreDeps, options: { signal: AbortSignal | undefined }) => Promise<CoreHandle>;
  /** Ends the start; what is running then is ended by `close`. */
  signal?: AbortSignal;
  env?: CoreDeps['env'];
}

export interface Headless {
  /** With the token in its fragment, which browsers send nowhere. */
  address: string;
  port: number;
  /** Settles when there is a core; rejects when none can be opened: nothing but the pages is served then. */
  ready: Promise<void>;
  /** What would be lost by closing now, in words; null when nothing would be. */
  losses: () => string | null;
  /** In the order of a clean end: pages, then core. */
  close: () => Promise<void>;
}

/**
 * Serves the pages and their connections on loopback, with the core of the data folder, ours or another process's. The
 * pages come first: a browser reads and draws them while the core is loaded and opened, and their connections wait for it.
 */
export async function startHeadless(options: HeadlessOptions = {}): Promise<Headless> {
  const {
    env = process.env,
    port = defaultPort,
    isPractice = false,
    note = () => {},
    pages = { servePage: () => loadPages() },
  } = options;
  const dataFolder = makeDataFolder(options.dataFolder, env);
  const log = createLogger(createLogFile(join(dataFolder, 'nimdeck.log')));
  const token = makeToken(dataFolder);

  const listening = Promise.withResolvers<void>();
  const loading = listening.promise.then(async () => {
    const createCoreSide = await loadCoreSide();
    return await createCoreSide({ dataFolder, env, token, open: options.open, signal: options.signal });
  });
  const onWire = (wire: Wire) =>
    void loading.then(
      (side) => side.accept(wire),
      () => wire.close('unavailable'),
    );
  const server = await startPageServer({ ...pages, onWire, port, log });
  listening.resolve();

  if (port !== 0 && server.port !== port) note(`Port ${port} is taken, so this is port ${server.port}.`);
  const address = `http://127.0.0.1:${server.port}/${isPractice ? '?practice' : ''}#token=${token}`;
  const place = { env, platform: process.platform, home: homedir(), dataFolder, log };
  const forget = (options.shouldOpen ?? hasDisplay(place)) ? openBrowser(place, address) : () => {};

  let side: CoreSide | null = null;
  const open = async () => {
    side = await loading;
    // Whoever comes to practise does not have this machine's engine asked for it.
    const core = await side.open(isPractice ? 'practice' : 'real');
    log.info('browser-shell.start', { port: server.port, isOwner: core.isOwner, isPractice });
    if (!isPractice)
      void side
        .noteWithoutEngine(core, note)
        .catch((error: unknown) => log.error('browser-shell.engine-note', { error: String(error) }));
  };
  const ready = open();
  // Whoever does not wait for it is told by the pages.
  ready.catch((error: unknown) => log.error('browser-shell.no-core', { error: String(error) }));

  return {
    address,
    port: server.port,
    ready,
    losses: () => side?.losses() ?? null,
    async close() {
      forget();
      await server.close();
      // Last of ours in the log: the core may remove the data, and a line after that would begin a log in its folder.
      log.info('browser-shell.end');
      await loading.then(
        (made) => made.close(),
        () => {},
      );
    },
  };
}

/** In parts of some 30 ms: what a browser asks for is answered between them. */
async function loadCoreSide() {
  await import('../shared/zod.ts');
  await turn();
  await import('../shared/contract/index.ts');
  await turn();
  const { createCoreSide } = await import('./core-side.ts');
  await turn();
  return createCoreSide;
}

/** A clean end takes a second or two; whoever asked for it does not wait for ever. */
const closeWithinMs = 10_000;

/** The browser shell as a program: until a signal ends it. Answers the exit code. */
export async function runHeadless(
  args: readonly string[],
  options: Pick<HeadlessOptions, 'pages' | 'open'> = {},
): Promise<number> {
  const note = (text: string) => void process.stderr.write(`${text}\n`);
  const stopping = new AbortController();
  const ended = Promise.withResolvers<void>();
  let headless: Headless | null = null;
  let late: NodeJS.Timeout | undefined;

  const quit = () => {
    late ??= setTimeout(() => {
      note('Something did not end in time; Nimdeck stops without it.');
      process.exit(1);
    }, closeWithinMs);
    stopping.abort();
    ended.resolve();
  };
  const losses = () => headless?.losses() ?? null;
  const stopHearing = hearEndSignals({
    onInterrupt: createQuit({ losses, say: note, quit }),
    onTerminate() {
      const lost = losses();
      if (lost !== null) note(lost);
      quit();
    },
  });

  try {
    const flags = readFlags(args);
    if (flags === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const dataFolder = makeDataFolder(flags.dataFolder, process.env);
    keepCompiledCode(join(dataFolder, 'compiled'));
    calmHeap();
    headless = await startHeadless({ ...options, ...flags, dataFolder, note, signal: stopping.signal });
    const { address, port, ready } = headless;
    process.stdout.write(flags.isJson ? `${JSON.stringify({ address, port })}\n` : `Nimdeck is at ${address}\n`);
    await Promise.race([ended.promise, ready.then(() => ended.promise)]);
    await headless.close();
    return 0;
  } catch (error) {
    await headless?.close();
    if (!isAppError(error)) throw error;
    if (stopping.signal.aborted && error.code === 'CANCELLED') return 0;
    const { title, remedy } = errorCatalog[error.code];
    note(`${title}: ${error.message}\n${remedy}`);
    return 1;
  } finally {
    clearTimeout(late);
    stopHearing();
  }
}

if (process.argv[1] === import.meta.filename) process.exitCode = await runHeadless(process.argv.slice(2));

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from '../shared/zod.ts';

const processes = z.object({
  processInfo: z.array(z.object({ type: z.string(), id: z.number(), cpuTime: z.number() })),
});
const answer = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

export interface Tab {
  /** Loads an address and waits for its `load`. */
  open(address: string): Promise<void>;
  /** The value of an expression in the page; the page's policy does not count for it. */
  evaluate(expression: string): Promise<unknown>;
  /** The process that runs this page's scripts; what the page does meanwhile is a busy loop. */
  findProcess(): Promise<number>;
  /** Before its user; every other tab of the window becomes hidden. */
  bringToFront(): Promise<void>;
}

export interface Chrome extends AsyncDisposable {
  newTab(): Promise<Tab>;
  /** Of the whole browser, with the processor time so far. */
  processes(): Promise<ChromeProcess[]>;
}

interface ChromeProcess {
  pid: number;
  /** `renderer` runs pages' scripts, several pages' or none; `GPU` draws them all, without a GPU as well. */
  type: string;
  cpuMs: number;
}

/** Long enough to stand out from what another page does meanwhile; while the browser starts that may be as much. */
const busyMs = 500;
const mostTries = 10;

/**
 * Chromium over its own protocol: Playwright keeps every page in the focused state, so that none is ever hidden.
 * @param folder for its profile
 */
export async function startChrome(folder: string): Promise<Chrome> {
  const program = process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium';
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', ...quiet];
  const child = spawn(program, [...args, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  const socket = new WebSocket(await readAddress(child.stderr));
  await once(socket, 'open');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let nextId = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = answer.parse(JSON.parse(String(data)));
    const call = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || call === undefined) return;
    waiting.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(error.message));
  });
  const ask = async <T>(schema: z.ZodType<T>, method: string, params: object = {}, sessionId?: string) => {
    const id = (nextId += 1);
    const call = Promise.withResolvers<unknown>();
    waiting.set(id, call);
    socket.send(JSON.stringify({ id, method, params, sessionId }));
    return schema.parse(await call.promise);
  };

  const listProcesses = async (): Promise<ChromeProcess[]> => {
    const { processInfo } = await ask(processes, 'SystemInfo.getProcessInfo');
    return processInfo.map(({ id, type, cpuTime }) => ({ pid: id, type, cpuMs: cpuTime * 1000 }));
  };

  return {
    async newTab() {
      const { targetId } = await ask(z.object({ targetId: z.string() }), 'Target.createTarget', { url: 'about:blank' });
      const attach = { targetId, flatten: true };
      const { sessionId } = await ask(z.object({ sessionId: z.string() }), 'Target.attachToTarget', attach);
      const evaluate = async (expression: string) => {
        const value = z.object({ result: z.object({ value: z.unknown().optional() }) });
        const params = { expression, awaitPromise: true, returnByValue: true };
        return (await ask(value, 'Runtime.evaluate', params, sessionId)).result.value;
      };
      return {
        async open(address) {
          await ask(z.unknown(), 'Page.navigate', { url: address }, sessionId);
          await evaluate(
            "new Promise((ready) => document.readyState === 'complete' ? ready() : addEventListener('load', ready))",
          );
        },
        evaluate,
        async findProcess() {
          for (let tries = 0; tries < mostTries; tries += 1) {
            const before = new Map((await listProcesses()).map(({ pid, cpuMs }) => [pid, cpuMs]));
            await evaluate(`for (const end = performance.now() + ${busyMs}; performance.now() < end; );`);
            const [first, second] = (await listProcesses())
              .filter(({ type }) => type === 'renderer')
              .map(({ pid, cpuMs }) => ({ pid, spentMs: cpuMs - (before.get(pid) ?? 0) }))
              .toSorted((one, other) => other.spentMs - one.spentMs);
            if (first !== undefined && first.spentMs > 2 * (second?.spentMs ?? 0)) return first.pid;
          }
          throw new Error('No process of Chromium is busy alone while the page is.');
        },
        bringToFront: async () => void (await ask(z.unknown(), 'Target.activateTarget', { targetId })),
      };
    },
    processes: listProcesses,
    async [Symbol.asyncDispose]() {
      socket.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    stderr.on('data', (chunk) => {
      said = (said + String(chunk)).slice(-10_000);
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    stderr.on('end', () => reject(new Error(`Chromium ended: ${said}`)));
  });
}

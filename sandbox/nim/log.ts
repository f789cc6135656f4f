import type { Level } from './config.ts';

const order: Record<Level, number> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3, CRITICAL: 4 };

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-07-14 07:39:05.867`, in UTC as in the containers. */
function nimStamp(now: Date): string {
  return now.toISOString().replace('T', ' ').replace('Z', '');
}

/** `07-14 07:39:08`: vLLM leaves out year and milliseconds. */
function vllmStamp(now: Date): string {
  const day = `${two(now.getUTCMonth() + 1)}-${two(now.getUTCDate())}`;
  return `${day} ${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
}

export const apiServer = '(APIServer pid=35) ';
export const engineCore = '(EngineCore pid=90) ';

/** The container's two streams, in the three handwritings that share them: NIM's own, vLLM's and plain prints. */
export interface ContainerLog {
  out(text: string): void;
  err(text: string): void;
  nim(level: Level, source: string, message: string): void;
  vllm(process: string, level: Level, source: string, message: string): void;
  access(client: string, method: string, path: string, status: number): void;
  proxyAccess(client: string, method: string, path: string, status: number, bytes: number, agent: string): void;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export function createContainerLog(
  level: Level,
  write: { out: (text: string) => void; err: (text: string) => void },
): ContainerLog {
  const isShown = (of: Level) => order[of] >= order[level];
  return {
    out: (text) => write.out(text),
    err: (text) => write.err(text),
    nim(of, source, message) {
      if (isShown(of)) write.out(`${of} ${nimStamp(new Date())} ${source}] ${message}\n`);
    },
    vllm(process, of, source, message) {
      if (!isShown(of)) return;
      const head = `${process}${of} ${vllmStamp(new Date())} [${source}] `;
      // vLLM repeats the whole head on every line of a message.
      write.out(
        message
          .split('\n')
          .map((line) => `${head}${line}\n`)
          .join(''),
      );
    },
    // uvicorn and nginx have loggers of their own: the capture shows their lines at the level that hides vLLM's INFO.
    access(client, method, path, status) {
      const phrase =
        { 200: ' OK', 404: ' Not Found', 400: ' Bad Request', 500: ' Internal Server Error' }[status] ?? '';
      write.out(`${apiServer}INFO:     ${client} - "${method} ${path} HTTP/1.1" ${status}${phrase}\n`);
    },
    proxyAccess(client, method, path, status, bytes, agent) {
      const now = new Date();
      const day = `${two(now.getUTCDate())}/${months[now.getUTCMonth()]}/${now.getUTCFullYear()}`;
      const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
      write.out(
        `${client} - - [${day}:${time} +0000] "${method} ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent}"\n`,
      );
    },
  };
}

import { parseArgs } from 'node:util';
import { AppError } from '../shared/errors.ts';
import type { HeadlessOptions } from './main.ts';

/** Free on most machines; another one is taken and said when it is not. */
export const defaultPort = 5577;

export const usage = `Usage: nimdeck serve [--port N] [--data FOLDER] [--open | --no-open] [--practice] [--json]

  --port N        default ${defaultPort}; a free one is taken when it is in use
  --data FOLDER   where Nimdeck keeps its data; also NIMDECK_DATA
  --open          open the browser (the default where there is a display)
  --practice      open the page on practice mode: everything works, and nothing of it is real
  --json          print the address as a JSON line
`;

/** @returns `help` when only the usage is asked for */
export function readFlags(args: readonly string[]): (HeadlessOptions & { isJson: boolean }) | 'help' {
  const flags = {
    port: { type: 'string' },
    data: { type: 'string' },
    open: { type: 'boolean' },
    practice: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const values = parseFlags(() => parseArgs({ args: [...args], options: flags, allowNegative: true }).values);
  if (values.help === true) return 'help';
  const port = values.port === undefined ? defaultPort : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('BAD_INPUT', `--port ${values.port} is no port; give a number up to 65535.`);
  return {
    port,
    dataFolder: values.data,
    shouldOpen: values.open,
    isPractice: values.practice ?? false,
    isJson: values.json ?? false,
  };
}

function parseFlags<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('BAD_INPUT', reason, undefined, { cause: error });
  }
}

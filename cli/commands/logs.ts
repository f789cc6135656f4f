import type { Api } from '../../shared/contract/index.ts';
import { AppError, errorCatalog } from '../../shared/errors.ts';
import { type Command, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findNim } from '../lookup.ts';
import type { Printer } from '../print.ts';

// As many as one read may answer with.
const windowLines = 2000;

async function printLines(
  api: Api,
  runId: string,
  from: number,
  to: number,
  print: Printer,
  signal: AbortSignal,
): Promise<number> {
  let next = from;
  while (next < to && !signal.aborted) {
    const { lines } = await api.logs.read({ runId, from: next, count: Math.min(windowLines, to - next) }, { signal });
    for (const line of lines) {
      print.json(line);
      print.line(line.text);
    }
    const last = lines.at(-1);
    if (last === undefined) break;
    next = last.line + 1;
  }
  return next;
}

function parseTail(text: string | null): number | null {
  if (text === null || text === 'all') return null;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new AppError('BAD_INPUT', `--tail takes a number, not “${text}”.`);
  return count;
}

export const logsCommand: Command = {
  name: 'logs',
  usage: 'logs NAME [-f] [--tail N]',
  summary: 'Show the log of a NIM’s last run; -f goes on.',
  options: { follow: { type: 'boolean', short: 'f' }, tail: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run({ positionals, options, print, interrupt, api: open }) {
    const tail = parseTail(textOption(options, 'tail'));
    const api = await open();
    const { signal } = interrupt;
    const nim = await findNim(api, positionals[0] ?? '', signal);
    const run = (await api.logs.runs({ nimId: nim.id }, { signal }))[0];
    if (run === undefined) throw new AppError('NOT_FOUND', `${nim.name} has not run yet: it has no log.`);
    let next: number | null = null;
    let isSaid = false;
    for await (const counts of api.logs.watch({ runId: run.id }, { signal })) {
      // The last so many of what there is are known only when all of it is.
      if (tail !== null && counts.isBehind) continue;
      next ??= tail === null ? counts.firstLine : Math.max(counts.firstLine, counts.endLine - tail);
      next = await printLines(api, run.id, Math.max(next, counts.firstLine), counts.endLine, print, signal);
      const isOver = options['follow'] === true ? !counts.isCollecting : !counts.isBehind;
      if (counts.failure !== null) {
        const { code, message, detail } = counts.failure;
        // Behind what there is, so that nobody takes it for the whole log.
        if (isOver) throw new AppError(code, message, detail);
        if (!isSaid) print.note(`${errorCatalog[code].title}: ${message}`);
      }
      isSaid = counts.failure !== null;
      if (isOver) break;
    }
    return signal.aborted ? exitCodes.cancelled : exitCodes.done;
  },
};

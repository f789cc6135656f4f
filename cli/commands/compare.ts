import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type CompareColumn, mostColumns, mostSetBytes, type PromptOfSet } from '../../shared/contract/compare.ts';
import type { Api } from '../../shared/contract/index.ts';
import { decodeText } from '../../shared/decode-text.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { type Command, type CommandContext, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findTarget } from '../lookup.ts';
import type { Printer } from '../print.ts';

const formats = { csv: 'csv', json: 'json', html: 'html', htm: 'html' } as const;

export const compareCommand: Command = {
  name: 'compare',
  usage: 'compare NAME… --prompts FILE --out FILE [--in-turn] [--system TEXT] | compare --resume ID --out FILE',
  summary: 'Ask several the same prompts, and write what they said and how fast.',
  options: {
    prompts: { type: 'string' },
    out: { type: 'string' },
    'in-turn': { type: 'boolean' },
    system: { type: 'string' },
    resume: { type: 'string' },
  },
  positionals: { min: 0, max: mostColumns },
  async run(context) {
    const { positionals, options, print, interrupt } = context;
    const resumed = textOption(options, 'resume');
    const out = textOption(options, 'out');
    if (out === null) throw new AppError('BAD_INPUT', 'Say where the results go: --out FILE.csv, .json or .html');
    const format = formatOf(out);
    const path = resolve(out);
    await checkFolder(path);
    const prompts = resumed === null ? await readPrompts(context) : null;
    const api = await context.api();
    let comparisonId = resumed;
    if (prompts === null) await api.compare.resume({ comparisonId: resumed ?? '' }, { signal: interrupt.signal });
    else {
      if (positionals.length === 0) throw new AppError('BAD_INPUT', 'Name who is to be asked, up to six.');
      comparisonId = await begin(context, api, await prompts(api));
    }
    const id = comparisonId ?? '';
    const isWhole = await follow(api, id, context);
    await writeResults(path, textsOf(api, id, format)).catch((error: unknown) => {
      if (isAppError(error)) throw error;
      const goOn = `They are kept: nimdeck compare --resume ${id} --out FILE`;
      throw new AppError('BAD_INPUT', `The results cannot be written: ${reasonOf(error)}. ${goOn}`, { path });
    });
    print.json({ comparisonId: id, out: path, isWhole });
    print.line(`${isWhole ? 'Written' : 'Stopped; what there is was written'} to ${path}.`);
    if (isWhole) return exitCodes.done;
    print.note(`It goes on with: nimdeck compare --resume ${id} --out ${out}`);
    return exitCodes.cancelled;
  },
};

async function* textsOf(api: Api, comparisonId: string, format: 'csv' | 'json' | 'html'): AsyncGenerator<string> {
  for await (const { text } of api.compare.export({ comparisonId, format })) yield text;
}

/** Before anything is asked: it may take hours, and cost something. */
async function checkFolder(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw new AppError('BAD_INPUT', `The results cannot be written: ${reasonOf(error)}`, { path }, { cause: error });
  });
}

/** Whole or not at all: what lay there before stays until then. */
async function writeResults(path: string, texts: AsyncIterable<string>): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, texts, { mode: 0o600 });
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function formatOf(out: string): 'csv' | 'json' | 'html' {
  const end = out.split('.').at(-1)?.toLowerCase() ?? '';
  const format = Object.entries(formats).find(([name]) => name === end)?.[1];
  if (format === undefined) throw new AppError('BAD_INPUT', 'The results can be .csv, .json or .html.');
  return format;
}

/** Read at once, so that a wrong file is said before anything is started. */
async function readPrompts({ options, print }: CommandContext): Promise<(api: Api) => Promise<PromptOfSet[]>> {
  const file = textOption(options, 'prompts');
  if (file === null) throw new AppError('BAD_INPUT', 'Say what is to be asked: --prompts FILE');
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new AppError('BAD_INPUT', `The prompts cannot be read: ${reasonOf(error)}`, { file }, { cause: error });
  });
  if (bytes.length > mostSetBytes)
    throw new AppError(
      'BAD_INPUT',
      `${file} has ${formatBytes(bytes.length)}, and a set ${mostSetBytes / 1_000_000} MB at most. Make several files of it.`,
    );
  const { text, encoding } = decodeText(bytes);
  return async (api) => {
    if (encoding === 'windows-1252') print.note(`${file} was read as Windows-1252, since it is not UTF-8.`);
    const { prompts, skipped } = await api.compare.readPrompts({ fileName: basename(file), text });
    for (const { line, reason } of skipped) print.note(`${file}:${line} was left out. ${reason}`);
    return prompts;
  };
}

async function begin(context: CommandContext, api: Api, prompts: PromptOfSet[]): Promise<string> {
  const { positionals, options, interrupt } = context;
  const columns: CompareColumn[] = [];
  for (const name of positionals) {
    const { name: found, target } = await findTarget(api, name, interrupt.signal);
    columns.push({ id: randomUUID(), name: found, target, parameters: null });
  }
  const { comparisonId } = await api.compare.create({
    title: positionals.join(', ').slice(0, 200),
    columns,
    parameters: { systemPrompt: textOption(options, 'system'), temperature: null, topP: null, maxTokens: null },
    order: options['in-turn'] === true ? 'in-turn' : 'together',
    isBlind: false,
  });
  await api.compare.runSet({ comparisonId, prompts });
  return comparisonId;
}

/** Until all are asked (true), or Ctrl-C stops it (false). */
async function follow(api: Api, comparisonId: string, { print, interrupt }: CommandContext): Promise<boolean> {
  const stop = () => void api.compare.stop({ comparisonId }).catch(() => undefined); // seen below as paused
  interrupt.handle(stop);
  interrupt.signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const { progress } of api.compare.watch({ comparisonId })) {
      showProgress(print, progress);
      if (progress.state !== 'running') return progress.state === 'idle';
    }
    return false;
  } finally {
    interrupt.handle(null);
    interrupt.signal.removeEventListener('abort', stop);
    print.live(null);
  }
}

function showProgress(print: Printer, { done, total }: { done: number; total: number }): void {
  print.live(`${done} of ${total} answers`);
  print.json({ done, total });
}

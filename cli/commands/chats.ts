import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ConversationEntry, ExportFormat } from '../../shared/contract/chat-history.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { type Command, type CommandContext, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readSaved } from '../read-saved.ts';

const usage = 'chats list | search TEXT | export CHAT [--as FORMAT] [--out FILE] | import FILE';
const windowCount = 200;
/** Code units of a piece of an imported file. */
const pieceLength = 1_000_000;
const formats: readonly ExportFormat[] = ['markdown', 'json', 'openai'];

/** All chats outside of the bin: pinned ones, then by folder, then the rest; read in windows. */
async function* everyChat(api: Api, signal: AbortSignal) {
  for await (const { folders } of api.chat.watch({}, { signal })) {
    const places = [
      { section: { kind: 'pinned' } as const, place: 'pinned' },
      ...folders.map(({ id, name }) => ({ section: { kind: 'folder', folderId: id } as const, place: name })),
      { section: { kind: 'loose' } as const, place: '' },
    ];
    for (const { section, place } of places) {
      for (let from = 0, total = 1; from < total; from += windowCount) {
        const window = await api.chat.list({ section, from, count: windowCount }, { signal });
        total = window.total;
        for (const chat of window.conversations) yield { chat, place };
      }
    }
    return;
  }
}

async function list({ print, interrupt, api }: CommandContext): Promise<number> {
  const rows: string[][] = [];
  for await (const { chat, place } of everyChat(await api(), interrupt.signal)) {
    print.json(chat);
    rows.push([chat.id.slice(0, 8), chat.updatedAt.slice(0, 16).replace('T', ' '), place, chat.title]);
  }
  print.table(['CHAT', 'LAST WRITTEN (UTC)', 'WHERE', 'TITLE'], rows);
  return exitCodes.done;
}

async function search({ print, interrupt, api }: CommandContext, text: string): Promise<number> {
  const { hits, hasMore } = await (await api()).chat.search({ text, from: 0, count: 50 }, { signal: interrupt.signal });
  for (const hit of hits) {
    print.json(hit);
    print.line(`${hit.conversationId.slice(0, 8)}  ${hit.title}`);
    if (hit.messageId !== null) print.line(`          ${hit.snippet.replaceAll(/\s+/g, ' ')}`);
  }
  if (hits.length === 0) print.note(`“${text}” stands in no chat.`);
  else if (hasMore) print.note('These are the first 50 places.');
  return exitCodes.done;
}

/** By its id, the beginning of it, or its whole title. */
async function findChat(api: Api, wanted: string, signal: AbortSignal): Promise<ConversationEntry> {
  const found: ConversationEntry[] = [];
  for await (const { chat } of everyChat(api, signal)) {
    if (chat.id === wanted) return chat;
    if (chat.title === wanted || (wanted.length >= 4 && chat.id.startsWith(wanted))) found.push(chat);
  }
  const [only] = found;
  if (only === undefined) throw new AppError('NOT_FOUND', `There is no chat “${wanted}”. See: nimdeck chats list`);
  if (found.length > 1)
    throw new AppError('CONFLICT', `${found.length} chats are called “${wanted}”: name one by its id.`);
  return only;
}

async function exportOne(context: CommandContext, wanted: string): Promise<number> {
  const { options, print, interrupt, api: opened } = context;
  const named = textOption(options, 'as') ?? 'markdown';
  const format = formats.find((each) => each === named);
  if (format === undefined) throw new AppError('BAD_INPUT', `--as takes ${formats.join(', ')}, not “${named}”.`);
  const api = await opened();
  const { signal } = interrupt;
  const { id } = await findChat(api, wanted, signal);
  const out = textOption(options, 'out');
  // Never over a file that is there: `x` refuses it.
  const file =
    out === null
      ? null
      : await open(out, 'wx', 0o600).catch((error: unknown) => {
          throw new AppError('BAD_INPUT', `${out} cannot be written, or is there already.`, undefined, {
            cause: error,
          });
        });
  try {
    for await (const { text } of api.chat.export({ conversationId: id, format }, { signal })) {
      if (file === null) {
        print.text(text);
        print.json({ text });
      } else await file.write(text);
    }
  } finally {
    await file?.close();
  }
  if (out !== null) print.note(`Written to ${out}`);
  return exitCodes.done;
}

async function importFile({ print, interrupt, api: opened }: CommandContext, path: string): Promise<number> {
  const text = await readSaved(path);
  const api = await opened();
  let importId: string | null = null;
  for (let from = 0; ; from += pieceLength) {
    const piece: { importId: string | null; fileName: string; text: string; isLast: boolean } = {
      importId,
      fileName: basename(path),
      text: text.slice(from, from + pieceLength),
      isLast: from + pieceLength >= text.length,
    };
    const reply = await api.chat.import(piece, { signal: interrupt.signal });
    importId = reply.importId;
    if (reply.outcome === null) continue;
    const { imported, skipped, skippedCount } = reply.outcome;
    print.json(reply.outcome);
    for (const { conversationId, title, messages } of imported) {
      print.line(`${conversationId.slice(0, 8)}  ${title} (${messages} messages)`);
    }
    for (const { name, reason } of skipped) print.note(`Left out: ${name}: ${reason}`);
    if (skippedCount > skipped.length) print.note(`And ${skippedCount - skipped.length} more.`);
    return imported.length > 0 ? exitCodes.done : exitCodes.failed;
  }
}

export const chatsCommand: Command = {
  name: 'chats',
  usage,
  summary: 'List, search, export and import the chats that are kept.',
  options: { as: { type: 'string' }, out: { type: 'string' } },
  positionals: { min: 1, max: 2 },
  async run(context) {
    const [verb, subject] = context.positionals;
    if (verb === 'list' && subject === undefined) return await list(context);
    if (verb === 'search' && subject !== undefined) return await search(context, subject);
    if (verb === 'export' && subject !== undefined) return await exportOne(context, subject);
    if (verb === 'import' && subject !== undefined) return await importFile(context, subject);
    throw new AppError('BAD_INPUT', `usage: nimdeck ${usage}`);
  },
};

import { mostPrompts, type PromptOfSet, promptOfSet } from '../../shared/contract/compare.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import { readRows } from './table.ts';

export interface PromptSet {
  prompts: PromptOfSet[];
  /** Lines count from 1 over the file. */
  skipped: { line: number; reason: string }[];
}

/** What people call it; the first that is there counts. */
const promptKeys = ['prompt', 'question', 'input', 'instruction', 'text', 'content'];
const nameKeys = ['name', 'id', 'title', 'category'];

/**
 * A set of prompts: JSON lines (objects with `prompt`, OpenAI's `messages`, or plain strings), a JSON array of the same,
 * CSV or TSV with a head, or a prompt a line. The content decides, not the file's name, which only says that a file of
 * one column is CSV. Throws BAD_INPUT where not one prompt is found.
 */
export function readPromptSet(fileName: string, text: string): PromptSet {
  const content = text.replace(/^\uFEFF/, '');
  // Every byte is a letter in some encoding: a workbook or a picture would come as thousands of odd prompts.
  if (content.includes('\0'))
    throw new AppError('BAD_INPUT', `${fileName} is no text. Save it as CSV or text, in UTF-8, and choose that.`);
  const set = readAny(fileName, content);
  if (set.prompts.length > mostPrompts)
    throw new AppError('BAD_INPUT', `A set holds at most ${mostPrompts} prompts; this one has ${set.prompts.length}.`);
  if (set.prompts.length === 0) {
    const [first] = set.skipped;
    const why = first === undefined ? 'It is empty.' : `Line ${first.line}: ${first.reason}`;
    throw new AppError('BAD_INPUT', `No prompt was found in ${fileName}. ${why}`);
  }
  return set;
}

function readAny(fileName: string, content: string): PromptSet {
  const start = content.trimStart();
  if (start.startsWith('[')) {
    const list = z.array(z.unknown()).safeParse(parseJson(start));
    if (list.success) return collect(list.data.map((value, index) => ({ line: index + 1, value })));
  }
  if (start.startsWith('{')) return readJsonLines(content);
  const [first = ''] = start.split(/[\r\n]/, 1);
  const isCsv = /\.(?:csv|tsv)$/i.test(fileName);
  if (isCsv || (parseJson(first) === undefined && looksLikeTable(content))) return readTable(content);
  if (start.startsWith('"')) return readJsonLines(content);
  return collect(linesOf(content).map(({ line, text }) => ({ line, value: text })));
}

function linesOf(content: string): { line: number; text: string }[] {
  return content
    .split(/\r\n|\r|\n/)
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

function readJsonLines(content: string): PromptSet {
  const bad: PromptSet['skipped'] = [];
  const values: { line: number; value: unknown }[] = [];
  for (const { line, text } of linesOf(content)) {
    const value = parseJson(text);
    if (value === undefined) bad.push({ line, reason: 'It is no JSON.' });
    else values.push({ line, value });
  }
  const { prompts, skipped } = collect(values);
  return { prompts, skipped: inOrder([...bad, ...skipped]) };
}

const inOrder = (skipped: PromptSet['skipped']) => skipped.toSorted((a, b) => a.line - b.line);

/** A head that names a prompt; a sentence with a comma is no table. */
function looksLikeTable(content: string): boolean {
  const [head = ''] = content.split(/\r\n|\r|\n/, 1);
  const cells = head.split(/[,;\t]/).map(cleanKey);
  return cells.length > 1 && cells.some((cell) => promptKeys.includes(cell));
}

const cleanKey = (cell: string) => cell.trim().replaceAll('"', '').toLowerCase();

function readTable(content: string): PromptSet {
  const [first = ''] = content.split(/\r\n|\r|\n/, 1);
  const delimiter = ['\t', ';', ','].find((each) => first.includes(each)) ?? ',';
  const { rows, skipped: torn } = readRows(content, delimiter);
  const head = withoutEmptyEnd(rows[0]?.fields ?? []).map(cleanKey);
  const at = (keys: readonly string[]) => {
    const key = keys.find((each) => head.includes(each));
    return key === undefined ? -1 : head.indexOf(key);
  };
  const promptAt = at(promptKeys);
  // Without a head that says which, a single column is the prompt.
  const isHeadless = promptAt === -1 && rows.every(({ fields }) => fields.length === 1);
  const [firstTorn] = torn;
  if (!isHeadless && firstTorn !== undefined && firstTorn.line < (rows[0]?.line ?? 0))
    throw new AppError(
      'BAD_INPUT',
      `The head of the table cannot be read. Line ${firstTorn.line}: ${firstTorn.reason}`,
    );
  if (promptAt === -1 && !isHeadless)
    throw new AppError('BAD_INPUT', `The first line names no column of prompts: ${promptKeys.join(', ')}.`);
  const nameAt = at(nameKeys);
  const body = isHeadless ? rows : rows.slice(1);
  const uneven = isHeadless ? [] : body.flatMap(({ line, fields }) => unevenAt(line, fields, head.length, delimiter));
  const unevenLines = new Set(uneven.map(({ line }) => line));
  const even = body.filter(({ line }) => !unevenLines.has(line));
  const { prompts, skipped } = collect(
    even.map(({ line, fields }) => ({
      line,
      value: { prompt: fields[isHeadless ? 0 : promptAt] ?? '', name: nameAt === -1 ? null : (fields[nameAt] ?? null) },
    })),
  );
  return { prompts, skipped: inOrder([...torn, ...uneven, ...skipped]) };
}

/** Spreadsheets write what is empty at the end of a row as they like. */
const withoutEmptyEnd = (fields: readonly string[]) =>
  fields.slice(0, fields.findLastIndex((field) => field.trim() !== '') + 1);

/** Where a row has other fields than its head, a part of a text may stand in the wrong one, or be missing. */
function unevenAt(line: number, fields: readonly string[], width: number, delimiter: string): PromptSet['skipped'] {
  const filled = withoutEmptyEnd(fields).length;
  const isTooLong = filled > width;
  if (!isTooLong && fields.length >= width) return [];
  const mark = delimiter === '\t' ? 'tab' : `“${delimiter}”`;
  const count = isTooLong ? filled : fields.length;
  const remedy = isTooLong ? `Put quotes around a text that has a ${mark} in it.` : `Add the ${mark} of what is empty.`;
  const had = `${count} ${count === 1 ? 'field' : 'fields'}`;
  return [{ line, reason: `It has ${had} where the head has ${width}. ${remedy}` }];
}

function collect(values: readonly { line: number; value: unknown }[]): PromptSet {
  const set: PromptSet = { prompts: [], skipped: [] };
  for (const { line, value } of values) {
    const found = promptIn(value);
    const prompt = found === null ? null : promptOfSet.safeParse({ ...found, prompt: found.prompt.trim() });
    if (prompt?.success === true) set.prompts.push(prompt.data);
    else set.skipped.push({ line, reason: reasonFor(found) });
  }
  return set;
}

function reasonFor(found: { prompt: string } | null): string {
  if (found === null) return `It has no prompt (${promptKeys.join(', ')} or messages).`;
  return found.prompt.trim() === '' ? 'Its prompt is empty.' : 'Its prompt is longer than 200,000 characters.';
}

const messages = z.array(z.object({ role: z.string(), content: z.string() }));

function promptIn(value: unknown): { prompt: string; name: string | null } | null {
  if (typeof value === 'string') return { prompt: value, name: null };
  const record = z.record(z.string(), z.unknown()).safeParse(value);
  if (!record.success) return null;
  const text = (keys: readonly string[]) => {
    const found = keys
      .map((key) => record.data[key])
      .find((each) => typeof each === 'string' || typeof each === 'number');
    return found === undefined ? null : String(found);
  };
  const name = text(nameKeys)?.slice(0, 300) ?? null;
  const prompt = text(promptKeys);
  if (prompt !== null) return { prompt, name };
  const said = messages.safeParse(record.data['messages']);
  const last = said.success ? said.data.findLast(({ role }) => role === 'user') : undefined;
  return last === undefined ? null : { prompt: last.content, name };
}

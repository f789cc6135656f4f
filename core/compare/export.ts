import type { CompareRound } from '../../shared/contract/compare.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import { html } from './export-html.ts';
import { type Exported, type RoundFacts, sharedNames, voteOf, type Writer } from './round-facts.ts';
import { tallyOf } from './tally.ts';

export type ExportFormat = 'csv' | 'json' | 'html';

export interface ExportPiece {
  fileName: string;
  mediaType: string;
  text: string;
}

/** The comparison that is written. */
export interface ExportSource {
  about: Exported;
  rounds: number;
  /** In their order; `from` counts from 0. */
  read: (from: number, count: number, withTexts: boolean) => Promise<CompareRound[]>;
}

/** UTF-16 units. Where all are escaped they are six bytes each, a tenth of what a frame holds. */
const pieceLength = 1_000_000;
/** Without texts a hundred rounds are small. */
const factsAtOnce = 100;

const kinds = {
  csv: { mediaType: 'text/csv', write: csv },
  json: { mediaType: 'application/json', write: json },
  html: { mediaType: 'text/html', write: html },
};

/** A comparison as a file, answers whole, in pieces: of texts, one round and one piece are in memory. Throws NOT_FOUND where it goes meanwhile. */
export async function* exportComparison(
  source: ExportSource,
  format: ExportFormat,
  signal?: AbortSignal,
): AsyncGenerator<ExportPiece, void, undefined> {
  const { title } = source.about.setup;
  const { mediaType, write } = kinds[format];
  const stem = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'comparison';
  const fileName = `${stem.slice(0, 80)}-${source.about.madeAt.slice(0, 10)}.${format}`;
  // Sums stand before the rounds; a table has none.
  const facts = format === 'csv' ? [] : await readFacts(source, signal);
  for await (const text of inPieces(texts(source, write(source.about, facts), signal)))
    yield { fileName, mediaType, text };
}

async function readFacts({ rounds, read }: ExportSource, signal: AbortSignal | undefined): Promise<RoundFacts[]> {
  const facts: RoundFacts[] = [];
  for (let from = 0; from < rounds; from += factsAtOnce) {
    if (signal?.aborted === true) throw cancelled();
    for (const { vote, answers } of await read(from, Math.min(factsAtOnce, rounds - from), false))
      facts.push({ vote, answers });
  }
  return facts;
}

async function* texts(
  { rounds, read }: ExportSource,
  writer: Writer,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  yield writer.head;
  for (let index = 0; index < rounds; index += 1) {
    if (signal?.aborted === true) throw cancelled();
    const [round] = await read(index, 1, true);
    if (round === undefined) throw new AppError('NOT_FOUND', 'This comparison is no longer there.');
    yield writer.round(round, index);
  }
  yield writer.end;
}

/** Small texts go together; of a large one no piece begins or ends within a character, or a file would lose it. */
async function* inPieces(parts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let held = '';
  for await (const part of parts) {
    held += part;
    while (held.length > pieceLength) {
      const end = /[\uD800-\uDBFF]/.test(held.charAt(pieceLength - 1)) ? pieceLength - 1 : pieceLength;
      yield held.slice(0, end);
      held = held.slice(end);
    }
  }
  yield held;
}

const csvHead = [
  'round',
  'name',
  'origin',
  'prompt',
  'column',
  'model',
  'state',
  'vote',
  'ttft_ms',
  'total_ms',
  'tokens_per_second',
  'prompt_tokens',
  'completion_tokens',
  'finish_reason',
  'asked',
  'shared_gpu_with',
  'answer',
  'reasoning',
  'failure',
  'note',
];

/** Without it Excel reads the file in the machine's old code page, and every umlaut as two characters. */
const byteOrderMark = '\uFEFF';

/** A row an answer. RFC 4180, with a mark before what a spreadsheet would take for a formula. */
function csv(): Writer {
  const line = (row: readonly (string | number | null)[]) => `${row.map(cell).join(',')}\r\n`;
  return {
    head: `${byteOrderMark}${line(csvHead)}`,
    round: (round) => csvRows(round).map(line).join(''),
    end: '',
  };
}

function csvRows(round: CompareRound): (string | number | null)[][] {
  return round.answers.map((answer) => {
    const { timing } = answer;
    return [
      round.number,
      round.name,
      round.origin,
      round.prompt,
      answer.name,
      answer.model,
      answer.state,
      voteOf(round, answer),
      timing.ttftMs,
      timing.totalMs,
      timing.tokensPerSecond,
      timing.promptTokens,
      timing.completionTokens,
      answer.finishReason,
      answer.order,
      sharedNames(round, answer),
      answer.text,
      answer.reasoning,
      answer.failure === null ? null : `${answer.failure.code}: ${answer.failure.message}`,
      round.note,
    ];
  });
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function json({ setup, madeAt, version }: Exported, facts: readonly RoundFacts[]): Writer {
  const head = JSON.stringify({ nimdeck: version, madeAt, setup, tally: tallyOf(facts) }, null, 2);
  return {
    head: `${head.slice(0, -2)},\n  "rounds": [`,
    round: (round, index) =>
      `${index === 0 ? '' : ','}\n    ${JSON.stringify(round, null, 2).replaceAll('\n', '\n    ')}`,
    end: '\n  ]\n}\n',
  };
}

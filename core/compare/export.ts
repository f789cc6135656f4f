import { exportHtml } from './export-html.ts';
import { type Exported, sharedNames, voteOf } from './round-facts.ts';
import { tallyOf } from './tally.ts';

/** All of a comparison as one text; answers are whole. */
export function exportComparison(
  exported: Exported,
  format: 'csv' | 'json' | 'html',
): { fileName: string; mediaType: string; text: string } {
  const stem =
    exported.setup.title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'comparison';
  const fileName = `${stem.slice(0, 80)}-${exported.madeAt.slice(0, 10)}.${format}`;
  if (format === 'csv') return { fileName, mediaType: 'text/csv', text: exportCsv(exported) };
  if (format === 'html') return { fileName, mediaType: 'text/html', text: exportHtml(exported) };
  return { fileName, mediaType: 'application/json', text: exportJson(exported) };
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
function exportCsv({ rounds }: Exported): string {
  const rows = rounds.flatMap((round) =>
    round.answers.map((answer) => {
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
    }),
  );
  return `${byteOrderMark}${[csvHead, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function exportJson({ setup, rounds, madeAt, version }: Exported): string {
  return `${JSON.stringify({ nimdeck: version, madeAt, setup, tally: tallyOf(rounds), rounds }, null, 2)}\n`;
}

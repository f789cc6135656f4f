import type { CompareAnswer, CompareRound } from '../../shared/contract/compare.ts';
import { median } from '../../shared/median.ts';
import { type Exported, type RoundFacts, sharedNames, voteOf, type Writer } from './round-facts.ts';
import { tallyOf } from './tally.ts';

/**
 * One file that shows everything by itself: no script, nothing loaded, every text escaped, and a policy that refuses what
 * could get through all the same.
 */
export function html({ setup, madeAt, version }: Exported, facts: readonly RoundFacts[]): Writer {
  const tally = tallyOf(facts);
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(setup.title)}</title>
<style>${styles}</style>
</head>
<body>
<h1>${escape(setup.title)}</h1>
<p class="soft">${escape(`Nimdeck ${version}, ${madeAt}`)}</p>
<h2>Columns</h2>
<table><thead><tr><th>Name</th><th>Model</th><th class="n">Answers</th><th class="n">TTFT, median</th><th class="n">Tokens/s, median</th><th class="n">Tokens</th></tr></thead>
<tbody>${setup.columns.map((column) => summaryRow(column.id, column.name, facts)).join('\n')}</tbody></table>
${
  tally.length === 0
    ? ''
    : `<h2>Votes</h2>
<table><thead><tr><th>Name</th><th class="n">Best</th><th class="n">Not best</th><th class="n">Tie</th><th class="n">Both bad</th></tr></thead>
<tbody>${tally.map((row) => `<tr><td>${escape(row.name)}</td><td class="n">${row.wins}</td><td class="n">${row.losses}</td><td class="n">${row.ties}</td><td class="n">${row.bothBad}</td></tr>`).join('\n')}</tbody></table>`
}
<h2>Rounds</h2>
`;
  return { head, round: (round) => `${roundSection(round)}\n`, end: '</body>\n</html>\n' };
}

const styles = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:110rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.3rem .8rem;border-bottom:1px solid #8886;text-align:left}
.n{text-align:right;font-variant-numeric:tabular-nums}.soft{opacity:.75}
section{border-top:2px solid #8886;padding-top:1rem;margin-top:1.5rem}
.answers{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}
article{border:1px solid #8886;border-radius:.5rem;padding:.8rem;min-width:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.4rem 0}h3,h4{margin:.2rem 0}
.best{outline:3px solid #5548c8}`;

function summaryRow(columnId: string, name: string, facts: readonly RoundFacts[]): string {
  const answers = facts.flatMap((round) => round.answers.filter((answer) => answer.columnId === columnId));
  const done = answers.filter(({ state }) => state === 'done');
  const model = done.find((answer) => answer.model !== null)?.model ?? '';
  const tokens = done.reduce((sum, { timing }) => sum + (timing.completionTokens ?? 0), 0);
  const cells = [
    `${done.length} of ${answers.length}`,
    withUnit(median(done.map(({ timing }) => timing.ttftMs)), 'ms'),
    withUnit(median(done.map(({ timing }) => timing.tokensPerSecond)), ''),
    String(tokens),
  ];
  return `<tr><td>${escape(name)}</td><td>${escape(model)}</td>${cells.map((text) => `<td class="n">${escape(text)}</td>`).join('')}</tr>`;
}

const withUnit = (value: number | null, unit: string) =>
  value === null ? 'not measured' : `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`.trim();

function roundSection(round: CompareRound): string {
  const title = `Round ${round.number}${round.name === null ? '' : `: ${round.name}`}`;
  const vote = round.vote?.kind === 'tie' ? 'Tie' : round.vote?.kind === 'none' ? 'Both bad' : '';
  return `<section><h3>${escape(title)}</h3><pre>${escape(round.prompt)}</pre>
${vote === '' ? '' : `<p>${vote}</p>`}${round.note === '' ? '' : `<p>Note: ${escape(round.note)}</p>`}
<div class="answers">${round.answers.map((answer) => answerCard(round, answer)).join('\n')}</div></section>`;
}

function answerCard(round: CompareRound, answer: CompareAnswer): string {
  const { timing, failure } = answer;
  const shared = sharedNames(round, answer);
  const facts = [
    answer.model ?? '',
    answer.state === 'done' ? '' : answer.state,
    `TTFT ${withUnit(timing.ttftMs, 'ms')}`,
    `${withUnit(timing.tokensPerSecond, '')} tokens/s`,
    timing.completionTokens === null ? '' : `${timing.completionTokens} tokens`,
    answer.order === 'together' ? 'asked together' : 'asked in turn',
    shared === '' ? '' : `shared a GPU with ${shared}`,
  ].filter((fact) => fact !== '');
  const isBest = voteOf(round, answer) === 'best';
  return `<article${isBest ? ' class="best"' : ''}><h4>${escape(answer.name)}${isBest ? ' (best)' : ''}</h4>
<p class="soft">${escape(facts.join(' · '))}</p>
${failure === null ? '' : `<p>${escape(`${failure.code}: ${failure.message}`)}</p>`}
${answer.reasoning === '' ? '' : `<details><summary>Reasoning</summary><pre>${escape(answer.reasoning)}</pre></details>`}
<pre>${escape(answer.text)}</pre></article>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

import { array, asyncProperty, check, nat, oneof, constantFrom, tuple } from 'fast-check';
import { isAppError } from '../../shared/errors.ts';
import { mutatedTexts } from '../../core/testing/mutated-text.ts';
import { readWire } from '../../core/testing/read-wire.ts';
import { wireRows } from '../../core/testing/wire-rows.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

/** Whatever is read must be read sooner: a row takes well under a millisecond, a damage can make it a megabyte. */
const longestMs = 2_000;

/** Replies of models, damaged by chance and cut by chance: an answer or a named failure, never a crash, never late. */
export async function soakSse({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  const rows = new Map(wireRows.map((row) => [row.row, row]));
  const texts = Object.fromEntries(wireRows.map(({ row, body }) => [row, body]));
  const askers = constantFrom('nim', 'hosted', 'address');
  const statuses = oneof(constantFrom(200, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503), nat(999));
  const types = constantFrom('text/event-stream', 'application/json', 'text/html', 'text/plain', '');

  const outcome = await check(
    asyncProperty(
      mutatedTexts(texts),
      array(nat(10_000), { maxLength: 12 }),
      tuple(nat(9), statuses, types, askers),
      async ({ name, text }, shares, [chance, status, type, asker]) => {
        const row = rows.get(name);
        if (row === undefined) return;
        const bytes = Buffer.from(text);
        const cuts = shares.map((share) => Math.floor((bytes.length * share) / 10_000)).toSorted((a, b) => a - b);
        // Mostly as it was sent, now and then with a head that does not go with it.
        const about = chance === 0 ? { status, type, asker } : row;
        const begin = performance.now();
        const read = await readWire(about, bytes, cuts);
        const tookMs = performance.now() - begin;
        report.count(read.failure?.code ?? 'answer');
        if (tookMs > longestMs) throw new Error(`It took ${Math.round(tookMs)} ms.`);
        if (read.failure !== null && !isAppError(read.failure)) throw new Error('A failure without a code.');
        if (read.failure !== null && read.failure.message === '') throw new Error('A failure without words.');
        const numbers = [read.promptTokens, read.completionTokens];
        if (numbers.some((number) => number !== null && !(Number.isSafeInteger(number) && number >= 0)))
          throw new Error(`Tokens that cannot be: ${JSON.stringify(numbers)}`);
      },
    ),
    { seed, numRuns: rounds, endOnFailure: false },
  );
  if (outcome.failed) {
    const [example] = outcome.counterexample ?? [];
    report.lose(
      outcome.numRuns,
      `${example?.name}: ${String(outcome.errorInstance)} (path ${outcome.counterexamplePath})`,
    );
  }
  return { tried: report.tried, lost: report.lost };
}

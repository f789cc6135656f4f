import { readdirSync } from 'node:fs';
import { check, property } from 'fast-check';
import { readSmiOutput } from '../../core/gpu/read-output.ts';
import { captureFolder, readCapture } from '../../core/testing/captures.ts';
import { mutatedTexts } from '../../core/testing/mutated-text.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

/** Whatever is read must be read sooner: the largest recording takes some 20 ms. */
const longestMs = 2_000;

/** Recorded outputs of nvidia-smi, damaged by chance: an answer or a named problem, never a crash, never late. */
export async function soakSmiOutputs({ rounds, seed }: SoakOptions, read = readSmiOutput): Promise<SoakReport> {
  const report = createReport();
  const folder = captureFolder('nvidia-smi');
  if (folder === null) throw new Error('This needs the recordings that lie beside the checkout.');
  const names = readdirSync(folder).filter((name) => !/^(?:SOURCES|expected)\./.test(name));
  const texts = Object.fromEntries(names.map((name) => [name, readCapture(folder, name)]));

  const outcome = check(
    property(mutatedTexts(texts), ({ text }) => {
      const begin = performance.now();
      const output = read(text);
      const tookMs = performance.now() - begin;
      report.count(output.format === 'stdout' ? output.problem.code : output.format);
      if (tookMs > longestMs) throw new Error(`It took ${Math.round(tookMs)} ms.`);
      if (hasOddNumber(output)) throw new Error(`A number cannot be: ${JSON.stringify(output).slice(0, 500)}`);
    }),
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

/** One that JSON cannot hold, or below 0: it was read out of noise. */
function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value) || value < 0;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOddNumber);
}

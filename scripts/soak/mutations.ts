import { array, asyncProperty, check, nat, tuple } from 'fast-check';
import { mutatedTexts } from '../../core/testing/mutated-text.ts';
import { createRandom } from './random.ts';
import { createReport, type OpenReport, type SoakOptions, type SoakReport } from './report.ts';

/** Of processor time. Whatever is read must be read sooner: a fixture takes a millisecond, a damage can make it a megabyte. */
const longestMs = 2_000;
/** Far above what is needed, far below what a leak of 200,000 inputs takes. */
const mostMiB = 1_536;
/** Inputs of one seed. */
const atOnce = 500;

export interface Mutated {
  name: string;
  text: string;
  /** The same as bytes, cut by chance. */
  chunks: Buffer[];
  /** 0 to 99, for what else may be different. */
  chance: number;
}

/**
 * Texts damaged by chance: an answer or a named failure, never a crash, never late, never without end in memory.
 * @param read throws when something is wrong; answers what it came to, to be counted
 */
export async function soakMutations(
  texts: Readonly<Record<string, string>>,
  { rounds, seed }: SoakOptions,
  read: (mutated: Mutated) => Promise<string>,
): Promise<SoakReport> {
  const report: OpenReport = createReport();
  let [worstMs, worstMiB, played] = [0, 0, 0];
  const isRight = asyncProperty(
    mutatedTexts(texts),
    array(nat(10_000), { maxLength: 12 }),
    tuple(nat(99)),
    async ({ name, text }, shares, [chance]) => {
      const begin = process.cpuUsage();
      report.count(await read({ name, text, chunks: cut(Buffer.from(text), shares), chance }));
      const { user, system } = process.cpuUsage(begin);
      const tookMs = (user + system) / 1000;
      worstMs = Math.max(worstMs, tookMs);
      if (tookMs > longestMs) throw new Error(`It took ${Math.round(tookMs)} ms.`);
    },
  );
  // Whoever has no more time still learns of what was read.
  const stop = new AbortController();
  const enough = () => stop.abort();
  process.once('SIGTERM', enough);
  for (let part = 0; played < rounds && !stop.signal.aborted; part += 1) {
    const partSeed = createRandom(seed, part).below(2 ** 31);
    const numRuns = Math.min(atOnce, rounds - played);
    const outcome = await check(isRight, { seed: partSeed, numRuns, endOnFailure: false });
    played += outcome.numRuns;
    worstMiB = Math.max(worstMiB, process.memoryUsage.rss() / 2 ** 20);
    if (worstMiB > mostMiB) report.lose(played, `${Math.round(worstMiB)} MiB of memory`);
    if (!outcome.failed) continue;
    const [example] = outcome.counterexample ?? [];
    const path = `seed ${partSeed}, path ${outcome.counterexamplePath}`;
    report.lose(played, `${example?.name}: ${String(outcome.errorInstance)} (${path})`);
    break;
  }
  process.off('SIGTERM', enough);
  const measured = { inputs: played, 'slowest, ms': Math.round(worstMs), 'most memory, MiB': Math.round(worstMiB) };
  return { tried: { ...report.tried, ...measured }, lost: report.lost };
}

function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = shares.map((share) => Math.floor((bytes.length * share) / 10_000)).toSorted((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

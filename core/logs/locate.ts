import { meaningAt } from './record.ts';
import type { Spool } from './spool.ts';

/** Where a line stands in the view `quiet`; of one that is left out: where it would be. */
export async function quietPosition(spool: Spool, line: number, signal: AbortSignal | undefined): Promise<number> {
  const { first, end } = spool.totals();
  if (line <= first.all) return first.quiet;
  if (line >= end.all) return end.quiet;
  for await (const { place, text } of spool.records(line, 'all', signal)) {
    let { all, quiet } = place;
    for (let at = 0; at < text.length; at = text.indexOf('\n', at) + 1) {
      if (all === line) return quiet;
      all += 1;
      if (meaningAt(text, at)?.isPoll !== true) quiet += 1;
    }
  }
  return end.quiet;
}

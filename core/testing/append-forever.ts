// A program for tests that kill it: appends numbered lines to a spool and says after each append how many it holds.
import { openSpool } from '../logs/spool.ts';

const [folder = '', capBytes = ''] = process.argv.slice(2);
const spool = await openSpool(folder, () => Number(capBytes));

for (;;) {
  const from = spool.totals().end.all;
  await spool.append(
    Array.from({ length: 100 }, (_each, index) => ({
      at: null,
      output: 'stdout' as const,
      level: 'info' as const,
      text: `line ${from + index} ${'ä'.repeat((from + index) % 90)}`,
    })),
  );
  process.stdout.write(`${spool.totals().end.all}\n`);
}

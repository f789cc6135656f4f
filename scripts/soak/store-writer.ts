// A program that a soak kills: writes for ever, two rows a transaction, and names each that the store says it has kept.
import { openStore } from '../../core/store/open-store.ts';

const [dataFolder = '', prefix = ''] = process.argv.slice(2);
const store = await openStore({ dataFolder, now: Date.now });
for (let number = 0; ; number += 1) {
  const row = (half: string) => ({
    sql: 'INSERT INTO stopped_runs (container_id, started_at) VALUES (?, ?)',
    values: [`${prefix}-${String(number).padStart(7, '0')}${half}`, 'x'.repeat(3000)],
  });
  await store.run(row('a'), row('b'));
  process.stdout.write(`${number + 1}\n`);
}

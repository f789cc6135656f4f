// A program that a soak kills: a whole core that owns a data folder, as the first shell of it. Says when it is open; ends with
// its standard input.
import { openCore } from '../../core/host/open-core.ts';
import { createNodeDeps } from '../../core/node-deps.ts';

const [dataFolder = ''] = process.argv.slice(2);
const core = await openCore(await createNodeDeps({ shell: 'terminal', dataFolder }));
process.stdin.resume().once('end', () => {
  void core.close().then(() => process.exit());
});
process.stdout.write('open\n');

// Makes what is handed out, into dist/: `npm run package -- npm`. The pages are built first when they are out of date.
import { join } from 'node:path';
import { buildPagesIfNeeded } from './build-pages.ts';
import { makeTarball } from './package/tarball.ts';
import { root } from './stages.ts';

const dist = join(root, 'dist');
const makers: Record<string, () => Promise<string>> = {
  npm: () => makeTarball(dist),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(makers, name));
if (wanted.length === 0 || unknown.length > 0) {
  console.error(`usage: npm run package -- ${Object.keys(makers).join(' | ')}`);
  process.exit(2);
}
await buildPagesIfNeeded();
for (const name of wanted) console.log(await makers[name]?.());

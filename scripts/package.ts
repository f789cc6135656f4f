// Makes what is handed out, into dist/: `npm run package -- npm`. `icons` draws those in assets/icons again.
import { join } from 'node:path';
import { buildPages } from './build.ts';
import { runBuilder } from './package/desktop.ts';
import { drawIcons } from './package/icons.ts';
import { makeTarball } from './package/tarball.ts';
import { root } from './stages.ts';

const dist = join(root, 'dist');
const [wanted = '', ...options] = process.argv.slice(2);
const makers: Record<string, () => Promise<string>> = {
  npm: async () => {
    await buildPages();
    return await makeTarball(dist);
  },
  desktop: async () => {
    await buildPages();
    await runBuilder(options);
    return join(dist, 'desktop');
  },
  icons: drawIcons,
};

const make = Object.hasOwn(makers, wanted) ? makers[wanted] : undefined;
if (make === undefined) {
  console.error(`usage: npm run package -- ${Object.keys(makers).join(' | ')}`);
  process.exit(2);
}
console.log(await make());

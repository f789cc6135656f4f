// `npm run serve`: the browser shell from this checkout. `--dev`: with pages that follow their sources.
import { runHeadless } from '../headless/main.ts';
import { buildPagesIfNeeded } from './build-pages.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--dev');

if (process.argv.includes('--dev')) {
  const { devPages } = await import('./dev-pages.ts');
  process.exitCode = await runHeadless(args, { pages: devPages });
} else {
  if (!args.includes('--help') && !args.includes('-h')) await buildPagesIfNeeded();
  process.exitCode = await runHeadless(args);
}

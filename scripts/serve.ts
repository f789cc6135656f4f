// `npm run serve`: the browser shell from this checkout. `--dev`: from its sources, with pages that follow theirs.
import { buildPagesIfNeeded, loadShell } from './build.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--dev');

if (process.argv.includes('--dev')) {
  const { runHeadless } = await import('../headless/main.ts');
  const { devPages } = await import('./dev-pages.ts');
  process.exitCode = await runHeadless(args, { pages: devPages });
} else {
  if (!args.includes('--help') && !args.includes('-h')) await buildPagesIfNeeded();
  const { runHeadless } = await loadShell();
  process.exitCode = await runHeadless(args);
}
